// Package moodlexml reads and writes Moodle's XML format for questions, with
// the pictures that stand in it.
//
// It knows choices with one and several right options, true and false, short
// texts, numbers, matchings, orderings, texts with gaps (cloze, gapselect,
// ddwtos) and categories. A type of question that is not known here, and an
// answer that cannot be marked here, is a problem of its own question.
//
// The package refuses to know imports, other formats and storage, and follows
// no address out of the file.
package moodlexml
