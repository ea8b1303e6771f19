// Package gift reads and writes the GIFT format: questions in plain text, with
// their answers between braces.
//
//	$CATEGORY: $course$/top/Quyền trẻ em
//	// a comment, which may carry [tag:difficulty:van_dung]
//	::Câu 1:: Số của Tổng đài bảo vệ trẻ em? { =111 ~113 #là số của công an ####Số 111 miễn phí. }
//
// It knows choices with one and several right options, true and false, short
// texts, numbers, matchings, blanks in the middle of a text and, as an add-on
// of Moodle writes them, orderings. Labels for which the format has no place
// travel as tags in a comment.
//
// The package refuses to know imports, other formats and storage.
package gift
