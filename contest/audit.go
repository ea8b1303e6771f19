package contest

import "time"

// AuditEntry is one recorded act of a person or of the program.
type AuditEntry struct {
	ID      string
	At      time.Time
	ActorID string // "system" for the program itself
	Action  string // "contest.publish", "allowance.grant", …
	Object  string // "contest:<id>", …
	Detail  string // JSON
}
