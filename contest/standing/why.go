package standing

import (
	"context"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// Why explains a place: what the person brought, and by which criterion the
// nearest better and worse places of the division differ.
type Why struct {
	Result Result
	Chain  scoring.Chain
	Mine   ResultLine
	Total  int
	Ahead  *Difference
	Behind *Difference
}

// Difference is the criterion that decided between two places and what the
// other person brought in it; names are not told.
type Difference struct {
	Rank    int // of the other, in the division
	Decided scoring.RankKey
	Other   ResultLine
}

// Why explains the place of a person in the newest official version, or, for
// those who handle the results, in the newest version of all.
func (s *Results) Why(ctx context.Context, actor contest.Actor, roundID, accountID string) (Why, error) {
	c, err := s.Contests.ContestOfRound(ctx, roundID)
	if err != nil {
		return Why{}, err
	}
	manages := c.Manages(actor)
	if !manages && accountID != actor.AccountID {
		return Why{}, contest.Missing("place")
	}
	versions, err := s.Store.Results(ctx, roundID)
	if err != nil {
		return Why{}, err
	}
	for _, v := range versions {
		if v.State != Official && !manages {
			continue
		}
		mine, ahead, behind, err := s.Store.ResultNeighbours(ctx, v.ID, accountID)
		if err != nil {
			return Why{}, err
		}
		round, _ := c.Round(roundID)
		chain := round.RulesUnder(c).RankChain
		return Why{
			Result: v, Chain: chain, Mine: mine, Total: v.Participants,
			Ahead: differ(chain, mine, ahead, v.Target), Behind: differ(chain, mine, behind, v.Target),
		}, nil
	}
	return Why{}, contest.Missing("place")
}

func differ(chain scoring.Chain, mine ResultLine, other *ResultLine, t scoring.Target) *Difference {
	if other == nil {
		return nil
	}
	key, _ := scoring.Why(chain, mine.Line, other.Line, t)
	return &Difference{Rank: other.DivisionRank, Decided: key, Other: *other}
}
