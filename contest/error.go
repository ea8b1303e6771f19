package contest

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of refusal an Error is. A Kind is itself an error, so
// errors.Is(err, contest.NotFound) works on anything that wraps one.
type Kind string

// The kinds. Everything that is none of them is an accident: the caller hears
// only that something went wrong, the log hears all of it.
const (
	Invalid      Kind = "invalid"      // the request breaks a rule of form or content
	Unauthorized Kind = "unauthorized" // who is asking is not known
	Forbidden    Kind = "forbidden"    // known, but not allowed, and the thing's existence is no secret
	NotFound     Kind = "not_found"    // missing, or somebody else's: the two look alike
	Conflict     Kind = "conflict"     // the state of the thing does not allow it
	Stale        Kind = "stale"        // edited by somebody else meanwhile
	Gone         Kind = "gone"         // was there and is no longer kept: begin again
	TooMany      Kind = "too_many"     // a limit of tries
	Busy         Kind = "busy"         // overloaded or a part is down: try again after RetryAfter
	TooLarge     Kind = "too_large"    // more bytes, rows or characters than are taken
	Unsupported  Kind = "unsupported"  // a file or content type that is not read
)

// Error makes a Kind usable as an error for errors.Is.
func (k Kind) Error() string { return string(k) }

// Problem is one fault at one place, for forms and import rows.
type Problem struct {
	Location string // field or column, in the words of the API
	Code     string
	Message  string // English, for developers; pages translate Code
	Row      int    // 0 when it is not about a row
}

// Error is a refusal that a caller can act on.
type Error struct {
	Kind       Kind
	Code       string // stable, snake_case: what pages translate and tests compare
	Message    string // English sentence for developers
	Problems   []Problem
	RetryAfter time.Duration // for Busy and TooMany
	Detail     any           // a domain value that the refusal carries, such as a receipt
}

// Error returns the developers' sentence with the code.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return e.Code + ": " + e.Message
}

// Unwrap lets errors.Is find the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Refuse makes an Error of a kind with a stable code.
func Refuse(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Missing is the refusal for what does not exist or is not the actor's.
func Missing(what string) *Error {
	return Refuse(NotFound, "not_found", "no such %s", what)
}

// Faulty is the refusal for a form with problems by place.
func Faulty(problems ...Problem) *Error {
	return &Error{Kind: Invalid, Code: "invalid", Message: "some fields are wrong", Problems: problems}
}

// CodeOf returns the stable code of a refusal, or "internal" for an accident.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "internal"
}
