package contest

import (
	"context"
	"reflect"
	"slices"
	"time"

	"mangxanh/contest/text"
)

// Patch is a change of a contest; nil fields stay as they are.
type Patch struct {
	Title      *string
	SchoolYear *string
	LawAsOf    *time.Time
	Audience   *[]string
	Archived   *bool
}

// Edit changes a contest of that version. After the first start only the title
// may change and the contest be archived.
func (s *Service) Edit(ctx context.Context, actor Actor, id string, version int64, p Patch) (Contest, error) {
	var paths map[string][]string
	if p.Audience != nil {
		var err error
		if paths, err = s.Store.UnitPaths(ctx, *p.Audience); err != nil {
			return Contest{}, err
		}
	}
	return s.edit(ctx, actor, id, "contest.edit", version, func(e *Edit) error {
		if p.SchoolYear != nil || p.LawAsOf != nil || p.Audience != nil {
			if err := e.locked(); err != nil {
				return err
			}
		}
		var faults problems
		if p.Title != nil {
			e.Title = text.Line(*p.Title)
			faults.when(e.Title == "", "title", "required", "a title is needed")
			faults.long("title", e.Title, maxTitle)
		}
		if p.SchoolYear != nil {
			e.SchoolYear = *p.SchoolYear
		}
		if p.LawAsOf != nil {
			e.LawAsOf = Moment(*p.LawAsOf)
		}
		if p.Audience != nil {
			faults.append(audienceProblems(actor, *p.Audience, paths))
			e.Audience, e.AudiencePaths = *p.Audience, nil
			for _, id := range e.Audience {
				e.AudiencePaths = append(e.AudiencePaths, paths[id]...)
			}
			if len(e.Audience) == 0 {
				e.AudiencePaths = []string{e.UnitPath}
			}
		}
		if len(faults) > 0 {
			return Faulty(faults...)
		}
		if p.Archived != nil && *p.Archived {
			return s.archive(e)
		}
		if p.LawAsOf != nil || p.Audience != nil {
			return s.refreeze(e)
		}
		return nil
	})
}

// archive takes a contest out of the lists; its published results stay.
func (s *Service) archive(e *Edit) error {
	if e.State(s.Now()) == Running {
		return Refuse(Conflict, "still_running", "a running contest cannot be archived")
	}
	e.Stored = Archived
	return nil
}

// SetRules replaces the rule sheet. After the first start only its wording and
// what is shown may change.
func (s *Service) SetRules(ctx context.Context, actor Actor, id string, version int64, rules RuleSheet) (Contest, error) {
	rules = rules.Normal()
	if faults := rules.Problems(); len(faults) > 0 {
		return Contest{}, Faulty(faults...)
	}
	return s.edit(ctx, actor, id, "contest.rule_sheet", version, func(e *Edit) error {
		if e.LockedAt.IsZero() {
			e.Rules = rules
			return s.refreeze(e)
		}
		if !reflect.DeepEqual(rules.fairness(), e.Rules.fairness()) {
			return e.locked()
		}
		e.Rules = rules
		for i := range e.Rounds {
			frozen := rules
			e.Rounds[i].Frozen = &frozen
		}
		return nil
	})
}

// fairness is the rule sheet without what may change during a contest: wording
// and what is shown.
func (s RuleSheet) fairness() RuleSheet {
	s.OrganizerText, s.Sections, s.Leaderboard, s.Names = "", nil, "", ""
	s.ReviewTime = s.ReviewTime.UTC()
	if len(s.Exclusions) == 0 {
		s.Exclusions = nil
	}
	if len(s.Prizes) == 0 {
		s.Prizes = nil
	}
	return s
}

// SetDivisions replaces the divisions. Those with an id keep it; blueprint
// lines of a division that went away go with it.
func (s *Service) SetDivisions(ctx context.Context, actor Actor, id string, version int64, divisions []Division) (Contest, error) {
	return s.edit(ctx, actor, id, "contest.divisions", version, func(e *Edit) error {
		if err := e.locked(); err != nil {
			return err
		}
		kept := map[string]bool{}
		next := slices.Clone(divisions)
		for i := range next {
			d := &next[i]
			if e.Division(d.ID).ID == "" || kept[d.ID] {
				d.ID = s.NewID()
			}
			kept[d.ID] = true
			d.Code, d.Name, d.Position = text.Line(d.Code), text.Line(d.Name), i
		}
		if faults := divisionProblems(next); len(faults) > 0 {
			return Faulty(faults...)
		}
		e.Divisions = next
		for i := range e.Rounds {
			e.Rounds[i].Blueprint = slices.DeleteFunc(e.Rounds[i].Blueprint, func(l BlueprintLine) bool {
				return l.DivisionID != "" && !kept[l.DivisionID]
			})
		}
		return s.refreeze(e)
	})
}

