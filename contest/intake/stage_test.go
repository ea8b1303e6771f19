package intake

import (
	"errors"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
)

// A spreadsheet takes "8-10" for a day in August or October; the reader of the
// file writes days as dd/mm/yyyy.
func TestAgeBandSurvivesASpreadsheet(t *testing.T) {
	for given, want := range map[string]string{"8-10": "8-10", "08/10/2026": "8-10", "10/08/2026": "8-10", "11 – 15 tuổi": "11-15", "18+": "18+"} {
		q := readQuestion(map[string]string{"age_band": given}, nil)
		if q.version.AgeBand != want {
			t.Errorf("age band %q read as %q, want %q", given, q.version.AgeBand, want)
		}
	}
}

func TestConversionOfVnTime(t *testing.T) {
	for given, want := range map[string]string{
		"Sè ®iÖn tho¹i cña Tæng ®µi b¶o vÖ trÎ em": "Số điện thoại của Tổng đài bảo vệ trẻ em",
		"Ng\u00adêi l¹ nh¾n tin":                   "Người lạ nhắn tin",
	} {
		if got := legacyColumns(map[string]string{"stem": given})["stem"]; got != want {
			t.Errorf("%q converts to %q, want %q", given, got, want)
		}
	}
	for _, fine := range []string{"Số điện thoại của em", "Microsoft® Word© là gì", "Cà phê và bánh mì", "giá 5 £ và 3 µm", "Đọc ½ trang"} {
		if got := legacyColumns(map[string]string{"stem": fine}); got != nil {
			t.Errorf("%q is taken for .VnTime: %q", fine, got)
		}
	}
}

// FuzzStage reads any file as questions and as a roster: whatever it holds, a
// row is refused with a reason or is sound enough to be asked or enrolled.
func FuzzStage(f *testing.F) {
	const header = "type,topic,age_band,difficulty,stem,option_a,option_b,option_c,option_d,key,explanation,source\n"
	f.Add(DemoQuestions())
	f.Add([]byte(header + "multiple,T,8-10,van_dung,S?,a,b,c,d,A|C,e,s\nordering,,,,S?,a,b,,,BA,,\n"))
	f.Add([]byte("Họ đệm,Tên,Ngày sinh,Nữ,Lớp\nNguyễn,An,41640,x,7A1\nLê,B,1/2/14,,\n"))
	f.Add([]byte("Câu hỏi;A;B;Đáp án\nSè ®iÖn tho¹i cña Tæng ®µi?;1;2;A\n"))
	now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, kind := range []Kind{Questions, Roster} {
			i := Import{Kind: kind}
			table, err := sheet.Read(data, sheet.Auto, columnsOf(kind))
			if err != nil {
				var refusal *contest.Error
				if !errors.As(err, &refusal) {
					t.Fatalf("an accident instead of a refusal: %v", err)
				}
				continue
			}
			rows := stage(&i, table, now)
			i.repetitions(rows, Known{})
			for _, r := range rows {
				soundOrRefused(t, &i, r, now)
			}
		}
	})
}

func soundOrRefused(t *testing.T, i *Import, r Row, now time.Time) {
	t.Helper()
	switch {
	case r.State == Wrong && len(r.Problems) == 0:
		t.Fatalf("row %d is refused without a reason", r.Number)
	case r.State == Wrong || r.State == Duplicate:
	case i.Kind == Questions:
		if p := readQuestion(r.Cells, nil).version.Validate(); p != nil {
			t.Fatalf("row %d is %s and yet %v", r.Number, r.State, p)
		}
	default:
		if p := people.CheckRosterRow(i.pupil(r, now), now); p != nil {
			t.Fatalf("row %d is %s and yet %v", r.Number, r.State, p)
		}
	}
}
