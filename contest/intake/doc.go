// Package intake takes in questions and rosters from files in steps that can
// be seen and taken back: a file is staged as rows, every row is checked and
// can be mended in place, the sound ones are committed once however often the
// button is pressed, and a commit can be undone while nothing of it is in use.
//
//	staged ──commit──> committed ──undo──> undone
//
// A row is ready, has warnings (it may be committed), has errors (it may not),
// or repeats another row or a question of the bank (it is left out). Nothing is
// guessed silently: what the program would change it offers as a suggestion.
//
// Of a roster only name, birth date, gender, class and pupil code are taken; a
// column with anything else is named and dropped before it is stored.
//
// The package refuses to know what a file is made of (intake/sheet), what makes
// a question sound (bank) and what a row does to a school (people).
package intake