// RoundPatch is a new round or a change of one; nil fields stay as they are.
type RoundPatch struct {
	Name     *string
	Kind     *RoundKind
	OpensAt  *time.Time
	ClosesAt *time.Time
	Duration *time.Duration
	BankID   *string
	Prompt   *string
}

// AddRound adds a round at the end.
func (s *Service) AddRound(ctx context.Context, actor Actor, contestID string, p RoundPatch) (Contest, Round, error) {
	if err := s.checkBank(ctx, actor, p.BankID); err != nil {
		return Contest{}, Round{}, err
	}
	id := s.NewID()
	c, err := s.edit(ctx, actor, contestID, "round.add", 0, func(e *Edit) error {
		if len(e.Rounds) >= maxRounds {
			return Refuse(Invalid, "too_many", "at most %d rounds", maxRounds)
		}
		r := Round{ID: id, ContestID: e.ID, Position: len(e.Rounds), Kind: Quiz, Version: 1, CreatedAt: Moment(s.Now())}
		r.apply(p)
		r.Slug = e.Slug + "-" + Slug(r.Name)
		e.Rounds = append(e.Rounds, r)
		if faults := r.shapeProblems(); len(faults) > 0 {
			return Faulty(faults...)
		}
		if e.Stored == Published {
			return Refuse(Conflict, "published", "rounds are added before a contest is published")
		}
		return nil
	})
	r, _ := c.Round(id)
	return c, r, err
}

func (r *Round) apply(p RoundPatch) {
	set(&r.Name, p.Name)
	set(&r.Kind, p.Kind)
	set(&r.OpensAt, p.OpensAt)
	set(&r.ClosesAt, p.ClosesAt)
	set(&r.Duration, p.Duration)
	set(&r.BankID, p.BankID)
	set(&r.Prompt, p.Prompt)
	r.Name = text.Line(r.Name)
	r.OpensAt, r.ClosesAt = Moment(r.OpensAt), Moment(r.ClosesAt)
}

func set[T any](field *T, v *T) {
	if v != nil {
		*field = *v
	}
}

// shapeProblems is what is wrong with a round that is still being written.
func (r Round) shapeProblems() []Problem {
	var p problems
	p.when(r.Name == "", "name", "required", "a name is needed")
	p.long("name", r.Name, maxTitle)
	p.when(!oneOf(r.Kind, Quiz, Writing), "kind", "choice", "quiz or writing")
	p.when(!r.OpensAt.IsZero() && !r.ClosesAt.IsZero() && !r.ClosesAt.After(r.OpensAt), "closes_at", "window", "a round closes after it opens")
	p.when(r.Duration < 0 || r.Duration > maxDuration, "duration_s", "range", "at most 12 hours")
	p.long("prompt", r.Prompt, 20_000)
	return p
}

// EditRound changes a round of that version. Once it is locked only the name
// changes and the close moves, and that only forward; open attempts follow.
func (s *Service) EditRound(ctx context.Context, actor Actor, roundID string, version int64, p RoundPatch) (Contest, Round, error) {
	if err := s.checkBank(ctx, actor, p.BankID); err != nil {
		return Contest{}, Round{}, err
	}
	return s.editRound(ctx, actor, roundID, "round.edit", func(e *Edit, r *Round) error {
		if version != 0 && version != r.Version {
			return Refuse(Stale, "version_changed", "this round was changed by somebody else")
		}
		before := *r
		r.apply(p)
		if faults := r.shapeProblems(); len(faults) > 0 {
			return Faulty(faults...)
		}
		if !e.LockedAt.IsZero() || r.OfficialVersion > 0 {
			return s.extend(e, before, *r)
		}
		return s.refreeze(e)
	})
}

// extend lets a locked round change only in ways that take nothing from anyone.
func (s *Service) extend(e *Edit, before, after Round) error {
	unchanged := before
	unchanged.Name, unchanged.ClosesAt = after.Name, after.ClosesAt
	if !reflect.DeepEqual(unchanged, after) {
		return e.locked()
	}
	if after.ClosesAt.Equal(before.ClosesAt) {
		return nil
	}
	if after.OfficialVersion > 0 {
		return Refuse(Conflict, "official", "the results of this round are official")
	}
	if after.ClosesAt.Before(before.ClosesAt) {
		return Refuse(Conflict, "settings_locked", "the close of a round that has begun moves only forward")
	}
	if after.RulesUnder(e.Contest).CutAtClose {
		e.Deadlines = append(e.Deadlines, DeadlineMove{RoundID: after.ID, Duration: after.Duration, ClosesAt: after.ClosesAt})
	}
	return nil
}

