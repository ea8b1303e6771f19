// Package contest holds the words that everyone in this program uses and the
// life of a contest: contests, rounds, divisions, blueprints, rule sheets, who
// may act and how things are refused. It knows no HTTP and no SQL.
//
// The activities live in packages of their own and import this vocabulary, not
// one another:
//
//	contest/text      Vietnamese text: normal form, search keys, masking, sorting
//	contest/people    units, accounts, enrolments, cards, signing in
//	contest/bank      questions and their versions, drawing a paper
//	contest/intake    staged imports of questions and rosters
//	contest/attempt   a timed attempt: start, save, submit, automatic finish
//	contest/standing  live leaderboards and published result versions
//	contest/print     login cards as pages and PDF
//
// Marks and ranks are computed in package scoring, which is pure arithmetic.
// All times are UTC and truncated to microseconds; the clock and the source of
// ids are fields of the services, so that a test owns both.
package contest
