package api

// publicTexts are the sentences of the public pages in Vietnamese and English.
var publicTexts = map[string][2]string{
	"lang":      {"vi", "en"},
	"otherlang": {"en", "vi"},
	"othername": {"English", "Tiếng Việt"},

	"call111":    {"Gọi 111", "Call 111"},
	"call":       {"Gọi", "Call"},
	"enter":      {"Vào thi", "Take part"},
	"help":       {"Trợ giúp", "Help"},
	"allresults": {"Kết quả đã công bố", "Published results"},

	"results":      {"Kết quả các cuộc thi", "Contest results"},
	"results.lead": {"Kết quả chính thức, mới nhất ở trên.", "Official results, newest first."},
	"results.none": {"Chưa có kết quả nào được công bố. Kết quả sẽ hiện ở đây sau khi ban tổ chức kiểm tra xong.", "No results have been published yet. They appear here once the organizers have checked them."},
	"older":        {"Xem thêm", "Older results"},
	"official":     {"Kết quả chính thức", "Official results"},
	"people":       {"người", "people"},

	"version":   {"Bản số", "Version"},
	"versions":  {"Các bản đã công bố", "Published versions"},
	"published": {"công bố lúc", "published on"},
	"here":      {"đang xem", "shown here"},
	"replaced":  {"Đây là bản cũ, đã có bản thay thế.", "This is an earlier version; it has been replaced."},
	"newest":    {"Xem bản mới nhất", "See the newest version"},
	"note":      {"Đính chính:", "Correction:"},
	"target":    {"đáp án câu dự đoán:", "true value of the prediction:"},
	"divisions": {"Bảng thi", "Divisions"},
	"all":       {"Tất cả", "All"},
	"rank":      {"Hạng", "Place"},
	"person":    {"Thí sinh", "Contestant"},
	"score":     {"Điểm", "Score"},
	"time":      {"Thời gian", "Time"},
	"lines":     {"Dòng", "Lines"},
	"of":        {"trong", "of"},
	"nobody":    {"Không có ai được xếp hạng ở đây.", "Nobody is placed here."},
	"pages":     {"Trang", "Pages"},
	"page":      {"Trang", "Page"},
	"previous":  {"Trang trước", "Previous page"},
	"following": {"Trang sau", "Next page"},
	"removed":   {"Không xếp hạng", "Not placed"},
	"masked": {
		"Tên được viết tắt để bảo vệ trẻ em; họ tên đầy đủ chỉ hiện khi gia đình và em đã đồng ý. Trường có ít thí sinh được thay bằng đơn vị cấp trên.",
		"Names are shortened to protect children; full names appear only where family and child have agreed. A school with few contestants is shown as the unit above it.",
	},

	"help.title":   {"Khi cần giúp đỡ", "When you need help"},
	"help.lead":    {"Có chuyện làm em sợ, buồn hay khó xử, trên mạng hay ngoài đời? Em không có lỗi, và em không phải chịu một mình. Hãy nói với người lớn mà em tin, hoặc gọi:", "Has something frightened, hurt or troubled you, online or elsewhere? It is not your fault, and you are not alone. Talk to an adult you trust, or call:"},
	"help.privacy": {"Trang này không ghi lại ai đã xem và không nhận lời kể của em.", "This page does not record who reads it and takes no stories."},
	"checked":      {"Kiểm tra lần cuối:", "Last checked on:"},

	"missing":      {"Không tìm thấy trang", "Page not found"},
	"missing.text": {"Địa chỉ này không có kết quả nào được công bố. Có thể kết quả chưa chính thức, hoặc đường dẫn bị thiếu.", "No results are published at this address. They may not be official yet, or the link is incomplete."},
	"broken":       {"Chưa mở được trang", "The page cannot be shown now"},
	"broken.text":  {"Máy chủ đang bận. Vui lòng thử lại sau ít phút.", "The server is busy. Please try again in a few minutes."},
}
