package storage

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"

	"gorm.io/gorm"

	"mangxanh/contest"
)

// backupTables lists what a backup holds, referred tables before referring
// ones. Sessions are left out on purpose: a restore must not revive one that
// was ended after the backup was made; tries of a login are of the moment, as are the signs of phones; the
// rows of audiences follow from the contests and are written anew.
var backupTables = []string{
	"units", "unit_groups", "unit_group_members", "accounts", "roles", "enrolments", "consents", "cards",
	"imports", "import_rows", "banks", "bank_grants", "instruments", "media",
	"questions", "question_versions", "question_reviews", "question_comments", "question_drafts", "saved_filters",
	"contests", "divisions", "rounds", "blueprint_lines", "round_pool",
	"attempts", "answers", "answer_journal", "allowances",
	"result_versions", "result_lines", "result_removals", "help_lines", "audit", "facts",
}

// backupFormat is raised when the file's form changes.
const backupFormat = 1

// A backup is gzipped JSON, a line each: one head, then for every table a line
// that names its columns and a line a row, then one tail with the number of rows
// and a checksum, without which the file is not whole.
type backupHead struct {
	Format int   `json:"mangxanh_backup"`
	At     int64 `json:"at"`
}
type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}
type backupTail struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// backupBytes is a value of a column of bytes.
type backupBytes struct {
	Base64 []byte `json:"base64"`
}

// Backup writes the whole record as of one moment, the same on both dialects, so
// that a school can move from its file to Postgres. progress hears of every
// finished table.
func (db *DB) Backup(ctx context.Context, w io.Writer, progress func(table string, rows int64)) error {
	handle, err := db.reportDB.DB()
	if err != nil {
		return fmt.Errorf("report pool: %w", err)
	}
	options := &sql.TxOptions{ReadOnly: db.Postgres()}
	if db.Postgres() {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := handle.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin the backup: %w", err)
	}
	defer tx.Rollback()
	packed := gzip.NewWriter(w)
	sum := sha256.New()
	out := json.NewEncoder(io.MultiWriter(packed, sum))
	out.SetEscapeHTML(false)
	if err := out.Encode(backupHead{Format: backupFormat, At: micros(db.now())}); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	var total int64
	for _, table := range backupTables {
		n, err := dumpTable(ctx, tx, out, table)
		if err != nil {
			return fmt.Errorf("back up %s: %w", table, err)
		}
		total += n
		progress(table, n)
	}
	if err := out.Encode(backupTail{Rows: total, SHA256: hex.EncodeToString(sum.Sum(nil))}); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return packed.Close()
}

func dumpTable(ctx context.Context, tx *sql.Tx, out *json.Encoder, table string) (int64, error) {
	query := "SELECT * FROM " + table
	if table == "units" {
		query += " ORDER BY path" // parents before children
	}
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	head := backupTable{Table: table}
	values, into := make([]any, len(types)), make([]any, len(types))
	for i, t := range types {
		head.Columns = append(head.Columns, t.Name())
		into[i] = &values[i]
	}
	if err := out.Encode(head); err != nil {
		return 0, err
	}
	var n int64
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			values[i] = portable(v, types[i].DatabaseTypeName())
		}
		if err := out.Encode(values); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// portable makes both dialects' values equal: text as strings, truth as bool,
// bytes (which JSON has not) as an object that text cannot be taken for.
func portable(v any, kind string) any {
	switch v := v.(type) {
	case []byte:
		if kind == "BYTEA" {
			return backupBytes{Base64: v}
		}
		return string(v)
	case int64:
		if strings.HasPrefix(kind, "BOOL") {
			return v != 0
		}
	}
	return v
}

// Restore fills an empty, migrated record from a backup: all of it or nothing.
func (db *DB) Restore(ctx context.Context, r io.Reader, progress func(table string, rows int64)) error {
	var accounts int64
	if err := db.read(ctx).Table("accounts").Count(&accounts).Error; err != nil {
		return failure(err, "accounts")
	}
	if accounts > 0 {
		return contest.Refuse(contest.Conflict, "not_empty", "the database holds %d accounts; restore only into an empty one", accounts)
	}
	packed, err := gzip.NewReader(r)
	if err != nil {
		return contest.Refuse(contest.Unsupported, "not_a_backup", "this is not a backup file")
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		l := &loader{tx: tx, in: bufio.NewReaderSize(packed, 1<<20), sum: sha256.New(), progress: progress}
		if err := l.run(); err != nil {
			return err
		}
		return audienceRows(tx)
	})
}

