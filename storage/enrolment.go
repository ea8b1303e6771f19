package storage

import (
	"context"
	"maps"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

var _ people.EnrolmentStore = (*DB)(nil)

type enrolmentRow struct {
	ID         string `gorm:"primaryKey"`
	AccountID  string
	ClassID    string
	SchoolID   string
	SchoolYear string
	ValidFrom  int64
	ValidTo    int64
	ImportID   string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
}

func (enrolmentRow) TableName() string { return "enrolments" }

func enrolmentToRow(e people.Enrolment) enrolmentRow {
	return enrolmentRow{
		ID: e.ID, AccountID: e.AccountID, ClassID: e.ClassID, SchoolID: e.SchoolID, SchoolYear: e.SchoolYear,
		ValidFrom: micros(e.ValidFrom), ValidTo: micros(e.ValidTo), ImportID: e.ImportID, CreatedAt: micros(e.CreatedAt),
	}
}

type personView struct {
	ID         string
	Kind       string
	FullName   string
	State      string
	BirthDate  string
	ClassID    string
	ClassName  string
	Grade      int
	SchoolID   string
	SchoolName string
	UnitPath   string
}

func (r personView) person() people.Person {
	return people.Person{
		AccountID: r.ID, Kind: contest.AccountKind(r.Kind), FullName: r.FullName, State: people.State(r.State), ClassID: r.ClassID,
		ClassName: r.ClassName, Grade: r.Grade, SchoolID: r.SchoolID, SchoolName: r.SchoolName, UnitPath: r.UnitPath,
	}
}

// personSQL places people by their open enrolment of a school year, and
// everybody else at the unit that keeps the account.
const personSQL = `SELECT a.id, a.kind, a.full_name, a.state, a.birth_date,
 COALESCE(e.class_id, '') AS class_id, COALESCE(c.name, '') AS class_name, COALESCE(c.grade, 0) AS grade,
 COALESCE(s.id, '') AS school_id, COALESCE(s.name, '') AS school_name, COALESCE(c.path, h.path, '') AS unit_path
FROM accounts a
LEFT JOIN enrolments e ON e.account_id = a.id AND e.school_year = ? AND e.valid_to = 0
LEFT JOIN units c ON c.id = e.class_id
LEFT JOIN units h ON h.id = a.home_unit_id
LEFT JOIN units s ON s.id = COALESCE(e.school_id, a.home_unit_id)
WHERE a.id IN ?`

// Person returns one person as contests see them, in one statement.
func (db *DB) Person(ctx context.Context, accountID, schoolYear string) (people.Person, error) {
	var row personView
	err := db.read(ctx).Raw(personSQL, schoolYear, []string{accountID}).Take(&row).Error
	return row.person(), failure(err, "account")
}

// People returns many people with their consent to be published for a contest.
// Who does not exist is left out.
func (db *DB) People(ctx context.Context, contestID, schoolYear string, ids []string) ([]people.Person, error) {
	var all []people.Person
	for _, list := range padded(ids) {
		var rows []personView
		if err := db.read(ctx).Raw(personSQL, schoolYear, list).Find(&rows).Error; err != nil {
			return nil, failure(err, "people")
		}
		givers, err := publicationGivers(db.read(ctx), contestID, list)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			p := r.person()
			p.PublicationConsent = people.MayPublish(p.Kind, r.BirthDate, db.now(), givers[r.ID])
			all = append(all, p)
		}
	}
	return all, nil
}

type pupilView struct {
	Account     accountRow `gorm:"embedded"`
	ClassID     string
	ClassName   string
	ClassFold   string
	Grade       int
	SchoolID    string
	SchoolName  string
	SchoolYear  string
	UnitPath    string
	CardID      string
	CardCode    string
	CardSealed  string
	CardIssued  int64
	EnrolmentID string
	Used        bool
}

// PupilPlace returns where somebody is now: the class of the newest open
// enrolment, else the unit that keeps the account.
func (db *DB) PupilPlace(ctx context.Context, accountID string) (people.PupilPlace, error) {
	var row pupilView
	err := db.read(ctx).Raw(`SELECT a.*, COALESCE(e.class_id, '') AS class_id, COALESCE(c.name, '') AS class_name,
 COALESCE(s.id, '') AS school_id, COALESCE(s.name, '') AS school_name, COALESCE(e.school_year, '') AS school_year,
 COALESCE(c.path, s.path, '') AS unit_path
FROM accounts a
LEFT JOIN enrolments e ON e.id = (SELECT n.id FROM enrolments n WHERE n.account_id = a.id AND n.valid_to = 0
 ORDER BY n.school_year DESC, n.id DESC LIMIT 1)
LEFT JOIN units c ON c.id = e.class_id
LEFT JOIN units s ON s.id = COALESCE(e.school_id, a.home_unit_id)
WHERE a.id = ?`, accountID).Take(&row).Error
	return people.PupilPlace{
		Account: row.Account.account(), UnitPath: row.UnitPath, ClassID: row.ClassID, ClassName: row.ClassName,
		SchoolID: row.SchoolID, SchoolName: row.SchoolName, SchoolYear: row.SchoolYear,
	}, failure(err, "account")
}

