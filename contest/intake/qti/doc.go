// Package qti reads and writes questions in the exchange format QTI: items of
// versions 2.1, 2.2 and 3.0, one in a file of its own or many in a package (a
// zip file with imsmanifest.xml).
//
// Of the interactions it knows choice (one or several), order, match, inline
// choice and text entry; the key is taken from correct responses and from
// mappings. Feedback becomes the explanation. Whatever of an item cannot be
// held is a problem of that item and keeps no other from being read.
//
// What exchange programs have no field for (difficulty, age, citation) stands
// in the manifest as keywords: "difficulty:van_dung", "topic:Tìm trợ giúp".
//
// The format is described at https://www.imsglobal.org/question/ and
// https://www.imsglobal.org/spec/qti/v3p0/impl. It refuses to know imports and
// storage.
package qti