// loader reads a backup into one transaction.
type loader struct {
	tx       *gorm.DB
	in       *bufio.Reader
	sum      hash.Hash
	progress func(string, int64)

	table backupTable
	batch [][]any
	bytes int   // in batch
	count int64 // of the current table
	total int64
}

// restoreBatch rows go in one statement: 500 × 40 columns stays below the
// number of parameters that Postgres takes.
const restoreBatch = 500

// restoreBytes bounds a batch of rows that hold pictures.
const restoreBytes = 8 << 20

func (l *loader) run() error {
	line, err := l.line()
	if err != nil {
		return err
	}
	var head backupHead
	if json.Unmarshal(line, &head) != nil || head.Format != backupFormat {
		return contest.Refuse(contest.Unsupported, "not_a_backup", "this is not a backup that this program reads")
	}
	for {
		before := hex.EncodeToString(l.sum.Sum(nil))
		if line, err = l.line(); err != nil {
			return err
		}
		if line[0] == '[' {
			if err := l.row(line); err != nil {
				return err
			}
			continue
		}
		if err := l.finishTable(); err != nil {
			return err
		}
		var tail backupTail
		if json.Unmarshal(line, &tail) == nil && tail.SHA256 != "" {
			if tail.SHA256 != before || tail.Rows != l.total {
				return contest.Refuse(contest.Invalid, "backup_damaged", "the backup was changed or is not whole")
			}
			return nil
		}
		if err := l.beginTable(line); err != nil {
			return err
		}
	}
}

func (l *loader) line() ([]byte, error) {
	line, err := l.in.ReadBytes('\n')
	if err != nil {
		return nil, contest.Refuse(contest.Invalid, "backup_damaged", "the backup ends too early")
	}
	l.sum.Write(line)
	return line, nil
}

// beginTable takes table and column names only from our own list and plain
// identifiers: a backup file is input like any other.
func (l *loader) beginTable(line []byte) error {
	l.table, l.count = backupTable{}, 0
	if err := json.Unmarshal(line, &l.table); err != nil {
		return contest.Refuse(contest.Invalid, "backup_damaged", "a line of the backup cannot be read")
	}
	known := false
	for _, t := range backupTables {
		known = known || t == l.table.Table
	}
	for _, c := range l.table.Columns {
		known = known && c != "" && strings.Trim(c, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	}
	if !known {
		return contest.Refuse(contest.Invalid, "backup_damaged", "the backup names a table or column that does not exist")
	}
	return nil
}

func (l *loader) row(line []byte) error {
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil || len(values) != len(l.table.Columns) {
		return contest.Refuse(contest.Invalid, "backup_damaged", "a row of the backup cannot be read")
	}
	for i, v := range values {
		if n, ok := v.(json.Number); ok {
			whole, err := n.Int64()
			if err != nil {
				return contest.Refuse(contest.Invalid, "backup_damaged", "a number of the backup cannot be read")
			}
			values[i] = whole
		}
		if whole, ok := v.(map[string]any); ok {
			text, _ := whole["base64"].(string)
			body, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return contest.Refuse(contest.Invalid, "backup_damaged", "bytes of the backup cannot be read")
			}
			values[i] = body
		}
	}
	l.batch = append(l.batch, values)
	if l.bytes += len(line); len(l.batch) == restoreBatch || l.bytes > restoreBytes {
		return l.flush()
	}
	return nil
}

// flush inserts the batch. The statement is put together from names that
// beginTable has checked; every value is a parameter.
func (l *loader) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	var statement strings.Builder
	fmt.Fprintf(&statement, `INSERT INTO "%s" ("%s") VALUES `, l.table.Table, strings.Join(l.table.Columns, `", "`))
	var args []any
	for i, values := range l.batch {
		if i > 0 {
			statement.WriteString(", ")
		}
		for j := range values {
			separator := ", "
			if j == 0 {
				separator = "("
			}
			fmt.Fprintf(&statement, "%s$%d", separator, len(args)+j+1)
		}
		statement.WriteByte(')')
		args = append(args, values...)
	}
	if _, err := l.tx.Statement.ConnPool.ExecContext(l.tx.Statement.Context, statement.String(), args...); err != nil {
		return fmt.Errorf("restore %s: %w", l.table.Table, err)
	}
	l.count += int64(len(l.batch))
	l.batch, l.bytes = l.batch[:0], 0
	return nil
}

func (l *loader) finishTable() error {
	if err := l.flush(); err != nil {
		return err
	}
	l.total += l.count
	if l.table.Table != "" {
		l.progress(l.table.Table, l.count)
	}
	return nil
}