// DeleteRound removes a round from a draft.
func (s *Service) DeleteRound(ctx context.Context, actor Actor, roundID string) error {
	_, _, err := s.editRound(ctx, actor, roundID, "round.delete", func(e *Edit, _ *Round) error {
		if e.Stored != Draft {
			return Refuse(Conflict, "published", "rounds are removed before a contest is published")
		}
		e.Rounds = slices.DeleteFunc(e.Rounds, func(r Round) bool { return r.ID == roundID })
		for i := range e.Rounds {
			e.Rounds[i].Position = i
		}
		return nil
	})
	return err
}

// SetBlueprint replaces the blueprint of a round. Lines that cannot be filled
// from the bank are refused only when the contest is public already.
func (s *Service) SetBlueprint(ctx context.Context, actor Actor, roundID string, lines []BlueprintLine) (Contest, Round, error) {
	return s.editRound(ctx, actor, roundID, "round.blueprint", func(e *Edit, r *Round) error {
		if err := e.locked(); err != nil {
			return err
		}
		next := slices.Clone(lines)
		for i := range next {
			next[i].ID = s.NewID()
			next[i].Topic = text.Line(next[i].Topic)
		}
		if faults := blueprintProblems("lines", next, e.Divisions); len(faults) > 0 {
			return Faulty(faults...)
		}
		r.Blueprint = next
		return s.refreeze(e)
	})
}

// Stock is how many approved questions a blueprint line finds.
type Stock struct {
	Available int // that match the line
	Short     int // that are missing once no question serves two lines
	Outdated  int // that match but for the law of the day
}

// Stocks looks up what each blueprint line of a round finds in the bank.
func (s *Service) Stocks(ctx context.Context, c Contest, r Round) ([]Stock, error) {
	stocks := make([]Stock, len(r.Blueprint))
	if r.BankID == "" {
		for i, l := range r.Blueprint {
			stocks[i].Short = l.Count
		}
		return stocks, nil
	}
	found, err := s.Store.Drawable(ctx, r, c.LawFor(r))
	if err != nil {
		return nil, err
	}
	_, short := SplitPool(r.Blueprint, versions(found))
	for i := range stocks {
		stocks[i] = Stock{Available: len(found[i].Versions), Short: short[i], Outdated: found[i].Outdated}
	}
	return stocks, nil
}

// Publish makes a draft public when nothing stands against it: settings and
// question pools are frozen on its rounds.
func (s *Service) Publish(ctx context.Context, actor Actor, id string) (Contest, error) {
	return s.edit(ctx, actor, id, "contest.publish", 0, func(e *Edit) error {
		if e.Stored != Draft {
			return Refuse(Conflict, "published", "this contest is public already")
		}
		e.Stored = Published
		return s.refreeze(e)
	})
}

// OpenNow lets a scheduled round begin at once.
func (s *Service) OpenNow(ctx context.Context, actor Actor, roundID string) (Contest, Round, error) {
	return s.editRound(ctx, actor, roundID, "round.open", func(e *Edit, r *Round) error {
		now := Moment(s.Now())
		switch {
		case e.Stored != Published:
			return Refuse(Conflict, "not_published", "publish the contest first")
		case r.State(now) == Open:
			return nil
		case r.State(now) != Scheduled:
			return Refuse(Conflict, "round_closed", "this round is over")
		}
		r.OpensAt = now
		return nil
	})
}

// CloseNow ends an open round at once. Where attempts end with the round, those
// under way end now with what was saved; otherwise they run to their deadline.
func (s *Service) CloseNow(ctx context.Context, actor Actor, roundID string) (Contest, Round, error) {
	return s.editRound(ctx, actor, roundID, "round.close", func(e *Edit, r *Round) error {
		now := Moment(s.Now())
		if e.Stored != Published || r.State(now) == Scheduled {
			return Refuse(Conflict, "not_open", "this round has not begun")
		}
		if r.State(now) != Open {
			return nil
		}
		r.ClosesAt = now
		if r.RulesUnder(e.Contest).CutAtClose {
			e.Deadlines = append(e.Deadlines, DeadlineMove{RoundID: r.ID, Duration: r.Duration, ClosesAt: now, Cut: true})
		}
		return nil
	})
}

func (s *Service) editRound(ctx context.Context, actor Actor, roundID, action string, change func(e *Edit, r *Round) error) (Contest, Round, error) {
	c, err := s.Store.ContestOfRound(ctx, roundID)
	if err != nil {
		return Contest{}, Round{}, err
	}
	c, err = s.edit(ctx, actor, c.ID, action, 0, func(e *Edit) error {
		for i := range e.Rounds {
			if e.Rounds[i].ID == roundID {
				return change(e, &e.Rounds[i])
			}
		}
		return Missing("round")
	})
	r, _ := c.Round(roundID)
	return c, r, err
}

// checkBank refuses a bank that the actor may not draw from.
func (s *Service) checkBank(ctx context.Context, actor Actor, bankID *string) error {
	if bankID == nil || *bankID == "" {
		return nil
	}
	return s.Store.MayDraw(ctx, actor, *bankID)
}
