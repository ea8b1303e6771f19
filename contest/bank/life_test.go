package bank_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
	"mangxanh/storage/storagetest"
)

// Whatever two people do with questions, in whatever order, no version that was
// ever stored changes, every change is the next version, the round that drew a
// version holds that one, and what is in use was approved by somebody other
// than its author. Planted defects, each caught: saveQuestion that writes labels
// into the newest version's row as well; Revise that numbers from the version in
// use; Apply that lets an author approve.
func TestNoHistoryOfActsChangesAVersion(t *testing.T) {
	bothHalls(t, contest.Pupil, func(t *testing.T, h *hall) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 2))
		ctx := t.Context()
		people := []contest.Actor{h.organizer, h.teacher}
		other, err := h.CreateBank(ctx, h.organizer, h.w.Department, "Ngân hàng khác")
		must(t, err)
		ids := h.allQuestions(t, h.w.Bank)
		before := h.histories(t, ids)
		pooled := fmt.Sprint(h.pool(t))
		for step := range 120 {
			who, id := people[r.IntN(2)], ids[r.IntN(len(ids))]
			h.act(t, r, who, id, other.ID, step)
			after := h.histories(t, ids)
			for id, versions := range before {
				for n, v := range versions {
					if n >= len(after[id]) || !reflect.DeepEqual(after[id][n], v) {
						t.Fatalf("step %d changed version %d of %s: %+v", step, v.Number, id, v)
					}
				}
				for n, v := range after[id] {
					if v.Number != n+1 {
						t.Fatalf("step %d: version %d at place %d", step, v.Number, n+1)
					}
				}
			}
			before = after
			h.checkUse(t, ids, after)
		}
		if now := fmt.Sprint(h.pool(t)); now != pooled {
			t.Errorf("the round draws %s, was %s", now, pooled)
		}
	})
}

// act does one thing of all that can be done with a question; refusals are part
// of it.
func (h *hall) act(t *testing.T, r *rand.Rand, who contest.Actor, id, otherBank string, step int) {
	t.Helper()
	ctx := t.Context()
	q, err := h.db.Question(ctx, id)
	must(t, err)
	label := fmt.Sprint("Chủ đề ", step)
	written := false
	switch r.IntN(5) {
	case 0:
		v := sound()
		v.Topic = label
		_, err = h.Revise(ctx, who, id, q.Newest.Number, v)
		written = err == nil
	case 1:
		var done []bank.Outcome
		done, err = h.EditAll(ctx, who, q.BankID, []string{id}, bank.Labels{Topic: &label})
		written = err == nil && done[0].Code == ""
	case 2:
		to := otherBank
		if q.BankID == otherBank {
			to = h.w.Bank
		}
		_, err = h.MoveAll(ctx, who, q.BankID, []string{id}, to)
	case 3:
		actions := []bank.Action{bank.Submit, bank.Approve, bank.Approve, bank.Return}
		_, err = h.Review(ctx, who, id, 0, actions[r.IntN(len(actions))], "")
	case 4:
		_, err = h.ReviewAll(ctx, who, q.BankID, []string{id}, bank.Approve)
	}
	if contest.CodeOf(err) == "internal" && err != nil {
		t.Fatal(err)
	}
	now, err := h.db.Question(ctx, id)
	must(t, err)
	if written && (now.Newest.Number != q.Newest.Number+1 || now.Newest.Topic != label || now.Newest.AuthorID != who.AccountID) || !written && !reflect.DeepEqual(now.Newest, q.Newest) {
		t.Fatalf("step %d: version %d became %+v", step, q.Newest.Number, now.Newest)
	}
}

func (h *hall) allQuestions(t *testing.T, bankID string) (ids []string) {
	t.Helper()
	list, _, err := h.Questions(t.Context(), h.organizer, bankID, bank.Filter{}, contest.Page{})
	must(t, err)
	for _, q := range list {
		ids = append(ids, q.ID)
	}
	return ids
}

func (h *hall) histories(t *testing.T, ids []string) map[string][]bank.Version {
	t.Helper()
	all := map[string][]bank.Version{}
	for _, id := range ids {
		versions, _, err := h.db.History(t.Context(), id)
		must(t, err)
		all[id] = versions
	}
	return all
}

// pool is which versions the round draws from.
func (h *hall) pool(t *testing.T) (ids []string) {
	t.Helper()
	sitting, err := contest.NewSittings(h.db, storagetest.Now).Sitting(t.Context(), h.round.ID)
	must(t, err)
	for _, line := range sitting.Pool {
		for _, e := range line.Entries {
			ids = append(ids, e.VersionID)
		}
	}
	return ids
}

// checkUse checks that a second person approved what is in use.
func (h *hall) checkUse(t *testing.T, ids []string, histories map[string][]bank.Version) {
	t.Helper()
	for _, id := range ids {
		q, err := h.db.Question(t.Context(), id)
		must(t, err)
		if q.Approved == 0 || q.Approved == 1 && id != h.other.ID { // the world approved those
			continue
		}
		_, reviews, err := h.db.History(t.Context(), id)
		must(t, err)
		approved := false
		for _, step := range reviews {
			approved = approved || step.Action == bank.Approve && step.Number == q.Approved && step.ActorID != histories[id][q.Approved-1].AuthorID
		}
		if !approved {
			t.Fatalf("nobody else approved version %d of %s", q.Approved, id)
		}
	}
}

// A comparison names every field that a version has: whatever differs is told.
// Planted defect: the transcript left out of written.
func TestDifferencesNameEveryField(t *testing.T) {
	s, w, author, _ := library(t, storagetest.SQLite(t))
	q, err := s.CreateQuestion(t.Context(), author, w.Bank, sound())
	must(t, err)
	next := q.Newest
	next.Type, next.Format, next.Stem = scoring.Multiple, bank.Markdown, "Khác **hẳn**"
	next.Options = []bank.Option{{Text: "một", Pinned: true}, {Text: "hai", MediaID: "abcdefgh12345678-720x405", Alt: "hình"}, {Text: "ba"}}
	next.Key = scoring.Key{Choices: []int{0, 2}}
	next.Audio = &bank.Audio{MediaID: "abcdefgh12345678", Transcript: "lời"}
	next.Explanation, next.Topic, next.AgeBand, next.Difficulty = "vì", "khác", "16-17", bank.VanDungCao
	next.Citation = bank.Citation{Text: "Luật X, Điều 9", Instrument: "Luật X", Article: "Điều 9", From: newYear(2020), To: newYear(2030)}
	_, err = s.Revise(t.Context(), author, q.ID, 1, next)
	must(t, err)
	d, err := s.Difference(t.Context(), author, q.ID, 2, 0)
	must(t, err)
	told := map[string]bool{}
	for _, c := range d.Changes {
		told[c.Field] = true
	}
	for _, field := range []string{
		"type", "format", "stem", "options[0]", "options[1]", "pinned", "key", "audio", "transcript", "explanation", "topic", "age_band",
		"difficulty", "source", "instrument", "article", "law_from", "law_to",
	} {
		if !told[field] {
			t.Errorf("%s changed and is not told: %v", field, told)
		}
	}
}

func newYear(year int) time.Time { return time.Date(year, 1, 2, 0, 0, 0, 0, time.UTC) }
