package intake

import (
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/intake/sheet"
)

// vietnamese holds the sentence for every code of a problem. A word in braces
// is a parameter.
var vietnamese = map[string]string{
	// Questions
	"missing_key":          "Thiếu đáp án.",
	"bad_key":              "Không đọc được đáp án: hãy ghi chữ cái của phương án, ví dụ A hoặc A|C.",
	"key_out_of_range":     "Đáp án ngoài phương án.",
	"repeated_key":         "Đáp án ghi một phương án hai lần.",
	"two_keys":             "Câu chọn một đáp án nhưng có hai đáp án; nếu đúng là nhiều đáp án, hãy đổi loại thành multiple.",
	"incomplete_order":     "Đáp án chưa xếp thứ tự đủ các phương án.",
	"bad_number":           "Đáp án không phải là một số.",
	"key_too_long":         "Đáp án quá dài.",
	"too_many_texts":       "Quá nhiều đáp án được chấp nhận.",
	"duplicate_options":    "Hai phương án trùng nhau.",
	"empty_option":         "Phương án bị bỏ trống giữa các phương án khác.",
	"option_too_long":      "Phương án quá dài.",
	"too_few_options":      "Cần ít nhất hai phương án.",
	"too_many_options":     "Quá nhiều phương án.",
	"not_two_options":      "Câu đúng/sai phải có đúng hai phương án.",
	"options_not_allowed":  "Loại câu này không có phương án.",
	"empty_stem":           "Câu hỏi trống.",
	"stem_too_long":        "Câu hỏi quá dài.",
	"explanation_too_long": "Lời giải thích quá dài.",
	"topic_too_long":       "Tên chủ đề quá dài.",
	"source_too_long":      "Nguồn quá dài.",
	"unknown_type":         "Không có loại câu hỏi này.",
	"type_assumed":         "Chưa ghi loại câu hỏi; tạm hiểu là {type}.",
	"unknown_difficulty":   "Không có mức độ này; hãy ghi nhan_biet, thong_hieu, van_dung hoặc van_dung_cao.",
	"bad_age_band":         "Độ tuổi phải ghi như 8-10 hoặc 18+.",
	"bad_dates":            "Ngày hết hiệu lực phải sau ngày có hiệu lực.",
	"markup_as_text":       "Có ký hiệu HTML; sẽ hiện nguyên văn.",
	"formula_like":         "Bắt đầu như một công thức; sẽ hiện nguyên văn.",
	"legacy_font":          "Có thể là phông .VnTime (TCVN3) chưa chuyển mã; hãy xem bản chuyển đề nghị.",
	"duplicate_row":        "Trùng với dòng {row} của tệp.",
	"already_in_bank":      "Câu hỏi này đã có trong ngân hàng.",
	"same_stem":            "Cùng câu hỏi với dòng {row} nhưng khác phương án.",
	"same_stem_in_bank":    "Ngân hàng đã có câu hỏi này với phương án khác.",
	// Questions of a form of their own
	"key_conflict":          "Tệp nêu hai đáp án khác nhau ({first} và {second}); hãy ghi đáp án đúng.",
	"key_mark_unusual":      "Phương án đúng được đánh dấu khác với các câu còn lại; hãy kiểm tra.",
	"repeated_letter":       "Chữ cái của phương án này đã dùng ở trên; hãy xem lại phương án và đáp án.",
	"stray_text":            "Đoạn sau các phương án không thuộc câu nào nên đã bỏ: “{text}”.",
	"keys_without_question": "Bảng đáp án có câu không tìm thấy trong tệp: {numbers}.",
	"formula_flattened":     "Công thức đã chuyển thành chữ thường; hãy kiểm tra.",
	"object_left_out":       "Có đối tượng nhúng (như công thức kiểu cũ) không đọc được.",
	"picture_unsupported":   "Có hình ở định dạng mà điện thoại không hiện được; đã bỏ hình.",
	"picture_missing":       "Tệp nhắc đến một hình nhưng không có hình đó.",
	"picture_damaged":       "Hình {name} bị hỏng hoặc quá lớn nên không dùng được.",
	"missing_alt":           "Hình chưa có lời mô tả: hãy ghi vào giữa hai ngoặc vuông, ví dụ ![bản đồ](…).",
	"alt_too_long":          "Lời mô tả hình quá dài, tối đa 300 ký tự.",
	"too_many_pictures":     "Quá nhiều hình trong một câu, tối đa 12.",
	"picture_required":      "Câu chọn hình cần một hình ở mỗi phương án.",
	"unknown_media":         "Không có hình hay âm thanh này; hãy tải lên hoặc bỏ khỏi câu hỏi.",
	"missing_transcript":    "Âm thanh chưa có lời chép lại.",
	"transcript_too_long":   "Lời chép lại của âm thanh quá dài.",
	"unknown_format":        "Cách viết là plain hoặc markdown.",
	"incomplete_key":        "Đáp án chưa đủ cho mọi chỗ.",
	"too_few_gaps":          "Câu điền chỗ trống chưa có chỗ trống nào.",
	"too_many_gaps":         "Quá nhiều chỗ trống, tối đa 10.",
	"gap_not_in_stem":       "Chỗ trống này không có trong câu hỏi: hãy viết [[1]], [[2]]… vào chỗ của nó.",
	"repeated_gap":          "Chỗ trống này có hai lần trong câu hỏi.",
	"gap_without_choices":   "Một chỗ trống trong câu hỏi chưa có lựa chọn.",
	"gaps_not_allowed":      "Loại câu này không có chỗ trống.",
	"matches_not_allowed":   "Loại câu này không có vế phải để ghép.",
	"too_few_choices":       "Cần ít nhất hai lựa chọn.",
	"too_many_choices":      "Quá nhiều lựa chọn.",
	"duplicate_choices":     "Hai lựa chọn trùng nhau.",
	"empty_match":           "Vế phải bị bỏ trống.",
	"empty_choice":          "Lựa chọn bị bỏ trống.",
	"match_too_long":        "Vế phải quá dài.",
	"choice_too_long":       "Lựa chọn quá dài.",
	"near_duplicate":        "Rất giống một câu đã có trong {bank}: “{stem}”.",
	// Rosters
	"bad_name":            "Họ tên trống hoặc có ký tự lạ.",
	"bad_date":            "Không đọc được ngày sinh; hãy ghi ngày/tháng/năm, ví dụ 05/09/2014.",
	"two_digit_year":      "Năm sinh cần đủ bốn chữ số.",
	"bad_gender":          "Giới tính phải là Nam hoặc Nữ.",
	"bad_class":           "Thiếu tên lớp, hoặc tên lớp quá dài.",
	"too_long":            "Quá dài.",
	"bad_school_year":     "Năm học phải ghi như 2026-2027.",
	"other_school_year":   "Năm học ở dòng này khác với năm học của danh sách.",
	"class_from_sheet":    "Lấy tên lớp từ tên trang tính.",
	"citizen_number":      "Giống số định danh cá nhân 12 chữ số nên không được lưu.",
	"leading_zero_lost":   "Mã có thể đã mất số 0 ở đầu.",
	"duplicate_code":      "Mã học sinh trùng với dòng {row} của một em khác.",
	"code_of_another":     "Mã học sinh này đang thuộc một em khác trong trường; chưa nhập.",
	"same_name_in_class":  "Trong lớp đã có em trùng tên nhưng thiếu ngày sinh để phân biệt; chưa nhập.",
	"no_effect":           "Đã có sẵn, không thay đổi gì.",
	"columns_dropped":     "Các cột không dùng đã bỏ qua, không lưu: {columns}.",
	"footers_ignored":     "Đã bỏ qua {count} dòng ghi chú cuối danh sách.",
	"school_year_in_file": "Năm học ghi trong tệp là {year}.",
	// Formats of other programs
	"picture_not_kept":        "Hình {name} trong tệp không dùng được; hãy thay hình khác hoặc bỏ hình.",
	"gap_not_choice":          "Chỗ trống {gap} phải gõ chữ; ở đây mỗi chỗ trống cần một danh sách để chọn.",
	"gap_two_keys":            "Chỗ trống {gap} có hai đáp án đúng.",
	"recording_left_out":      "Đã bỏ một bản ghi âm hoặc phim trong tệp.",
	"type_not_held":           "Ở đây không có loại câu {type}; hãy đổi loại và ghi đáp án.",
	"units_left_out":          "Đã bỏ đơn vị của đáp án; hãy ghi trong câu hỏi cần đơn vị nào.",
	"case_ignored":            "Tệp phân biệt chữ hoa và chữ thường; ở đây coi như nhau.",
	"description_left_out":    "Đoạn chữ không có đáp án nên không phải câu hỏi, đã bỏ (dòng {line}): {text}",
	"essay_as_short_text":     "Câu tự luận không chấm tự động được; hãy ghi các đáp án được chấp nhận hoặc đổi loại.",
	"unclosed_brace":          "Dấu ngoặc nhọn không có cặp nên không tách được đáp án khỏi câu hỏi.",
	"more_answer_blocks":      "Câu có nhiều khối đáp án; chỉ đọc khối đầu.",
	"text_before_answers":     "Có chữ đứng trước đáp án đầu tiên nên đã bỏ: {text}",
	"wildcard_answer":         "Dấu * trong đáp án thay cho chữ bất kỳ, ở đây không dùng được; hãy ghi rõ từng đáp án.",
	"item_missing":            "Gói nhắc đến câu hỏi này nhưng không có tệp {name}.",
	"item_damaged":            "Tệp {name} của câu hỏi bị hỏng nên không đọc được.",
	"no_interaction":          "Mục này không hỏi gì nên không phải câu hỏi.",
	"several_interactions":    "Mục này hỏi nhiều ý cùng lúc; hãy tách thành nhiều câu.",
	"unsupported_interaction": "Ở đây không có loại câu hỏi này ({kind}); hãy viết lại theo loại khác.",
	"repeated_identifier":     "Hai phương án trùng mã trong tệp; hãy kiểm tra lại đáp án.",
	"several_partners":        "Trong tệp, vế {option} ghép với nhiều vế; ở đây mỗi vế chỉ ghép với một.",
	"weights_left_out":        "Trong tệp các đáp án được tỉ lệ điểm khác nhau; ở đây thể lệ quyết định điểm từng phần.",
	"several_numbers":         "Tệp chấp nhận nhiều số; chỉ lấy số đầu, bỏ {text}.",
	"partial_answer_left_out": "Đã bỏ đáp án chỉ được một phần điểm: {text}",
	"bad_pair":                "Một cặp ghép không đọc được: {text}",
	"text_before_question":    "Có dòng trống trong câu; hãy xem tất cả có thuộc câu này không.",
	"option_continued":        "Một dòng sau phương án được coi là phần tiếp theo của phương án đó.",
	// Files
	"not_utf8":        "Dòng {line} không phải mã UTF-8; hãy xem bản đọc theo Windows-1258 được đề nghị.",
	"unclosed_quote":  "Dòng {line} có dấu ngoặc kép chưa đóng.",
	"too_many_cells":  "Dòng có {cells} ô, tiêu đề chỉ có {expected}: ô có dấu phân cách cần đặt trong ngoặc kép.",
	"too_few_cells":   "Dòng chỉ có {cells} ô, tiêu đề có {expected}.",
	"cell_too_long":   "Ô quá dài nên đã bị cắt.",
	"windows_1258":    "Tệp được đọc theo mã Windows-1258; hãy kiểm tra các chữ có dấu.",
	"sheet_skipped":   "Trang tính {sheet} không có tiêu đề quen thuộc nên đã bỏ qua.",
	"unknown_problem": "Có vấn đề ở đây.",
}

