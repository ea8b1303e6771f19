// Package export hands the questions of a bank out as files: whoever may read
// the keys of a bank may take them along, in the form of one of the exchange
// formats, after hearing what that form cannot hold.
//
// A member of the staff who is a contestant gets no key this way either, and
// every file that leaves is recorded with who took it.
//
// It refuses to know HTTP, how a format is written and where questions are kept.
package export
