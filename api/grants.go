package api

import (
	"context"
	"net/http"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) grantRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/grants", ID: "list-grants", Summary: "With whom a bank is shared", Tag: tag}, s.listGrants)
	route(s, op{Method: http.MethodPut, Path: "/banks/{bank_id}/grants", ID: "set-grants", Summary: "Share a bank with these and nobody else", Tag: tag}, s.setGrants)
}

type sharesWire struct {
	Version int64       `json:"version" doc:"Of the bank, for If-Match"`
	Items   []shareWire `json:"items"`
}

type shareWire struct {
	Unit    *refWire `json:"unit,omitempty"`
	Role    string   `json:"role,omitempty" doc:"Whose roles in, below or over the unit count; empty = organizers and teachers"`
	Account *refWire `json:"account,omitempty"`
	Rights  []string `json:"rights"`
}

// sharesToWire puts the rights of each unit or person together.
func sharesToWire(b bank.Bank) sharesWire {
	w := sharesWire{Version: b.Version, Items: []shareWire{}}
	var last bank.Share
	for _, share := range b.Shares {
		holder := share
		holder.Right = ""
		if len(w.Items) == 0 || holder != last {
			g := shareWire{Role: string(share.Role)}
			if share.AccountID != "" {
				g.Account = &refWire{ID: share.AccountID, Name: share.AccountName}
			} else {
				g.Unit = &refWire{ID: share.UnitID, Name: share.UnitName}
			}
			w.Items, last = append(w.Items, g), holder
		}
		g := &w.Items[len(w.Items)-1]
		g.Rights = append(g.Rights, string(share.Right))
	}
	return w
}

func (s *Server) listGrants(ctx context.Context, actor contest.Actor, in *BankInput) (*body[sharesWire], error) {
	b, err := s.svc.Sharing.Shares(ctx, actor, in.BankID)
	if err != nil {
		return nil, err
	}
	return answer(sharesToWire(b)), nil
}

type setGrantsInput struct {
	BankInput
	Matching
	Body struct {
		Grants []giveWire `json:"grants" maxItems:"200"`
	}
}

type giveWire struct {
	UnitID    string   `json:"unit_id,omitempty" maxLength:"60"`
	Role      string   `json:"role,omitempty" enum:"admin,organizer,school,teacher,judge,"`
	AccountID string   `json:"account_id,omitempty" maxLength:"60"`
	Rights    []string `json:"rights" enum:"read,use,edit,approve" maxItems:"4"`
}

func (s *Server) setGrants(ctx context.Context, actor contest.Actor, in *setGrantsInput) (*body[sharesWire], error) {
	grants := make([]bank.Grant, len(in.Body.Grants))
	for i, g := range in.Body.Grants {
		grants[i] = bank.Grant{UnitID: g.UnitID, Role: contest.Role(g.Role), AccountID: g.AccountID}
		for _, r := range g.Rights {
			grants[i].Rights = append(grants[i].Rights, bank.Right(r))
		}
	}
	b, err := s.svc.Sharing.Share(ctx, actor, in.BankID, in.version(), grants)
	if err != nil {
		return nil, err
	}
	return answer(sharesToWire(b)), nil
}
