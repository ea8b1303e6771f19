package storage

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"gorm.io/gorm"

	"mangxanh/contest/bank"
	"mangxanh/contest/text"
)

// The index by which questions are found: one text of words for each question,
// in SQLite's full-text index and in a GIN index over the same words in
// Postgres. Every value that a list filters by is a word too, one that nobody
// writes, so that any combination of filters is one question to the index.

// facet is the word for a value.
func facet(kind byte, value string) string {
	sum := sha256.Sum256([]byte(value))
	return "0" + string(kind) + strings.ToLower(base32.HexEncoding.EncodeToString(sum[:5]))
}

// The kinds of facets.
const (
	byBank       = 'b'
	byState      = 's'
	byType       = 't'
	byDifficulty = 'd'
	byTopic      = 'p'
	byAgeBand    = 'a'
	byInstrument = 'i'
	byAuthor     = 'u'
	byImport     = 'm'
)

// Words of the statistics.
const (
	askedWord         = "0w"
	alarmWord         = "0x"
	facilityWord      = "0f" // with the tenth of the share
	discriminateWord  = "0g" // with the tenth above -1
	discriminateBands = 20
	facilityBands     = 10
)

// longestWord is how much of a word is kept.
const longestWord = 40

// wordsOf are the words of a folded text.
func wordsOf(folded string) []string {
	words := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range words {
		if len(w) > longestWord {
			words[i] = strings.ToValidUTF8(w[:longestWord], "")
		}
	}
	return words
}

// findText is what a question is found by.
func findText(q bank.Question) string {
	v := q.Newest
	c := v.Citation
	parts := []string{v.PlainStem(), v.Topic, c.Text, c.Instrument, c.Article}
	for _, o := range v.Options {
		parts = append(parts, o.Text)
	}
	words := wordsOf(text.Fold(strings.Join(parts, " ")))
	slices.Sort(words)
	words = slices.Compact(words)
	for _, f := range []struct {
		kind  byte
		value string
	}{
		{byBank, q.BankID}, {byState, string(q.State)}, {byType, string(v.Type)}, {byDifficulty, v.Difficulty}, {byTopic, text.Fold(v.Topic)},
		{byAgeBand, v.AgeBand}, {byInstrument, text.Fold(c.Instrument)}, {byInstrument, c.InstrumentID}, {byAuthor, q.AuthorID}, {byImport, q.ImportID},
	} {
		if f.value != "" {
			words = append(words, facet(f.kind, f.value))
		}
	}
	return strings.Join(words, " ")
}

// askedText is what the statistics of a question are found by.
func askedText(facility, discrimination *int, alarm bool) string {
	words := []string{askedWord}
	if facility != nil {
		words = append(words, fmt.Sprint(facilityWord, band(*facility, facilityBands)))
	}
	if discrimination != nil {
		words = append(words, fmt.Sprint(discriminateWord, band(*discrimination+1000, discriminateBands)))
	}
	if alarm {
		words = append(words, alarmWord)
	}
	return strings.Join(words, " ")
}

func band(thousandths, bands int) int { return max(0, min(bands-1, thousandths/100)) }

// Statements that make the index; running them again changes nothing.
var (
	sqliteFindIndex = []string{
		`CREATE TABLE IF NOT EXISTS question_places (place INTEGER PRIMARY KEY AUTOINCREMENT, question_id TEXT NOT NULL UNIQUE)`,
		`CREATE VIRTUAL TABLE IF NOT EXISTS question_words USING fts5(words, content='', contentless_delete=1, detail=none, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')`,
		`CREATE TRIGGER IF NOT EXISTS question_words_new AFTER INSERT ON questions BEGIN
  INSERT INTO question_places (question_id) VALUES (new.id);
  INSERT INTO question_words (rowid, words) SELECT place, new.find || ' ' || new.find_asked FROM question_places WHERE question_id = new.id;
END`,
		`CREATE TRIGGER IF NOT EXISTS question_words_changed AFTER UPDATE OF find, find_asked ON questions
WHEN old.find <> new.find OR old.find_asked <> new.find_asked BEGIN
  UPDATE question_words SET words = new.find || ' ' || new.find_asked WHERE rowid = (SELECT place FROM question_places WHERE question_id = new.id);
END`,
		`CREATE TRIGGER IF NOT EXISTS question_words_gone AFTER DELETE ON questions BEGIN
  DELETE FROM question_words WHERE rowid = (SELECT place FROM question_places WHERE question_id = old.id);
  DELETE FROM question_places WHERE question_id = old.id;
END`,
		`INSERT INTO question_words (rowid, words) SELECT (SELECT COALESCE(MAX(place), 0) FROM question_places) + row_number() OVER (ORDER BY id), find || ' ' || find_asked
FROM questions WHERE id NOT IN (SELECT question_id FROM question_places)`,
		`INSERT INTO question_places (place, question_id) SELECT (SELECT COALESCE(MAX(place), 0) FROM question_places) + row_number() OVER (ORDER BY id), id
FROM questions WHERE id NOT IN (SELECT question_id FROM question_places)`,
	}
	postgresFindIndex = []string{
		`SELECT pg_advisory_xact_lock(7236182)`,
		`CREATE INDEX IF NOT EXISTS questions_find ON questions USING gin (` + postgresWords + `)`,
	}
)

// postgresWords are the words of a question as its index has them.
const postgresWords = `array_to_tsvector(string_to_array(btrim(find || ' ' || find_asked), ' '))`

// makeFindIndex makes the index and brings in the questions that lack words,
// as after an upgrade.
func (db *DB) makeFindIndex(ctx context.Context) error {
	statements := sqliteFindIndex
	if db.Postgres() {
		statements = postgresFindIndex
	}
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		for _, s := range statements {
			if _, err := tx.Statement.ConnPool.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("index of questions: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.IndexQuestions(ctx)
}

// IndexQuestions makes what questions are found by for those that lack it: rows
// of an earlier version of the program, or of an earlier backup.
func (db *DB) IndexQuestions(ctx context.Context) error {
	for {
		var rows []questionRow
		if err := db.read(ctx).Where("find = ''").Order("id").Limit(batchOf).Find(&rows).Error; err != nil {
			return failure(err, "questions to index")
		}
		if len(rows) == 0 {
			return nil
		}
		newest, err := db.newestVersions(ctx, rows)
		if err != nil {
			return err
		}
		err = db.inTx(ctx, func(tx *gorm.DB) error {
			for _, r := range rows {
				made := questionToRow(r.question("", newest[r.ID]))
				if err := tx.Model(&questionRow{}).Where("id = ? AND find = ''", r.ID).Select("find", "sketch").Updates(&made).Error; err != nil {
					return failure(err, "question")
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
