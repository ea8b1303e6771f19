package storage

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

var _ bank.Store = (*DB)(nil)

type bankRow struct {
	ID        string `gorm:"primaryKey"`
	UnitID    string
	Name      string
	NameFold  string
	Version   int64
	CreatedAt int64  `gorm:"autoCreateTime:false"`
	Path      string `gorm:"->"` // of the unit, joined
	UnitName  string `gorm:"->"`
}

func (bankRow) TableName() string { return "banks" }

func (r bankRow) bank() bank.Bank {
	return bank.Bank{ID: r.ID, UnitID: r.UnitID, UnitPath: r.Path, UnitName: r.UnitName, Name: r.Name, Version: r.Version}
}

const bankColumns = "b.id, b.unit_id, b.name, b.name_fold, b.version, b.created_at, u.path, u.name AS unit_name"

func banksWithPath(tx *gorm.DB) *gorm.DB {
	return tx.Table("banks AS b").Select(bankColumns).Joins("JOIN units u ON u.id = b.unit_id")
}

// Bank returns a bank with its unit, its counts by state and its shares.
func (db *DB) Bank(ctx context.Context, id string) (bank.Bank, error) {
	var row bankRow
	if err := banksWithPath(db.read(ctx)).Where("b.id = ?", id).Take(&row).Error; err != nil {
		return bank.Bank{}, failure(err, "bank")
	}
	var counts []struct {
		State string
		Count int
	}
	err := db.read(ctx).Table("questions").Select("state, COUNT(*) AS count").Where("bank_id = ?", id).Group("state").Find(&counts).Error
	if err != nil {
		return bank.Bank{}, failure(err, "questions")
	}
	b := row.bank()
	b.Counts = map[bank.State]int{}
	for _, c := range counts {
		b.Counts[bank.State(c.State)] = c.Count
	}
	banks := []bank.Bank{b}
	err = addShares(db.read(ctx), banks)
	return banks[0], err
}

// Banks lists the banks of a scope with their shares.
func (db *DB) Banks(ctx context.Context, scope bank.Scope, page contest.Page) ([]bank.Bank, string, error) {
	page = page.Clamp(50, 200)
	q := banksWithPath(db.read(ctx)).Where(within(scope)).Order("b.id").Limit(page.Limit + 1)
	if page.Cursor != "" {
		q = q.Where("b.id > ?", page.Cursor)
	}
	var rows []bankRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", failure(err, "banks")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = rows[page.Limit-1].ID
	}
	banks := make([]bank.Bank, len(rows))
	for i, r := range rows {
		banks[i] = r.bank()
	}
	return banks, next, addShares(db.read(ctx), banks)
}

// underPaths is the condition that a path lies in one of the subtrees; without
// any it holds for nothing.
func underPaths(column string, paths []string) clause.Expr {
	if len(paths) == 0 {
		return clause.Expr{SQL: "1 = 0"}
	}
	parts := make([]string, len(paths))
	values := make([]any, len(paths))
	for i, p := range paths {
		parts[i] = column + " LIKE ? ESCAPE '!'"
		values[i] = likeStart(p)
	}
	return clause.Expr{SQL: "(" + strings.Join(parts, " OR ") + ")", Vars: values}
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

func likeStart(s string) string    { return likeEscaper.Replace(s) + "%" }
func likeAnywhere(s string) string { return "%" + likeEscaper.Replace(s) + "%" }

// UnitPath returns the path of a unit.
func (db *DB) UnitPath(ctx context.Context, id string) (string, error) {
	var row struct{ Path string }
	err := db.read(ctx).Table("units").Select("path").Where("id = ?", id).Take(&row).Error
	return row.Path, failure(err, "unit")
}

// CreateBank records a new bank.
func (db *DB) CreateBank(ctx context.Context, actor contest.Actor, b bank.Bank) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		row := bankRow{ID: b.ID, UnitID: b.UnitID, Name: b.Name, NameFold: text.Fold(b.Name), Version: b.Version, CreatedAt: micros(db.now())}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "bank")
		}
		return db.audit(tx, actor, "bank.create", "bank:"+b.ID, map[string]string{"name": b.Name})
	})
}

