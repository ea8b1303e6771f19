package intake

import (
	"context"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

// Found is a question recognised in a text, and what is open about it.
type Found struct {
	Place    string // "Phần II, Câu 3"
	Line     int    // from 1
	Version  bank.Version
	Problems []Problem
}

// Recognised is what a text holds.
type Recognised struct {
	Format   Format
	Items    []Found
	Problems []Problem // of the whole text
}

// maxRecognised bounds a text that is read while somebody waits for it.
const maxRecognised = 600 << 10

// Recognise reads questions from a text as Stage would, for somebody who
// pastes into a bank; nothing is kept. A text without questions is no fault.
func (s *Service) Recognise(ctx context.Context, actor contest.Actor, bankID string, format Format, pasted string) (Recognised, error) {
	if _, err := s.Banks.Allow(ctx, actor, bankID, bank.MayEdit); err != nil {
		return Recognised{}, err
	}
	if len(pasted) > maxRecognised {
		return Recognised{}, contest.Refuse(contest.TooLarge, "file_too_large", "the text has more than %d KiB", maxRecognised>>10)
	}
	r := Request{Kind: Questions, Format: format, Data: []byte(pasted)}
	known, open, err := r.named()
	if err != nil {
		return Recognised{}, err
	}
	if open {
		known = r.recognised()
	}
	if known == nil {
		return Recognised{Format: Text}, nil
	}
	found := Recognised{Format: known.format}
	f, err := known.read(ctx, r.Data)
	switch contest.CodeOf(err) {
	case "no_questions", "empty_file":
		return found, nil
	}
	if err != nil {
		return Recognised{}, err
	}
	i := Import{Kind: Questions, Format: known.format}
	rows := i.stageItems(f, s.Now())
	i.repetitions(rows, Known{})
	found.Problems = i.Problems
	for n, row := range rows {
		found.Items = append(found.Items, Found{
			Place: row.Sheet, Line: f.Items[n].Line, Version: readQuestion(row.Cells, nil).version, Problems: row.Problems,
		})
	}
	return found, nil
}
