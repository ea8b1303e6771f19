package intake_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
)

// A file that another program exported is recognised by its content, staged
// with its faults at their places, mended where it stands, committed and taken
// back: broken questions keep none of the good ones out.
func TestFilesOfOtherProgramsAreTakenInAndTakenBack(t *testing.T) {
	files := []struct {
		path   string
		format intake.Format
		mend   map[string]map[string]string // by stem: the cells that mend it
	}{
		{"aiken/testdata/broken.txt", intake.Aiken, map[string]map[string]string{
			"Câu có đáp án lạ": {"key": "B"}, "Câu lặp chữ cái": {"option_b": "hai hay ba"}, "Câu không có đáp án": {"key": "A"},
		}},
		{"gift/testdata/broken.txt", intake.GIFT, map[string]map[string]string{
			"Câu tự luận": {"key": "một|hai"}, "Chữ trước đáp án": {"option_a": "a"}, "Hai số": {"key": "2"}, "Câu quên đóng ngoặc": {"stem": "Câu đã đóng ngoặc"},
		}},
		{"moodlexml/testdata/broken.xml", intake.Moodle, map[string]map[string]string{
			"Không có đáp án": {"key": "A"}, "Mẫu": {"key": "Hà Nội"}, "{a} + {b}": {"type": "number", "key": "3"},
		}},
	}
	eachOffice(t, func(t *testing.T, o *office) {
		for _, f := range files {
			i := o.stage(t, intake.Request{FileName: f.path, Data: fixture(t, f.path)})
			rows := o.rows(t, i.ID)
			if i.Format != f.format || i.Counts.Errors < len(f.mend) {
				t.Fatalf("%s was read as %s with %+v", f.path, i.Format, i.Counts)
			}
			mended := 0
			for _, row := range rows {
				cells, ok := f.mend[row.Cells["stem"]]
				if !ok {
					continue
				}
				_, after, err := o.Fix(t.Context(), o.author, i.ID, row.Number, cells)
				if err != nil || after.State == intake.Wrong {
					t.Errorf("%s, %q is %s after mending: %v %v", f.path, row.Cells["stem"], after.State, after.Problems, err)
				}
				mended++
			}
			if mended != len(f.mend) {
				t.Errorf("%s: %d of %d faults were found", f.path, mended, len(f.mend))
			}
			good := len(rows) - len(o.rows(t, i.ID, intake.Wrong, intake.Duplicate))
			done, err := o.Commit(t.Context(), o.author, i.ID, intake.OnlyReady)
			if err != nil || done.Outcome.Created != good || good <= mended {
				t.Errorf("%s: committed %+v of %d good, %v", f.path, done.Outcome, good, err)
			}
			o.undo(t, o.author, i.ID)
		}
		if b, err := o.banks.Bank(t.Context(), o.author, o.bank.ID); err != nil || b.Counts[bank.Draft] != 0 {
			t.Errorf("the bank holds %v after everything was taken back, %v", b.Counts, err)
		}
	})
}

// Pictures of a file are kept with the bank's, so that the question that is
// committed shows them; a picture that is none keeps its question out. Planted
// defect: leaving the markers of the file in the rows, which the commit refuses.
func TestPicturesOfFilesAreKept(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.banks.Media = o.db
		o.Gallery = bank.NewGallery(o.db, o.banks, func() time.Time { return now }, func() string { return strings.ToLower(rand.Text()) })
		i := o.stage(t, intake.Request{FileName: "moodle.xml", Data: fixture(t, "moodlexml/testdata/moodle.xml")})
		for _, row := range o.rows(t, i.ID) {
			if broken := row.Number == 3; broken != (row.State == intake.Wrong) || broken != slices.ContainsFunc(row.Problems, func(p intake.Problem) bool { return p.Code == "picture_not_kept" }) {
				t.Errorf("row %d is %s: %+v", row.Number, row.State, row.Problems)
			}
		}
		done, err := o.Commit(t.Context(), o.author, i.ID, intake.OnlyReady)
		if err != nil || done.Outcome.Created != 10 {
			t.Fatalf("committed %+v, %v", done.Outcome, err)
		}
		list, _, err := o.banks.Questions(t.Context(), o.author, o.bank.ID, bank.Filter{Text: "tổng đài"}, contest.Page{Limit: 10})
		if err != nil || len(list) != 1 || len(list[0].Newest.Pictures()) != 1 {
			t.Fatalf("found %+v, %v", list, err)
		}
		if m, err := o.db.Medium(t.Context(), list[0].Newest.Pictures()[0]); err != nil || m.Words != "một chiếc điện thoại" {
			t.Errorf("the picture is %q, %v", m.Words, err)
		}
	})
}
