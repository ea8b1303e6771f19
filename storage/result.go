package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
)

var _ standing.ResultStore = (*DB)(nil)

type resultRow struct {
	ID           string `gorm:"primaryKey"`
	RoundID      string
	Number       int
	State        string
	Target       *int64
	TargetGiven  bool
	Participants int
	SHA256       string `gorm:"column:sha256"`
	Note         string
	MadeBy       string
	CheckedBy    string
	PublishedBy  string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	CheckedAt    int64
	OfficialAt   int64
}

func (resultRow) TableName() string { return "result_versions" }

type removalRow struct {
	ResultID  string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Reason    string
	ActorID   string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (removalRow) TableName() string { return "result_removals" }

type resultLineRow struct {
	ResultID     string `gorm:"primaryKey"`
	Position     int    `gorm:"primaryKey;autoIncrement:false"`
	Rank         int
	AccountID    string
	AttemptID    string
	PublicName   string
	FullName     string
	DivisionID   string
	DivisionRank int
	ClassID      string
	ClassName    string
	SchoolID     string
	SchoolName   string
	Score        int64
	Correct      int
	Prediction   *int64
	Distance     *int64
	Perfect      int
	DurationUs   int64
	SubmittedAt  int64
	Prize        string
}

func (resultLineRow) TableName() string { return "result_lines" }

func toResult(r standing.Result) resultRow {
	row := resultRow{
		ID: r.ID, RoundID: r.RoundID, Number: r.Number, State: string(r.State), TargetGiven: r.TargetGiven, Participants: r.Participants,
		SHA256: r.SHA256, Note: r.Note, MadeBy: r.MadeBy, CheckedBy: r.CheckedBy, PublishedBy: r.PublishedBy,
		CreatedAt: micros(r.CreatedAt), CheckedAt: micros(r.CheckedAt), OfficialAt: micros(r.OfficialAt),
	}
	if r.Target.Known {
		row.Target = &r.Target.Value
	}
	return row
}

func fromResult(r resultRow) standing.Result {
	result := standing.Result{
		ID: r.ID, RoundID: r.RoundID, Number: r.Number, State: standing.ResultState(r.State), TargetGiven: r.TargetGiven,
		Participants: r.Participants, SHA256: r.SHA256, Note: r.Note, MadeBy: r.MadeBy, CheckedBy: r.CheckedBy, PublishedBy: r.PublishedBy,
		CreatedAt: fromMicros(r.CreatedAt), CheckedAt: fromMicros(r.CheckedAt), OfficialAt: fromMicros(r.OfficialAt),
	}
	if r.Target != nil {
		result.Target = scoring.Target{Value: *r.Target, Known: true}
	}
	return result
}

func toResultLine(resultID string, l standing.ResultLine) resultLineRow {
	row := resultLineRow{
		ResultID: resultID, Position: l.Position, Rank: l.Rank, AccountID: l.AccountID, AttemptID: l.AttemptID,
		PublicName: l.PublicName, FullName: l.FullName, DivisionID: l.DivisionID, DivisionRank: l.DivisionRank,
		ClassID: l.ClassID, ClassName: l.ClassName, SchoolID: l.SchoolID, SchoolName: l.SchoolName, Score: l.Line.Score,
		Correct: l.Line.Correct, Perfect: l.Line.Perfect, DurationUs: l.Line.Duration, SubmittedAt: l.Line.SubmittedAt, Prize: l.Prize,
	}
	if l.Line.HasPrediction {
		row.Prediction = &l.Line.Prediction
	}
	if l.HasDistance {
		row.Distance = &l.Distance
	}
	return row
}

func fromResultLine(r resultLineRow) standing.ResultLine {
	l := standing.ResultLine{
		Position: r.Position, Rank: r.Rank, AccountID: r.AccountID, AttemptID: r.AttemptID, PublicName: r.PublicName, FullName: r.FullName,
		DivisionID: r.DivisionID, DivisionRank: r.DivisionRank, ClassID: r.ClassID, ClassName: r.ClassName, SchoolID: r.SchoolID,
		SchoolName: r.SchoolName, Prize: r.Prize,
		Line: scoring.Line{
			Person: r.AccountID, Score: r.Score, Correct: r.Correct, Duration: r.DurationUs, SubmittedAt: r.SubmittedAt, Perfect: r.Perfect,
		},
	}
	if r.Prediction != nil {
		l.Line.Prediction, l.Line.HasPrediction = *r.Prediction, true
	}
	if r.Distance != nil {
		l.Distance, l.HasDistance = *r.Distance, true
	}
	return l
}

// Results returns the versions of a round with their removals, newest first.
func (db *DB) Results(ctx context.Context, roundID string) ([]standing.Result, error) {
	tx := db.read(ctx)
	var rows []resultRow
	if err := tx.Where("round_id = ?", roundID).Order("number DESC").Find(&rows).Error; err != nil {
		return nil, failure(err, "results")
	}
	results := make([]standing.Result, len(rows))
	for i, r := range rows {
		var err error
		if results[i], err = withRemovals(tx, r); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// Result returns a version with its removals.
func (db *DB) Result(ctx context.Context, id string) (standing.Result, error) {
	tx := db.read(ctx)
	var row resultRow
	if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
		return standing.Result{}, failure(err, "result")
	}
	return withRemovals(tx, row)
}

func withRemovals(tx *gorm.DB, row resultRow) (standing.Result, error) {
	r := fromResult(row)
	var rows []struct {
		AccountID, Reason, ActorID, FullName string
		CreatedAt                            int64
	}
	err := tx.Table("result_removals").Select("account_id, reason, actor_id, full_name, result_removals.created_at").
		Joins("JOIN accounts ON accounts.id = result_removals.account_id").
		Where("result_id = ?", row.ID).Order("result_removals.created_at, account_id").Find(&rows).Error
	if err != nil {
		return r, failure(err, "removals")
	}
	for _, x := range rows {
		r.Removals = append(r.Removals, standing.Removal{
			AccountID: x.AccountID, Name: x.FullName, Reason: x.Reason, ActorID: x.ActorID, At: fromMicros(x.CreatedAt),
		})
	}
	var who []struct{ ID, FullName string }
	err = tx.Table("accounts").Select("id, full_name").Where("id IN ?", []string{row.MadeBy, row.CheckedBy, row.PublishedBy}).Find(&who).Error
	r.Names = make(map[string]string, len(who))
	for _, w := range who {
		r.Names[w.ID] = w.FullName
	}
	return r, failure(err, "accounts")
}

// NoteExport records that the lines of a version left as a file.
func (db *DB) NoteExport(ctx context.Context, actor contest.Actor, id, format string) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		return db.audit(tx, actor, "result.export", "result:"+id, map[string]any{"format": format})
	})
}

