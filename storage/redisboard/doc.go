// Package redisboard keeps live leaderboards in Redis, for several nodes at once. It is the twin of scoring/board and
// passes the same suite.
//
// Redis is a cache here. Whatever it loses (everything, a key, a node) is noticed by counting: a board whose parts do not
// add up answers board.ErrIncomplete until it is rebuilt from the record. What cannot be noticed by counting is a whole
// old state that comes back at once (a promoted stale replica): rebuild after a failover.
//
// Keys. All keys of a board start with {mx:ID:EPOCH}; the braces put them on one node of a cluster, and the epoch keeps
// one setting's keys from being read under another. A generation G is one filling of the board.
//
//	(none)      hash    shown and live generations, counts, length of the rank keys, serial number
//	:p:G        hash    person -> version, groups, member
//	:g:G :h:G   hashes  group -> people in it, serial number of its last change
//	:z:G:GROUP  zset    the listing
//	:t          hash    person -> version at which the person was removed
//	:i:GROUP    hash    the group's newest snapshot and the copy in progress
//	:x:VERSION  zset    an immutable snapshot; :e:VERSION what to keep out of it while it is copied
//	:v :cp      zset, hash   snapshots with their end, copies in progress
//
// Order. All members of a listing have the score 0 and are ordered by their bytes: rank key, tie key, person
// (board.Member). No floating point number ever holds a rank key; a shared rank is 1 + ZLEXCOUNT below the rank key.
// The data to show is in the member too, so that a line is of one piece.
//
// Snapshots. A group of up to Boards.Whole members (10,000) is copied by one COPY, about 1 µs a member. A larger one is
// copied in pieces of Boards.Piece members, about 3 µs a member, while writers keep the copy true to the moment at which
// it began: one COPY of 100,000 members holds Redis up for 100 ms, twice what every other caller is ready to wait. So
// that copying a large group takes no more than 5% of Redis, the age of its snapshots grows: from 10,000 members on it is
// at least 20 times what the last copy took (30,000 members: about 2 s; 100,000: about 6 s). Below that the asked age
// holds exactly. A group that did not change is not copied again. A copy takes about 180 bytes a member for as long as it
// is kept; because large groups are copied less often, all copies of one group stay below about 200 MiB.
//
// Expiry. Snapshots are dropped a minute after they were last handed out; everything else goes away 30 days after a
// rebuild if it is not dropped before, and is then incomplete, not partial.
//
// A call takes one script, 50 ms at most with Open's settings, and is never repeated by the client; every write is
// absolute and versioned, so that a caller may repeat it.
package redisboard
