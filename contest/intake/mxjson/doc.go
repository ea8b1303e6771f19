// Package mxjson is the program's own form of questions as a file, which holds
// everything that a question version is: texts as written, keys, labels, the
// law it rests on, pictures and recordings.
//
// A document is one JSON object:
//
//	{"format": "mangxanh.questions", "version": 1,
//	 "questions": [{"type": "single", "stem": "…", "options": [{"text": "…"}], "key": {"choices": [0]}}],
//	 "media": {"m1": {"words": "…", "body": "base64"}}}
//
// Media are named by what the questions call them. Readers refuse fields that
// they do not know and versions later than their own: nothing is dropped
// silently.
//
// It refuses to know where questions and media are kept.
package mxjson