// ResultLines returns lines of a version in their order.
func (db *DB) ResultLines(ctx context.Context, id string, f standing.LineFilter) ([]standing.ResultLine, error) {
	return resultLines(db.report(ctx), id, f)
}

func resultLines(tx *gorm.DB, id string, f standing.LineFilter) ([]standing.ResultLine, error) {
	q := tx.Where("result_id = ? AND position > ?", id, f.After).Order("position")
	if f.Division != "" {
		q = q.Where("division_id = ?", f.Division)
	}
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	if f.Offset > 0 {
		if f.Limit <= 0 {
			q = q.Limit(1 << 30)
		}
		q = q.Offset(f.Offset)
	}
	var rows []resultLineRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, failure(err, "result lines")
	}
	lines := make([]standing.ResultLine, len(rows))
	for i, r := range rows {
		lines[i] = fromResultLine(r)
	}
	return lines, nil
}

// ResultNeighbours returns a person's line and the nearest lines of the
// division with a better and a worse place.
func (db *DB) ResultNeighbours(ctx context.Context, id, accountID string) (mine standing.ResultLine, ahead, behind *standing.ResultLine, err error) {
	tx := db.read(ctx)
	var row resultLineRow
	if err := tx.Where("result_id = ? AND account_id = ?", id, accountID).Take(&row).Error; err != nil {
		return mine, nil, nil, failure(err, "place")
	}
	mine = fromResultLine(row)
	var before, after []resultLineRow
	err = tx.Where("result_id = ? AND division_id = ? AND division_rank < ?", id, row.DivisionID, row.DivisionRank).
		Order("position DESC").Limit(1).Find(&before).Error
	if err == nil {
		err = tx.Where("result_id = ? AND division_id = ? AND division_rank > ?", id, row.DivisionID, row.DivisionRank).
			Order("position").Limit(1).Find(&after).Error
	}
	if err != nil {
		return mine, nil, nil, failure(err, "neighbours")
	}
	return mine, firstLine(before), firstLine(after), nil
}

func firstLine(rows []resultLineRow) *standing.ResultLine {
	if len(rows) == 0 {
		return nil
	}
	l := fromResultLine(rows[0])
	return &l
}

// lockRound waits for everybody else who changes the round or its results.
func lockRound(tx *gorm.DB, roundID string) (roundRow, error) {
	var row roundRow
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", roundID).Take(&row).Error
	return row, failure(err, "round")
}

// RemakeResult makes a result version anew from the record.
func (db *DB) RemakeResult(ctx context.Context, actor contest.Actor, roundID, action string, make func(d *standing.Draft) ([]standing.ResultLine, error)) (standing.Result, error) {
	var id string
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		round, err := lockRound(tx, roundID)
		if err != nil {
			return err
		}
		d, err := db.draft(tx, round)
		if err != nil {
			return err
		}
		lines, err := make(d)
		if err != nil {
			return err
		}
		id = d.Result.ID
		if err := storeResult(tx, d.Result, lines); err != nil {
			return err
		}
		return db.audit(tx, actor, action, "result:"+id, map[string]any{
			"round": roundID, "number": d.Result.Number, "participants": d.Result.Participants, "removals": len(d.Result.Removals),
		})
	})
	if err != nil {
		return standing.Result{}, err
	}
	return db.resultWritten(ctx, id)
}

// resultWritten reads a version back over the pool that wrote it.
func (db *DB) resultWritten(ctx context.Context, id string) (standing.Result, error) {
	tx := db.write(ctx)
	var row resultRow
	if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
		return standing.Result{}, failure(err, "result")
	}
	return withRemovals(tx, row)
}