func questionToRow(q bank.Question) questionRow {
	v := q.Newest
	return questionRow{
		ID: q.ID, BankID: q.BankID, State: string(q.State), Current: v.Number, Approved: q.Approved,
		Type: string(v.Type), Topic: v.Topic, TopicFold: text.Fold(v.Topic), AgeBand: v.AgeBand, Difficulty: v.Difficulty,
		StemFold: text.Fold(v.PlainStem()), Fingerprint: v.Fingerprint(), ImportID: q.ImportID, AuthorID: q.AuthorID,
		Version: q.Edit, CreatedAt: micros(q.Created), ChangedAt: micros(q.Changed),
		Find: findText(q), Sketch: v.Sketch(),
	}
}

func (r questionRow) question(unitPath string, newest bank.Version) bank.Question {
	return bank.Question{
		ID: r.ID, BankID: r.BankID, UnitPath: unitPath, State: bank.State(r.State), Approved: r.Approved, AuthorID: r.AuthorID,
		ImportID: r.ImportID, Edit: r.Version, Created: fromMicros(r.CreatedAt), Changed: fromMicros(r.ChangedAt), Newest: newest,
	}
}

// loadQuestion reads one question with its newest version, locked when asked.
func loadQuestion(tx *gorm.DB, id string, lock bool) (bank.Question, error) {
	q := tx.Where("id = ?", id)
	if lock && tx.Name() == "postgres" {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var row questionRow
	if err := q.Take(&row).Error; err != nil {
		return bank.Question{}, failure(err, "question")
	}
	var version versionRow
	if err := tx.Where("question_id = ? AND number = ?", id, row.Current).Take(&version).Error; err != nil {
		return bank.Question{}, failure(err, "question version")
	}
	newest, err := version.version()
	if err != nil {
		return bank.Question{}, err
	}
	var owner bankRow
	if err := banksWithPath(tx).Where("b.id = ?", row.BankID).Take(&owner).Error; err != nil {
		return bank.Question{}, failure(err, "bank")
	}
	return row.question(owner.Path, newest), nil
}

// Question returns a question with its newest version.
func (db *DB) Question(ctx context.Context, id string) (bank.Question, error) {
	return loadQuestion(db.read(ctx), id, false)
}

func (db *DB) newestVersions(ctx context.Context, rows []questionRow) (map[string]bank.Version, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var versions []versionRow
	err := db.read(ctx).Table("question_versions AS v").Select("v.*").
		Joins("JOIN questions q ON q.id = v.question_id AND q.current = v.number").Where("q.id IN ? AND v.question_id IN ?", ids, ids).Find(&versions).Error
	if err != nil {
		return nil, failure(err, "question versions")
	}
	newest := make(map[string]bank.Version, len(versions))
	for _, r := range versions {
		v, err := r.version()
		if err != nil {
			return nil, err
		}
		newest[v.QuestionID] = v
	}
	return newest, nil
}

// Topics counts the versions in use by topic, type, difficulty and age band.
func (db *DB) Topics(ctx context.Context, bankID string) ([]bank.Cell, error) {
	var rows []struct {
		Topic, Type, Difficulty, AgeBand string
		Count                            int
	}
	err := db.read(ctx).Table("question_versions AS v").
		Select("v.topic, v.type, v.difficulty, v.age_band, COUNT(*) AS count").
		Joins("JOIN questions q ON q.id = v.question_id AND q.approved = v.number").
		Where("q.bank_id = ? AND q.approved > 0", bankID).
		Group("v.topic, v.type, v.difficulty, v.age_band").Order("v.topic, v.type, v.difficulty, v.age_band").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "topics")
	}
	cells := make([]bank.Cell, len(rows))
	for i, r := range rows {
		cells[i] = bank.Cell{Topic: r.Topic, Type: scoring.Type(r.Type), Difficulty: r.Difficulty, AgeBand: r.AgeBand, Count: r.Count}
	}
	return cells, nil
}
