package bank_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

func sound() bank.Version {
	return bank.Version{
		Type: scoring.Single, Stem: "Số nào là tổng đài bảo vệ trẻ em?",
		Options: []bank.Option{{Text: "111"}, {Text: "113"}, {Text: "114"}},
		Key:     scoring.Key{Choices: []int{0}}, Difficulty: bank.NhanBiet, AgeBand: "8-10",
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*bank.Version)
		want  []string
	}{
		"sound":             {func(*bank.Version) {}, nil},
		"no stem":           {func(v *bank.Version) { v.Stem = " \u00a0\u200b" }, []string{"stem empty_stem"}},
		"long stem":         {func(v *bank.Version) { v.Stem = strings.Repeat("ộ", bank.MaxStem+1) }, []string{"stem stem_too_long"}},
		"no key":            {func(v *bank.Version) { v.Key.Choices = nil }, []string{"key missing_key"}},
		"key beyond":        {func(v *bank.Version) { v.Key.Choices = []int{3} }, []string{"key key_out_of_range"}},
		"two keys":          {func(v *bank.Version) { v.Key.Choices = []int{0, 1} }, []string{"key two_keys"}},
		"key twice":         {func(v *bank.Version) { v.Type = scoring.Multiple; v.Key.Choices = []int{1, 1} }, []string{"key repeated_key"}},
		"half an order":     {func(v *bank.Version) { v.Type = scoring.Ordering; v.Key.Choices = []int{1, 0} }, []string{"key incomplete_order"}},
		"same options":      {func(v *bank.Version) { v.Options[2].Text = " 111\u00a0" }, []string{"options[2] duplicate_options"}},
		"empty option":      {func(v *bank.Version) { v.Options[1].Text = "\u200b" }, []string{"options[1] empty_option"}},
		"three truths":      {func(v *bank.Version) { v.Type = scoring.TrueFalse }, []string{"options not_two_options"}},
		"unknown type":      {func(v *bank.Version) { v.Type = "essay" }, []string{"type unknown_type"}},
		"no accepted text":  {func(v *bank.Version) { v.Type = scoring.ShortText; v.Options = nil }, []string{"key missing_key"}},
		"number in words":   {func(v *bank.Version) { v.Type = scoring.Number; v.Options = nil; v.Key.Value = "ba" }, []string{"key bad_number"}},
		"decimal comma":     {func(v *bank.Version) { v.Type = scoring.Number; v.Options = nil; v.Key.Value = "2,5" }, nil},
		"prediction":        {func(v *bank.Version) { v.Type = scoring.Prediction; v.Options = nil }, nil},
		"strange labels":    {func(v *bank.Version) { v.Difficulty = "hard"; v.AgeBand = "old" }, []string{"difficulty unknown_difficulty", "age_band bad_age_band"}},
		"options on a text": {func(v *bank.Version) { v.Type = scoring.ShortText; v.Key.Texts = []string{"a"} }, []string{"options options_not_allowed"}},
	} {
		v := sound()
		c.spoil(&v)
		var got []string
		for _, p := range v.Clean().Validate() {
			got = append(got, p.Location+" "+p.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestCleanLeavesTheOriginalAlone(t *testing.T) {
	v := sound()
	v.Options[0].Text = " 111 "
	if v.Clean(); v.Options[0].Text != " 111 " {
		t.Error("Clean wrote into the version it was called on")
	}
}

func TestFingerprintSeesThroughWriting(t *testing.T) {
	a, b, other := sound(), sound(), sound()
	b.Stem = "  số nào là TỔNG ĐÀI bảo vệ trẻ em?"
	slices.Reverse(b.Options)
	other.Options[0].Text = "112"
	if a.Fingerprint() != b.Fingerprint() {
		t.Error("the same question written differently has another fingerprint")
	}
	if a.Fingerprint() == other.Fingerprint() {
		t.Error("another option, the same fingerprint")
	}
}

func TestRenderEscapesEverything(t *testing.T) {
	v := sound()
	v.Stem = "<script>x</script>\nA < B && C"
	v.Options[0].Text = `"><svg onload=alert(1)>`
	r := v.Render()
	if want := "&lt;script&gt;x&lt;/script&gt;<br>A &lt; B &amp;&amp; C"; r.Stem != want {
		t.Errorf("stem %q, want %q", r.Stem, want)
	}
	if strings.ContainsAny(r.Options[0], `<>"`) {
		t.Errorf("option %q is not escaped", r.Options[0])
	}
}

func TestReviewTakesTwoPeople(t *testing.T) {
	q := bank.Question{ID: "q", State: bank.Draft, Newest: bank.Version{Number: 1, AuthorID: "an"}}
	step := func(action bank.Action, by string, want bank.State, code string) {
		t.Helper()
		next, err := q.Apply(action, by)
		if code != "" {
			if !errors.Is(err, contest.Conflict) || contest.CodeOf(err) != code {
				t.Fatalf("%s by %s: %v, want %s", action, by, err, code)
			}
			return
		}
		if err != nil || next.State != want {
			t.Fatalf("%s by %s: %s, %v; want %s", action, by, next.State, err, want)
		}
		q = next
	}
	step(bank.Submit, "an", bank.InReview, "")
	step(bank.Submit, "an", "", "wrong_state")
	step(bank.Approve, "an", "", "same_person")
	step(bank.Return, "binh", bank.Draft, "")
	step(bank.Submit, "an", bank.InReview, "")
	step(bank.Approve, "binh", bank.Approved, "")
	q = q.Revise(bank.Version{AuthorID: "binh"})
	if q.State != bank.Draft || q.Approved != 1 || q.Newest.Number != 2 {
		t.Fatalf("after a new version: %+v; want a draft 2 over the approved 1", q)
	}
	step(bank.Approve, "binh", "", "same_person")
	step(bank.Approve, "an", bank.Approved, "")
	step(bank.Retire, "an", bank.Retired, "")
	step(bank.Approve, "binh", "", "wrong_state")
}

func TestParseCitation(t *testing.T) {
	for source, want := range map[string]bank.Citation{
		"Nghị định 56/2017/NĐ-CP, Điều 23; trang tongdai111.vn": {Instrument: "Nghị định 56/2017/NĐ-CP", Article: "Điều 23"},
		"Bộ luật Dân sự 2015, Điều 32":                          {Instrument: "Bộ luật Dân sự 2015", Article: "Điều 32"},
		"Kỹ năng chung, không viện dẫn điều luật":               {},
	} {
		want.Text = source
		if got := bank.ParseCitation(source); got != want {
			t.Errorf("ParseCitation(%q) = %+v, want %+v", source, got, want)
		}
	}
}
