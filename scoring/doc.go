// Package scoring turns answers into marks and marks into places.
//
// It is pure: no clock, no storage, no randomness, no text tables. Everything it decides follows from its arguments, so
// a live board, an official result and a recount a year later agree.
//
// Marks are int64 hundredths of a point ("1.25 points" is 125); no floating point number is used anywhere.
//
// Places are shared by people whose rank keys are equal, and the people after them are counted in full:
//
//	score 900 -> place 1
//	score 850 -> place 2
//	score 850 -> place 2
//	score 700 -> place 4
//
// Inputs of a place are exactly those of Line: score, correct answers, prediction, duration, time of handing in and
// perfect attempts. Names, ids and schools never decide. A tie key (TieKey) orders the lines inside one place so that
// pages are stable; it never changes a place.
//
// The package refuses to know what a contest, a person or a database is, and how a text is folded for comparison: the
// caller hands in a folding function (Policy.Fold).
package scoring