// Sentence is the Vietnamese sentence for a code with its parameters.
func Sentence(code string, params map[string]string) string {
	s, ok := vietnamese[code]
	if !ok {
		s = vietnamese["unknown_problem"]
	}
	for name, value := range params {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s
}

func problem(column, code string, severity sheet.Severity, message string, params map[string]string) Problem {
	return Problem{Column: column, Code: code, Severity: severity, Message: message, Vietnamese: Sentence(code, params), Params: params}
}

func wrong(column, code, message string) Problem {
	return problem(column, code, sheet.Error, message, nil)
}

func warning(column, code, message string, params map[string]string) Problem {
	return problem(column, code, sheet.Warning, message, params)
}

// fromSheet takes over what the reader of the file found.
func fromSheet(list []sheet.Problem) []Problem {
	out := make([]Problem, len(list))
	for i, p := range list {
		out[i] = problem(p.Column, p.Code, p.Severity, p.Message, p.Params)
	}
	return out
}

// fromDomain takes over what the domain found; column maps its locations.
func fromDomain(list []contest.Problem, column func(string) string) []Problem {
	out := make([]Problem, len(list))
	for i, p := range list {
		out[i] = wrong(column(p.Location), p.Code, p.Message)
	}
	return out
}

// settle gives a row the state that its problems and repetitions demand.
func (r *Row) settle() {
	r.State = Ready
	for _, p := range r.Problems {
		switch {
		case p.Severity == sheet.Error:
			r.State = Wrong
			return
		case p.Severity == note:
		case p.Code == "duplicate_row" || p.Code == "already_in_bank":
			r.State = Duplicate
		case r.State == Ready:
			r.State = Warned
		}
	}
}
