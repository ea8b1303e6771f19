package intake

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/text"
)

// MaxBytes bounds an uploaded file; tables and texts have lower limits of
// their own.
const MaxBytes = sheet.MaxBytes

// read takes a file apart into checked rows, before repetitions are looked for.
func (s *Service) read(ctx context.Context, actor contest.Actor, i *Import, r Request) ([]Row, error) {
	if len(r.Data) > MaxBytes {
		return nil, contest.Refuse(contest.TooLarge, "file_too_large", "the file has more than %d MiB", MaxBytes>>20)
	}
	var known *reader
	var open bool
	var err error
	if r.Kind == Questions {
		if known, open, err = r.named(); err != nil {
			return nil, err
		}
	}
	if open && archive.Is(r.Data) {
		known = r.recognised()
	}
	if known != nil {
		return s.items(ctx, actor, i, r, known)
	}
	table, err := sheet.Read(r.Data, sheet.Format(r.Format), columnsOf(r.Kind))
	if open && noTable(table, err) {
		if known = r.recognised(); known != nil {
			return s.items(ctx, actor, i, r, known)
		}
	}
	if err != nil {
		return nil, err
	}
	rows := stage(i, table, s.Now())
	if len(rows) == 0 {
		return nil, contest.Refuse(contest.Invalid, "empty_file", "the file has a header but no rows")
	}
	return rows, nil
}

func (s *Service) items(ctx context.Context, actor contest.Actor, i *Import, r Request, known *reader) ([]Row, error) {
	f, err := known.read(ctx, r.Data)
	if err != nil {
		return nil, err
	}
	if err := s.keepPictures(ctx, actor, r.BankID, &f); err != nil {
		return nil, err
	}
	i.Format = known.format
	return i.stageItems(f, s.Now()), nil
}

// noTable reports whether a file of text is no table of questions, which has
// two known columns at least, and one for the questions: "ANSWER: A, C" reads
// like the head of one otherwise.
func noTable(t sheet.Table, err error) bool {
	switch contest.CodeOf(err) {
	case "no_header", "wrong_file_type", "too_many_rows":
		return true
	}
	return err == nil && t.Format != sheet.XLSX && (len(t.Sections[0].Columns) < 2 || !slices.Contains(t.Sections[0].Columns, "stem"))
}

// stageItems turns the questions of a file into rows, in its order.
func (i *Import) stageItems(f item.File, now time.Time) []Row {
	i.Problems = fromItems(f.Problems)
	rows := make([]Row, len(f.Items))
	used := map[string]bool{}
	for _, column := range []string{"type", "stem", "option_a", "option_b", "option_c", "option_d", "key"} {
		used[column] = true
	}
	for n, it := range f.Items {
		cells := itemCells(it)
		kept := fromItems(it.Problems)
		for column, s := range cells {
			if used[column] = true; len(s) > sheet.MaxCell {
				cells[column] = strings.ToValidUTF8(s[:sheet.MaxCell], "")
				p := wrong(column, "cell_too_long", "the text is longer than a cell may be and was cut off")
				p.Kept = true
				kept = append(kept, p)
			}
		}
		rows[n] = Row{Number: n + 1, Sheet: clipped(text.Line(it.Place)), Line: n + 1, Cells: cells}
		i.check(&rows[n], kept, "", now)
	}
	for _, c := range questionColumns {
		if used[c.Key] {
			i.Columns = append(i.Columns, c.Key)
		}
	}
	return rows
}

// itemCells are the cells of a question as read. What stood where a key should
// and could not be read stands in the cell of the key; of two keys neither does,
// so that a person writes the right one, also when it is the first.
func itemCells(it item.Item) map[string]string {
	v := it.Version
	if it.Marked {
		v.Format = bank.Markdown
	}
	cells := Cells(v)
	for _, p := range it.Problems {
		switch {
		case p.Code == "key_conflict":
			cells["key"] = ""
		case p.Code == "bad_key" && cells["key"] == "" && p.Params["text"] != "":
			cells["key"] = p.Params["text"]
		}
	}
	return cells
}

// fromItems takes over what a reader found. It stands until a person writes the
// cell anew: checking the row again would not find it.
func fromItems(list []item.Problem) []Problem {
	out := make([]Problem, len(list))
	for n, p := range list {
		column := p.Column
		if column == "" || !slices.ContainsFunc(questionColumns, func(c sheet.Column) bool { return c.Key == column }) {
			column = "stem"
		}
		params := maps.Clone(p.Params)
		if params["type"] != "" && p.Code == "type_assumed" {
			params["suggestion"] = params["type"]
		}
		out[n] = problem(column, p.Code, sheet.Severity(p.Severity), p.Message, params)
		out[n].Kept = true
	}
	return out
}

// standing drops of what a reader found what the check of the row finds too:
// that goes away with its cause.
func standing(list []Problem, kept int) []Problem {
	found := list[kept:]
	out := make([]Problem, 0, len(list))
	for _, p := range list[:kept] {
		if !p.Kept || !has(found, p.Column, p.Code) {
			out = append(out, p)
		}
	}
	return append(out, found...)
}
