package attempt

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// Sheet is a round as attempts use it: the sitting and its question versions,
// ready for drawing, showing and marking. It never changes; everybody shares it.
type Sheet struct {
	*contest.Sitting
	questions map[int]*Question // by position in the pool
	policy    scoring.Policy
}

// Question is a question version of a round, rendered once. Stem, Options and
// what else is JSON are strings of safe HTML, quoted, ready to be sent as they
// are. It holds the key; only Review shows that.
type Question struct {
	VersionID   string
	Graded      scoring.Question
	Pinned      []bool // options that keep their place
	Stem        json.RawMessage
	Options     []json.RawMessage // by stable index
	Matches     []json.RawMessage // of a matching, by stable index
	Gaps        [][]json.RawMessage
	Audio       *ShownAudio
	Explanation json.RawMessage
	Citation    json.RawMessage

	around []around // the stem of a cloze
}

// Rounds knows the published rounds; contest.Sittings does.
type Rounds interface {
	// Sitting returns the round as it was at most two seconds ago.
	Sitting(ctx context.Context, roundID string) (*contest.Sitting, error)
	// Lock fixes what decides fairness, once, and returns the round as it then is.
	Lock(ctx context.Context, roundID string) (*contest.Sitting, error)
}

// Library knows the question versions.
type Library interface {
	VersionsByIDs(ctx context.Context, ids []string) ([]bank.Version, error)
}

// Question returns the question of an item of a paper.
func (s *Sheet) Question(item Item) *Question {
	if item.Pool == PredictionItem {
		return s.prediction()
	}
	return s.questions[item.Pool]
}

// prediction is the question that ends most contests: it has no marks, and its
// answer is a number of people.
func (s *Sheet) prediction() *Question {
	return &Question{Graded: scoring.Question{Type: scoring.Prediction}, Stem: quoted(bank.HTML(s.Rules.Prediction.Asked()))}
}

// Score reports whether the contestant of an attempt may see its marks as a sum:
// with the review, or earlier where the leaderboard shows them anyway.
func (s *Sheet) Score(a Attempt, now time.Time) bool {
	return s.Rules.ScoreOpen(s.Round, a.State.Finished(), now)
}

// Review reports whether keys, explanations and the marks of each question may
// be seen by the contestant of an attempt.
func (s *Sheet) Review(a Attempt, now time.Time) bool {
	return s.Rules.ReviewOpen(s.Round, a.State.Finished(), now)
}

