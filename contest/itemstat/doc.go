// Package itemstat says how the questions of a round behaved: how many were
// asked, how hard they were, how well they tell people apart, what wrong
// answers were liked, how long they took, and which keys are probably wrong.
//
// # What is counted
//
// Every finished attempt that is not annulled counts once, whichever try of a
// person it is. A question that was shown and not answered counts as served and
// not right.
//
// # The criterion
//
// Discrimination and point-biserial compare an answer with the rest of the same
// paper: the person's marks without this question, as a share of what the rest
// is worth, to a thousandth. Leaving the question itself out keeps a short paper
// from praising its own questions, and keeps a wrong key from hiding itself. A
// paper of one question has no rest and counts for facility and times only.
//
// # Whole numbers
//
// A Tally holds whole numbers alone, so tallies merge in any order to the same
// value: what is counted while a round runs equals, to the last digit, what is
// counted afterwards from the record.
//
// The package refuses to know how answers are stored and how they are marked.
package itemstat
