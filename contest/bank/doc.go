// Package bank keeps questions: what one consists of, when it is sound, who may
// bring it into use, and what it looks like on a page.
//
// A question is a line of immutable versions. Writing never changes a version;
// it adds the next one, so that a paper drawn yesterday stays what it was. A
// version enters use when a second person approves it: neither its author nor
// whoever imported it may.
//
//	draft ──submit──> in_review ──approve──> approved ──retire──> retired
//	  ^──────────return──┘                      │
//	  └───────────────a new version─────────────┘
//
// While a new version is under review the approved one stays in use. Retiring
// takes a question out of use for papers drawn from now on; papers that hold it
// keep it.
//
// Who works in the unit that a bank belongs to may do everything with it; with
// others it is shared by right: to draw from it, to read, to edit, to approve.
// Staff whom a running contest addresses see its questions without key, and
// nothing that could name one (withheld.go). What a question rests on stands in a
// list of laws with their days (law.go): what is not in force stays out of papers
// and is reported.
//
// The package refuses to know how questions arrive (contest/intake), how a
// paper is drawn (contest/attempt) and how an answer is marked (scoring). What
// text looks like as HTML is contest/markup's business: plain text is shown as
// written, and of markup only what that package knows is obeyed.
package bank
