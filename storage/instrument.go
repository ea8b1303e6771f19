package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/text"
)

var (
	_ bank.LawStore = (*DB)(nil)
	_ bank.LawShelf = (*DB)(nil)
)

type instrumentRow struct {
	ID         string `gorm:"primaryKey"`
	UnitID     string
	Number     string
	NumberFold string
	Title      string
	TitleFold  string
	Kind       string
	ValidFrom  int64
	ValidTo    int64
	ReplacedBy string
	Note       string
	CheckedOn  int64
	Version    int64
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	// of the keeper and of what came after it, joined
	Path, UnitName, AfterNumber string `gorm:"->"`
}

func (instrumentRow) TableName() string { return "instruments" }

func toInstrument(i bank.Instrument) instrumentRow {
	return instrumentRow{
		ID: i.ID, UnitID: i.UnitID, Number: i.Number, NumberFold: text.Fold(i.Number), Title: i.Title, TitleFold: text.Fold(i.Title), Kind: i.Kind,
		ValidFrom: micros(i.From), ValidTo: micros(i.To), ReplacedBy: i.ReplacedBy, Note: i.Note, CheckedOn: micros(i.Checked),
		Version: i.Version, CreatedAt: micros(i.Created),
	}
}

func (r instrumentRow) instrument() bank.Instrument {
	return bank.Instrument{
		ID: r.ID, UnitID: r.UnitID, UnitPath: r.Path, UnitName: r.UnitName, Number: r.Number, Title: r.Title, Kind: r.Kind,
		From: fromMicros(r.ValidFrom), To: fromMicros(r.ValidTo), ReplacedBy: r.ReplacedBy, ReplacedNumber: r.AfterNumber, Note: r.Note,
		Checked: fromMicros(r.CheckedOn), Version: r.Version, Created: fromMicros(r.CreatedAt),
	}
}

const instrumentColumns = "i.*, u.path, u.name AS unit_name, COALESCE(n.number, '') AS after_number"

func instruments(tx *gorm.DB) *gorm.DB {
	return tx.Table("instruments AS i").Select(instrumentColumns).Joins("JOIN units u ON u.id = i.unit_id").
		Joins("LEFT JOIN instruments n ON n.id = i.replaced_by")
}

// Instrument returns one with its keeper.
func (db *DB) Instrument(ctx context.Context, id string) (bank.Instrument, error) {
	return readInstrument(db.read(ctx), id)
}

func readInstrument(tx *gorm.DB, id string) (bank.Instrument, error) {
	var row instrumentRow
	err := instruments(tx).Where("i.id = ?", id).Take(&row).Error
	return row.instrument(), failure(err, "instrument")
}

// mostInstruments bounds what one import looks through.
const mostInstruments = 5000

// InstrumentsFor lists what a unit uses: its own and those of units above.
func (db *DB) InstrumentsFor(ctx context.Context, unitPath string) ([]bank.Instrument, error) {
	var rows []instrumentRow
	err := instruments(db.read(ctx)).Where("substr(?, 1, length(u.path)) = u.path", unitPath).Order("i.number_fold, i.id").
		Limit(mostInstruments).Find(&rows).Error
	return toInstruments(rows), failure(err, "instruments")
}

func toInstruments(rows []instrumentRow) []bank.Instrument {
	list := make([]bank.Instrument, len(rows))
	for i, r := range rows {
		list[i] = r.instrument()
	}
	return list
}

// filtered narrows a list of instruments i kept by units u.
func filtered(q *gorm.DB, f bank.InstrumentFilter) *gorm.DB {
	keepers := clause.OrConditions{}
	for _, p := range f.Near {
		keepers.Exprs = append(keepers.Exprs, clause.Expr{SQL: "(substr(u.path, 1, length(?)) = ? OR substr(?, 1, length(u.path)) = u.path)", Vars: []any{p, p, p}})
	}
	if len(keepers.Exprs) == 0 {
		return q.Where("1 = 0")
	}
	q = q.Where(clause.And(keepers))
	for _, word := range wordsOf(text.Fold(f.Text)) {
		q = q.Where("(i.number_fold LIKE ? ESCAPE '!' OR i.title_fold LIKE ? ESCAPE '!')", likeAnywhere(word), likeAnywhere(word))
	}
	if f.Kind != "" {
		q = q.Where("i.kind = ?", f.Kind)
	}
	if at := micros(f.InForceOn); at > 0 {
		q = q.Where("i.valid_from <= ? AND (i.valid_to = 0 OR i.valid_to > ?)", at, at)
	}
	if at := micros(f.EndedBy); at > 0 {
		q = q.Where("i.valid_to > 0 AND i.valid_to <= ?", at)
	}
	return q
}

// byNumber orders instruments and begins after a page.
func byNumber(q *gorm.DB, page contest.Page) (*gorm.DB, error) {
	if page.Cursor != "" {
		var number, id string
		if err := readCursor(page.Cursor, &number, &id); err != nil {
			return nil, err
		}
		q = q.Where("(i.number_fold, i.id) > (?, ?)", number, id)
	}
	return q.Order("i.number_fold, i.id").Limit(page.Limit + 1), nil
}

// Instruments lists instruments by number.
func (db *DB) Instruments(ctx context.Context, f bank.InstrumentFilter, page contest.Page) ([]bank.Instrument, string, error) {
	page = page.Clamp(50, 200)
	q, err := byNumber(filtered(instruments(db.read(ctx)), f), page)
	if err != nil {
		return nil, "", err
	}
	var rows []instrumentRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", failure(err, "instruments")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].NumberFold, rows[page.Limit-1].ID)
	}
	return toInstruments(rows), next, nil
}

// listed says in words that a keeper has an instrument already.
func listed(err error) error {
	err = failure(err, "instrument")
	if contest.CodeOf(err) == "already_exists" {
		return contest.Refuse(contest.Conflict, "instrument_exists", "an instrument with this number is on the list already")
	}
	return err
}

// CreateInstrument records an instrument.
func (db *DB) CreateInstrument(ctx context.Context, actor contest.Actor, i bank.Instrument) error {
	row := toInstrument(i)
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return listed(err)
		}
		return db.audit(tx, actor, "instrument.create", "instrument:"+i.ID, map[string]string{"number": i.Number, "unit": i.UnitID})
	})
}

// ChangeInstrument applies change under a lock.
func (db *DB) ChangeInstrument(ctx context.Context, actor contest.Actor, id string, change func(bank.Instrument) (bank.Instrument, error)) (bank.Instrument, error) {
	var after bank.Instrument
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var locked instrumentRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&locked).Error; err != nil {
			return failure(err, "instrument")
		}
		before, err := readInstrument(tx, id)
		if err != nil {
			return err
		}
		if after, err = change(before); err != nil {
			return err
		}
		after.Version = before.Version + 1
		row := toInstrument(after)
		done := tx.Model(&instrumentRow{}).Where("id = ? AND version = ?", id, before.Version).Select("*").Omit("id", "unit_id", "created_at").Updates(&row)
		if done.Error != nil {
			return listed(done.Error)
		}
		if err := changedOne(done, "instrument"); err != nil {
			return err
		}
		detail := map[string]any{"number": after.Number, "valid_to": micros(after.To), "was_valid_to": micros(before.To)}
		if err := db.audit(tx, actor, "instrument.edit", "instrument:"+id, detail); err != nil {
			return err
		}
		after, err = readInstrument(tx, id)
		return err
	})
	return after, err
}
