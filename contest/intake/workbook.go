package intake

import (
	"io"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/sheet"
	"mangxanh/scoring"
)

// WriteXLSX writes questions as a workbook in the layout that the import reads.
// No cell of it can run as a formula, also not after it was saved in another
// form; the import takes off again what keeps it from that.
func WriteXLSX(w io.Writer, versions []bank.Version, _ func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	var lost item.Losses
	filled := make([]map[string]string, len(versions))
	used := map[string]bool{}
	for _, column := range []string{"type", "topic", "age_band", "difficulty", "stem", "option_a", "option_b", "option_c", "option_d", "key", "explanation", "source"} {
		used[column] = true
	}
	for n, v := range versions {
		filled[n] = Cells(v)
		for column, s := range filled[n] {
			used[column] = true
			if len(neutralOnce(s)) > sheet.MaxCell {
				lost.Add(n+1, column, "the text is longer than a cell may be; the import will cut it off")
			}
		}
		unheld(&lost, n+1, v)
	}
	var header []string
	var widths []float64
	for _, c := range questionColumns {
		if used[c.Key] {
			header = append(header, c.Key)
			widths = append(widths, map[string]float64{"stem": 60, "explanation": 40, "source": 34, "topic": 24, "type": 13}[c.Key]+8)
		}
	}
	rows := [][]string{header}
	for _, cells := range filled {
		row := make([]string, len(header))
		for i, column := range header {
			row[i] = neutralOnce(cells[column])
		}
		rows = append(rows, row)
	}
	raw, err := sheet.Write(sheet.Sheet{Name: "Câu hỏi", Rows: rows, Widths: widths})
	if err == nil {
		_, err = w.Write(raw)
	}
	return lost, err
}

// unheld says what of a question a table does not hold.
func unheld(lost *item.Losses, n int, v bank.Version) {
	if v.Withheld && v.Type != scoring.Prediction {
		lost.Add(n, "key", "key and explanation are left out")
	}
	if len(v.Media()) > 0 {
		lost.Add(n, "media", "pictures and recordings stand as names only, which this installation alone knows")
	}
	c := v.Citation
	if c.InstrumentID != "" {
		lost.Add(n, "instrument", "the entry in the list of instruments is left out; the source is written")
	}
	if again := bank.ParseCitation(source(c)); again.Instrument != c.Instrument || again.Article != c.Article {
		lost.Add(n, "citation", "instrument and article are written in one line and may be read differently")
	}
}

// neutralOnce is Neutral so that bare finds what was there before.
func neutralOnce(s string) string {
	if formulaLike(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// bare takes off the sign that keeps a cell from being run as a formula.
func bare(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formulaLike(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}
