// Package aiken reads and writes the Aiken format: a question on a line, its
// options on lines that begin with a capital letter and a full stop or bracket,
// and a line "ANSWER: B". It holds choices with one right option and nothing
// else; everything else an export says is lost.
//
// It refuses to know imports, other formats and storage.
package aiken
