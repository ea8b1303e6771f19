package contest

import (
	"strings"
	"time"
)

// AuditEntry is one recorded act of a person or of the program.
type AuditEntry struct {
	ID      string
	At      time.Time
	ActorID string // "system" for the program itself
	Action  string // "contest.publish", "allowance.grant", …
	Object  string // "contest:<id>", …
	Detail  string // JSON
	// Names as they are now, for reading; empty for what is gone or has none.
	ActorName  string
	ObjectName string
}

// AuditFilter chooses entries; empty fields choose all. An empty Under finds
// nothing, so that a forgotten scope cannot become everything.
type AuditFilter struct {
	Under   []string // subtrees of units that keep the accounts of who acted
	Program bool     // acts of the program itself as well
	Object  string   // "kind:id", or a kind alone
	ActorID string
}

// AuditScope is what an administrator may read: the acts of the accounts kept
// in their subtree, and with the top of the tree what the program did itself.
// Entries name accounts, so nobody else reads any.
func AuditScope(actor Actor) (AuditFilter, error) {
	f := AuditFilter{Under: actor.Paths()}
	if len(f.Under) == 0 {
		return f, Missing("audit")
	}
	for _, path := range f.Under {
		f.Program = f.Program || strings.Count(path, "/") == 2
	}
	return f, nil
}