// quoted writes text as a JSON string. HTML is escaped already.
func quoted(text string) json.RawMessage {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil { // no string fails
		return json.RawMessage(`""`)
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

func newQuestion(v bank.Version, points int64) *Question {
	text := v.Render()
	q := &Question{
		VersionID: v.ID, Graded: v.Graded(points), Stem: quoted(text.Stem),
		Explanation: quoted(text.Explanation), Citation: quoted(text.Citation),
	}
	for i, o := range v.Options {
		q.Options = append(q.Options, quoted(text.Options[i]))
		q.Pinned = append(q.Pinned, o.Pinned)
	}
	if v.Audio != nil {
		q.Audio = &ShownAudio{MediaID: v.Audio.MediaID, Transcript: quoted(text.Transcript)}
	}
	q.addPlaces(text)
	return q
}

// sheets keeps the sheet of each round. A round that was edited keeps the
// questions it had, since versions never change.
type sheets struct {
	rounds Rounds
	bank   Library
	fold   func(string) string
	all    sync.Map // round id → *Sheet
}

// get returns the round as it was at most two seconds ago.
func (c *sheets) get(ctx context.Context, roundID string) (*Sheet, error) {
	sitting, err := c.rounds.Sitting(ctx, roundID)
	if err != nil {
		return nil, err
	}
	return c.of(ctx, sitting)
}

// known returns the round as this node has it, however old: enough for what the
// first start has locked, and it asks nobody.
func (c *sheets) known(ctx context.Context, roundID string) (*Sheet, error) {
	if s, ok := c.all.Load(roundID); ok {
		return s.(*Sheet), nil
	}
	return c.get(ctx, roundID)
}

func (c *sheets) of(ctx context.Context, sitting *contest.Sitting) (*Sheet, error) {
	var before *Sheet
	if s, ok := c.all.Load(sitting.Round.ID); ok {
		if before = s.(*Sheet); before.Sitting == sitting {
			return before, nil
		}
	}
	s := &Sheet{Sitting: sitting, policy: scoring.PolicyFor(sitting.Rules.PartialCredit, c.fold), questions: map[int]*Question{}}
	if err := c.fill(ctx, s, before); err != nil {
		return nil, err
	}
	c.all.Store(sitting.Round.ID, s)
	return s, nil
}

func (c *sheets) fill(ctx context.Context, s, before *Sheet) error {
	var ids []string
	var at []int
	var points []int64
	for _, line := range s.Pool {
		for _, e := range line.Entries {
			if before != nil {
				if q := before.questions[e.Position]; q != nil && q.VersionID == e.VersionID && q.Graded.Marks == line.Points {
					s.questions[e.Position] = q
					continue
				}
			}
			ids, at, points = append(ids, e.VersionID), append(at, e.Position), append(points, line.Points)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	versions, err := c.bank.VersionsByIDs(ctx, ids)
	if err != nil {
		return err
	}
	for i, v := range versions {
		s.questions[at[i]] = newQuestion(v, points[i])
	}
	return nil
}

// Draw makes the paper of a division from a seed: for each line of the
// blueprint so many of its versions, none twice. The same seed and pool give the
// same paper.
func (s *Sheet) Draw(divisionID string, seed Seed) (Paper, error) {
	positions, ok := choose(s.LinesFor(divisionID), newChance(seed, 'q'))
	if !ok || len(positions) == 0 {
		return Paper{}, contest.Refuse(contest.Conflict, "no_paper", "the question pool does not make a whole paper for this division")
	}
	if s.Rules.ShuffleQuestions {
		newChance(seed, 's').shuffle(positions)
	}
	var p Paper
	options := newChance(seed, 'o')
	for _, position := range positions {
		p.Items = append(p.Items, Item{Pool: position, Options: s.questions[position].order(s.Rules.ShuffleOptions, options)})
	}
	if s.Rules.Prediction.On {
		p.Items = append(p.Items, Item{Pool: PredictionItem})
	}
	return p, nil
}

// order is the order in which options are shown. Pinned ones keep their place,
// right and wrong keep theirs in true_false, and those of a matching are asked
// one after the other; what is to be put in order is never shown in the order in
// which the author wrote it down.
func (q *Question) order(shuffle bool, c *chance) []int {
	n := len(q.Options)
	if n == 0 {
		return nil
	}
	order, loose := make([]int, n), make([]int, 0, n)
	for i := range order {
		order[i] = i
		if !q.Pinned[i] || q.Graded.Type == scoring.Ordering {
			loose = append(loose, i)
		}
	}
	t := q.Graded.Type
	if t != scoring.Ordering && (!shuffle || t == scoring.TrueFalse || t == scoring.Matching) {
		return order
	}
	places := slices.Clone(loose)
	c.shuffle(loose)
	for i, place := range places {
		order[place] = loose[i]
	}
	return order
}

// choose picks versions for the slots of the lines. Lines may share versions; a
// slot that finds all of its own taken lets another slot move aside, so that a
// paper is found whenever there is one.
func choose(lines []contest.PoolLine, c *chance) ([]int, bool) {
	type slot struct{ line, entry int }
	var slots []slot
	orders := make([][]int, len(lines))
	for l, line := range lines {
		orders[l] = make([]int, len(line.Entries))
		for i := range orders[l] {
			orders[l][i] = i
		}
		c.shuffle(orders[l])
		for range line.Count {
			slots = append(slots, slot{line: l, entry: -1})
		}
	}
	holder := make(map[string]int, len(slots)) // version → slot
	taken := make([]int, len(lines))           // a held version stays held: how many at the front of a line's order are
	free := func(at int) bool {
		l := slots[at].line
		for order := orders[l]; taken[l] < len(order); {
			e := order[taken[l]]
			taken[l]++
			if id := lines[l].Entries[e].VersionID; !held(holder, id) {
				holder[id], slots[at].entry = at, e
				return true
			}
		}
		return false
	}
	var place func(int, map[string]bool) bool
	place = func(at int, tried map[string]bool) bool {
		line := lines[slots[at].line]
		for _, e := range orders[slots[at].line] {
			id := line.Entries[e].VersionID
			if tried[id] {
				continue
			}
			tried[id] = true
			if other, taken := holder[id]; !taken || place(other, tried) {
				holder[id], slots[at].entry = at, e
				return true
			}
		}
		return false
	}
	positions := make([]int, len(slots))
	for at := range slots {
		if !free(at) && !place(at, map[string]bool{}) {
			return nil, false
		}
	}
	for at, s := range slots {
		positions[at] = lines[s.line].Entries[s.entry].Position
	}
	return positions, true
}

func held(holder map[string]int, id string) bool {
	_, there := holder[id]
	return there
}
