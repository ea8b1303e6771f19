// Package attempt is a contestant's timed paper from its start to its receipt.
//
//	            submit, R ≤ T + grace
//	         ┌──────────────────────────► submitted ──┐
//	start ─► open                                     ├─► annulled
//	         └──────────────────────────► expired ────┘
//	            sweep, now > T + grace + margin
//
// One clock counts, the server's. Every decision about a deadline uses R, the
// moment at which the request was completely received: neither a queue nor a
// lock turns an answer that came in time into a late one, or the other way
// round. T is written on the attempt when it starts and moves only forward.
//
// A paper is drawn from a secret seed and stored, so that every node and every
// restart shows the same one; ids of questions and options are made from the
// seed and mean nothing to anybody else. Saving is idempotent by a counter per
// question, handing in by the state: doing either again returns what the first
// time did. The sweeper hands in what nobody handed in, on any number of nodes,
// each attempt once; never submitted is not zero.
//
// Whether a contestant may see marks, keys and explanations is decided in one
// place, Sheet.ReviewOpen. The package knows no SQL and no HTTP.
package attempt
