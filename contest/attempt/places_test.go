package attempt

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

func matchingVersion() bank.Version {
	return bank.Version{
		ID: "v", Type: scoring.Matching, Stem: "Nối số với nơi nhận.",
		Options: []bank.Option{{Text: "111"}, {Text: "113"}, {Text: "114"}}, Matches: []string{"Trẻ em", "Công an", "Cứu hỏa", "Cấp cứu"},
		Key: scoring.Key{Choices: []int{0, 1, 2}},
	}
}

func clozeVersion() bank.Version {
	return bank.Version{
		ID: "v", Type: scoring.Cloze, Format: bank.Markdown, Stem: "Gọi [[2]] \"khi\" bị **[[1]]**.",
		Gaps: []bank.Gap{{Choices: []string{"bắt nạt", "khen"}}, {Choices: []string{"111", "<115>", "119"}}},
		Key:  scoring.Key{Choices: []int{0, 0}},
	}
}

func ready(t *testing.T, v bank.Version) *Question {
	t.Helper()
	v = v.Clean()
	if problems := v.Validate(); problems != nil {
		t.Fatal(problems)
	}
	return newQuestion(v, 100)
}

// What is chosen in the ids of an attempt comes back in the same ids, is stored
// without them, and means the same for another attempt.
func TestPlacesComeBackInTheirIDs(t *testing.T) {
	for _, v := range []bank.Version{matchingVersion(), clozeVersion()} {
		q := ready(t, v)
		for n := range 200 {
			d := idsOf(seedOf(n), n%7)
			shown := q.show(d, Item{}, true)
			seen := map[string]bool{shown.ID: true}
			wire := q.key(d)
			stored, ok := q.store(d, wire)
			if !ok || stored != string(appendInts(nil, v.Key.Choices)) {
				t.Fatalf("the key %s is stored as %q, %v", wire, stored, ok)
			}
			if again := q.shown(d, stored); string(again) != string(wire) {
				t.Fatalf("%s comes back as %s", wire, again)
			}
			if m := scoring.Grade(q.Graded, q.response(stored), scoring.Policy{}); !m.Correct {
				t.Fatalf("the key earns %+v", m)
			}
			for i := range q.base(q.places()-1) + q.Graded.Sizes[q.places()-1] {
				if id := d.option(i); seen[id] {
					t.Fatalf("id %s is given twice", id)
				} else {
					seen[id] = true
				}
			}
		}
	}
}

func TestPlacesRefuseWhatIsNoAnswer(t *testing.T) {
	q, d := ready(t, clozeVersion()), idsOf(seedOf(3), 0)
	gap := func(i int) string { return d.option(i) }
	choice := func(place, c int) string { return d.option(q.base(place) + c) }
	for raw, want := range map[string]string{
		`null`: "null", `{}`: "null", `{"` + gap(0) + `":null}`: "null",
		`{"` + gap(1) + `":"` + choice(1, 2) + `"}`:                                         "[-1,2]",
		`{"` + gap(1) + `":"` + choice(1, 0) + `","` + gap(0) + `":"` + choice(0, 1) + `"}`: "[1,0]",
		`{"` + gap(1) + `":"` + choice(0, 0) + `"}`:                                         "", // of the other gap
		`{"` + choice(1, 0) + `":"` + gap(1) + `"}`:                                         "",
		`{"zzzzzzzzzz":"` + choice(1, 0) + `"}`:                                             "",
		`{"zzzzzzzzzz":null}`:                                                               "", `[0,1]`: "", `"` + choice(1, 0) + `"`: "", `{"` + gap(0) + `":1}`: "", `{`: "", `1`: "",
	} {
		stored, ok := q.store(d, []byte(raw))
		if ok != (want != "") || ok && stored != want {
			t.Errorf("%s is stored as %q, %v; want %q", raw, stored, ok, want)
		}
	}
	for _, stored := range []string{"[0]", "[0,1,2]", "[0,9]", "{}", "x"} {
		if m := scoring.Grade(q.Graded, q.response(stored), scoring.PolicyFor(scoring.PartialPerOption, nil)); m.Points != 0 {
			t.Errorf("stored %s earns %+v", stored, m)
		}
	}
}

// The place of the right match says nothing, whatever the rule sheet says about
// the order of options; choices of a gap keep the author's order only where it
// wants that. The planted defect shows matches as they were written.
func TestMatchesAreAlwaysMixed(t *testing.T) {
	const papers = 8000
	q, cloze := ready(t, matchingVersion()), ready(t, clozeVersion())
	place, planted, gap := make([]int, 4), make([]int, 4), make([]int, 3)
	for n := range papers {
		d := idsOf(seedOf(n), n%11)
		shown := q.show(d, Item{}, false)
		right := d.option(q.base(0) + 0)
		place[slices.IndexFunc(shown.Matches, func(o ShownOption) bool { return o.ID == right })]++
		planted[0]++
		g := cloze.show(d, Item{}, true).Gaps[1]
		first := d.option(cloze.base(1))
		gap[slices.IndexFunc(g.Choices, func(o ShownOption) bool { return o.ID == first })]++
		if kept := cloze.show(d, Item{}, false).Gaps[1]; kept.Choices[0].ID != first {
			t.Fatal("choices are mixed though the rule sheet keeps options in order")
		}
		if again := q.show(idsOf(seedOf(n), n%11), Item{}, false); fmt.Sprint(again) != fmt.Sprint(shown) {
			t.Fatal("an attempt is shown in two orders")
		}
	}
	for name, x := range map[string]float64{"matches": chiSquare(place) - 11.34, "choices": chiSquare(gap) - 9.21} {
		if x > 0 {
			t.Errorf("%s: chi-square %.1f too large: %v %v", name, x, place, gap)
		}
	}
	if chiSquare(planted) < 11.34 {
		t.Error("the check does not notice matches in their written order")
	}
}

func TestTheStemHoldsTheGapsOfTheAttempt(t *testing.T) {
	q, d := ready(t, clozeVersion()), idsOf(seedOf(1), 4)
	shown := q.show(d, Item{}, true)
	var stem string
	if err := json.Unmarshal(shown.Stem, &stem); err != nil {
		t.Fatalf("stem %s: %v", shown.Stem, err)
	}
	mark := func(i int) string { return `<span class="gap" data-gap="` + shown.Gaps[i].ID + `"></span>` }
	if want := "Gọi " + mark(1) + " &#34;khi&#34; bị <b>" + mark(0) + "</b>."; stem != want {
		t.Errorf("stem %s, want %s", stem, want)
	}
	if strings.Contains(fmt.Sprintf("%s", shown.Gaps), "<115>") {
		t.Error("a choice is not escaped")
	}
}
