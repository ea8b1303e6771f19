// Package standing turns finished attempts into places: live leaderboards while
// a round runs, and result versions afterwards.
//
// A live board is a copy, kept by scoring/board or its twin in Redis, and is
// provisional. Every finished attempt puts the absolute state of its person on
// it after the record has been written; what gets lost on the way is healed by
// filling the board anew from the record, which happens at the start of a node,
// when a board is found incomplete, after a failed write, after the end of a
// round, and on command. The order comes from scoring.Chain.Key, as that of the
// results does, so the last live order is the first official one.
//
// A result version is made from the record alone, never from a board:
//
//	provisional -> checked -> official
//
// Removing somebody makes it provisional again and counts everything anew, the
// target of the prediction included. An official version never changes; a
// correction is the next version, with a note.
//
// The package knows no HTTP, no SQL and no file formats, and it never sees a
// question or an answer.
package standing
