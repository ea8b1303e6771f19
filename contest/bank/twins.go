package bank

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mangxanh/contest"
)

// Twin is a question that reads much like another.
type Twin struct {
	Question   Question
	BankName   string
	Similarity float64 // 0..1, see Similarity
}

// Sketches is the record as the search for near duplicates sees it.
type Sketches interface {
	// EachSketch calls yield for the questions changed since a time that are not
	// retired, and returns the newest time of change that it saw.
	EachSketch(ctx context.Context, since time.Time, yield func(Sketched)) (time.Time, error)
	// BankNames returns the names of the banks of a scope by id.
	BankNames(ctx context.Context, scope Scope) (map[string]string, error)
	// QuestionsByIDs returns questions with their newest versions; those that
	// are gone are left out.
	QuestionsByIDs(ctx context.Context, ids []string) ([]Question, error)
}

// Duplicates finds questions that read like another one, in all banks that the
// actor may read. It keeps the sketches of all questions in this node's memory
// (about 30 MB for 100,000) and asks the record at every search for those that
// changed; what it finds is compared word by word as the record has it.
type Duplicates struct {
	Store Sketches
	Banks *Service

	index   sketchIndex
	loading chan struct{} // holds a token while one caller reads
	seen    time.Time
}

// NewDuplicates returns an empty index, filled by the first search or by Warm.
func NewDuplicates(store Sketches, banks *Service) *Duplicates {
	return &Duplicates{Store: store, Banks: banks, loading: make(chan struct{}, 1)}
}

const (
	// AlikeTyping is the similarity from which a question is shown to somebody
	// who is writing, AlikeImport that from which an import warns.
	AlikeTyping = 0.5
	AlikeImport = 0.75

	candidates = 200
	mostTwins  = 10
	overlap    = time.Minute // that changes may come to the record late
)

// Warm reads what changed since the last look.
func (d *Duplicates) Warm(ctx context.Context) error {
	select {
	case d.loading <- struct{}{}:
		defer func() { <-d.loading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	since := d.seen
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	var changed []Sketched
	newest, err := d.Store.EachSketch(ctx, since, func(s Sketched) { changed = append(changed, s) })
	if err != nil {
		return err
	}
	d.index.put(changed)
	if newest.After(d.seen) {
		d.seen = newest
	}
	return nil
}

// Similar returns questions that read like a version that somebody is writing
// into a bank, the most alike first. except is the question being edited.
func (d *Duplicates) Similar(ctx context.Context, actor contest.Actor, bankID string, v Version, except string) ([]Twin, error) {
	if _, err := d.Banks.Bank(ctx, actor, bankID); err != nil {
		return nil, err
	}
	found, err := d.Twins(ctx, actor, []Version{v}, AlikeTyping)
	if err != nil {
		return nil, err
	}
	twins := slices.DeleteFunc(found[0], func(t Twin) bool { return t.Question.ID == except })
	ids := make([]string, len(twins))
	for i, t := range twins {
		ids[i] = t.Question.ID
	}
	hidden, err := d.Banks.Withheld(ctx, actor, ids)
	for i, t := range twins {
		if hidden[t.Question.ID] {
			twins[i].Question.Newest = t.Question.Newest.WithoutKey()
		}
	}
	return twins, err
}

// Twins returns for each version the questions at least that similar, in banks
// that the actor may read, the most alike first.
func (d *Duplicates) Twins(ctx context.Context, actor contest.Actor, versions []Version, alike float64) ([][]Twin, error) {
	twins := make([][]Twin, len(versions))
	names, err := d.Store.BankNames(ctx, readable(actor))
	if err != nil || len(names) == 0 {
		return twins, err
	}
	if err := d.Warm(ctx); err != nil {
		return nil, err
	}
	near, wanted := make([][]string, len(versions)), map[string]Question{}
	var ids []string
	for i, v := range versions {
		near[i] = d.index.near(v.Sketch(), names, candidates)
		for _, id := range near[i] {
			if _, known := wanted[id]; !known {
				wanted[id] = Question{}
				ids = append(ids, id)
			}
		}
	}
	list, err := d.Store.QuestionsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	read := make(map[string]features, len(list))
	for _, q := range list {
		wanted[q.ID], read[q.ID] = q, q.Newest.features()
	}
	for i, v := range versions {
		mine := v.features()
		for _, id := range near[i] {
			q := wanted[id]
			if like := mine.like(read[id]); names[q.BankID] != "" && q.State != Retired && like >= alike {
				twins[i] = append(twins[i], Twin{Question: q, BankName: names[q.BankID], Similarity: like})
			}
		}
		slices.SortStableFunc(twins[i], func(a, b Twin) int { return cmp.Compare(b.Similarity, a.Similarity) })
		twins[i] = twins[i][:min(mostTwins, len(twins[i]))]
	}
	return twins, nil
}