// pupilsQuery lists the pupils of a subtree in a school year with their live
// card, by class and then by name as Vietnamese lists go.
func (db *DB) pupilsQuery(ctx context.Context, f people.PupilFilter, page contest.Page) ([]pupilView, string, error) {
	q := db.read(ctx).Table("enrolments").
		Select("accounts.*, units.id AS class_id, units.name AS class_name, units.name_fold AS class_fold, units.grade AS grade, "+
			"schools.name AS school_name, COALESCE(cards.id, '') AS card_id, COALESCE(cards.code, '') AS card_code, "+
			"COALESCE(cards.sealed, '') AS card_sealed, COALESCE(cards.issued_at, 0) AS card_issued").
		Joins("JOIN accounts ON accounts.id = enrolments.account_id").
		Joins("JOIN units ON units.id = enrolments.class_id").
		Joins("JOIN units schools ON schools.id = enrolments.school_id").
		Joins("LEFT JOIN cards ON cards.account_id = accounts.id AND cards.revoked_at = 0").
		Where("enrolments.school_year = ? AND enrolments.valid_to = 0 AND accounts.state <> 'closed'", f.SchoolYear)
	q = underAny(q, []string{f.UnitPath})
	if f.Query != "" {
		pattern := like(text.Fold(f.Query))
		q = q.Where(`(accounts.name_fold LIKE ? ESCAPE '\' OR accounts.pupil_code = ?)`, pattern, f.Query)
	}
	if page.Cursor != "" {
		var grade, length int
		var class, key, id string
		if err := readCursor(page.Cursor, &grade, &length, &class, &key, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("(units.grade, length(units.name_fold), units.name_fold, accounts.sort_key, accounts.id) > (?, ?, ?, ?, ?)", grade, length, class, key, id)
	}
	var rows []pupilView
	err := q.Order("units.grade, length(units.name_fold), units.name_fold, accounts.sort_key, accounts.id").Limit(page.Limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", failure(err, "pupils")
	}
	if len(rows) <= page.Limit {
		return rows, "", nil
	}
	rows = rows[:page.Limit]
	last := rows[page.Limit-1]
	return rows, cursorOf(last.Grade, len([]rune(last.ClassFold)), last.ClassFold, last.Account.SortKey, last.Account.ID), nil
}

// Pupils lists the pupils of a subtree.
func (db *DB) Pupils(ctx context.Context, f people.PupilFilter, page contest.Page) ([]people.PupilLine, string, error) {
	rows, next, err := db.pupilsQuery(ctx, f, page.Clamp(100, 500))
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Account.ID
	}
	givers := map[string]map[people.Giver]bool{}
	for _, list := range padded(ids) {
		found, err := publicationGivers(db.read(ctx), "", list)
		if err != nil {
			return nil, "", err
		}
		maps.Copy(givers, found)
	}
	lines := make([]people.PupilLine, len(rows))
	for i, r := range rows {
		a := r.Account.account()
		lines[i] = people.PupilLine{
			Account: a, ClassID: r.ClassID, ClassName: r.ClassName,
			Publication: people.MayPublish(a.Kind, a.BirthDate, db.now(), givers[a.ID]),
		}
		if r.CardID != "" {
			lines[i].Card = &people.CardInfo{Code: people.ShowCode(r.CardCode), IssuedAt: fromMicros(r.CardIssued)}
		}
	}
	return lines, next, nil
}

// roster loads what a change of a school's roster decides on.
func (db *DB) roster(tx *gorm.DB, school unitRow, schoolYear string) (people.Roster, error) {
	r := people.Roster{School: school.unit(), SchoolYear: schoolYear}
	var classes []unitRow
	if err := tx.Where("parent_id = ? AND kind = 'class' AND school_year = ?", school.ID, schoolYear).Order("id").Find(&classes).Error; err != nil {
		return r, failure(err, "classes")
	}
	r.Classes = unitsOf(classes)
	var rows []pupilView
	err := tx.Raw(`SELECT a.*, COALESCE(e.id, '') AS enrolment_id, COALESCE(e.class_id, '') AS class_id,
 (EXISTS (SELECT 1 FROM sessions WHERE sessions.account_id = a.id)
  OR EXISTS (SELECT 1 FROM attempts WHERE attempts.account_id = a.id)
  OR EXISTS (SELECT 1 FROM result_lines WHERE result_lines.account_id = a.id)) AS used
FROM accounts a
LEFT JOIN enrolments e ON e.account_id = a.id AND e.school_year = ? AND e.valid_to = 0
WHERE a.home_unit_id = ? AND a.kind = 'pupil'
ORDER BY a.id`, schoolYear, school.ID).Find(&rows).Error
	for _, v := range rows {
		r.Pupils = append(r.Pupils, people.RosterPupil{Account: v.Account.account(), EnrolmentID: v.EnrolmentID, ClassID: v.ClassID, Used: v.Used})
	}
	return r, failure(err, "pupils of a school")
}
