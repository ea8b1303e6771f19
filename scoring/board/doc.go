// Package board keeps live leaderboards inside one process.
//
// A board is a copy of what the record knows, made for fast reading. It may be thrown away at any moment and is then
// rebuilt from the record with Replace; until that is done it answers ErrIncomplete rather than show a part of the
// truth. Its twin for many processes is storage/redisboard; both pass the same suite, scoring/board/boardtest.
//
// A board orders opaque rank keys (scoring.Chain.Key) and knows neither scores nor names nor contests. Two entries with
// equal rank keys share a rank; the tie key only orders the lines inside it. Values are absolute and versioned, so that
// a write that comes twice or too late changes nothing.
//
// Readers page through snapshots. A snapshot never changes; it is a copy-on-write copy of a tree, so making one costs
// the same for ten people and for a million.
//
// Memory, measured on a 64-bit machine with 100,000 people in four groups each (all, division, school, class), a
// 24-byte rank key, an 8-byte tie key, a 36-byte id and 16 bytes of data: 300 bytes for each person, all
// groups together.
package board
