package contest

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"mangxanh/scoring"
)

// RulesHTML writes the thể lệ of a contest from its settings, in Vietnamese or,
// for "en", in English. It is a fragment of headings, paragraphs and lists; all
// that people typed is escaped.
func (c Contest) RulesHTML(lang string) string {
	w := &rulesWriter{en: lang == "en"}
	rules := c.Rules
	c.writeAudience(w)
	c.writeRounds(w)
	c.writeAttempts(w)
	writeMarks(w, rules)
	c.writePrediction(w)
	writeRanking(w, rules)
	writeShowing(w, rules)
	c.writePrizes(w)
	writeUnits(w, rules.UnitFormula)
	for _, s := range rules.Sections {
		w.title(s.Title, s.Title)
		w.typed(s.Text)
	}
	if rules.OrganizerText != "" {
		w.title("Quy định thêm của Ban Tổ chức", "Further rules of the organizers")
		w.typed(rules.OrganizerText)
	}
	writeData(w)
	writeHelp(w)
	return w.b.String()
}

// rulesWriter collects the text in one language. Arguments of a sentence are
// escaped, the sentence itself is ours.
type rulesWriter struct {
	b  strings.Builder
	en bool
}

func (w *rulesWriter) pick(vi, en string) string {
	if w.en {
		return en
	}
	return vi
}

func (w *rulesWriter) say(vi, en string, args ...any) string {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = html.EscapeString(s)
		}
	}
	return fmt.Sprintf(w.pick(vi, en), args...)
}

func (w *rulesWriter) title(vi, en string) {
	w.b.WriteString("<h2>" + html.EscapeString(w.pick(vi, en)) + "</h2>\n")
}

func (w *rulesWriter) p(vi, en string, args ...any) {
	w.b.WriteString("<p>" + w.say(vi, en, args...) + "</p>\n")
}

func (w *rulesWriter) list(tag string, items []string) {
	if len(items) == 0 {
		return
	}
	w.b.WriteString("<" + tag + ">\n<li>" + strings.Join(items, "</li>\n<li>") + "</li>\n</" + tag + ">\n")
}

// typed writes what a person typed: paragraphs at blank lines.
func (w *rulesWriter) typed(s string) {
	for _, para := range strings.Split(s, "\n\n") {
		if para = strings.TrimSpace(para); para != "" {
			w.b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(para), "\n", "<br>") + "</p>\n")
		}
	}
}

// when writes a moment in Hanoi.
func (w *rulesWriter) when(t time.Time) string {
	t = t.In(Hanoi)
	return w.say("%s ngày %s", "%s on %s", t.Format("15:04"), t.Format("02/01/2006"))
}

// span writes a length of time in minutes and seconds.
func (w *rulesWriter) span(d time.Duration) string {
	m, s := int(d/time.Minute), int(d%time.Minute/time.Second)
	var parts []string
	if m > 0 || s == 0 {
		parts = append(parts, w.say("%d phút", "%d min", m))
	}
	if s > 0 {
		parts = append(parts, w.say("%d giây", "%d s", s))
	}
	return strings.Join(parts, " ")
}

// Marks writes hundredths of a point with as few decimals as needed and the
// decimal mark of the language.
func Marks(hundredths int64, lang string) string {
	s := strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
	if lang == "en" {
		return s
	}
	return strings.ReplaceAll(s, ".", ",")
}

func (c Contest) writeAudience(w *rulesWriter) {
	w.title("Ai được dự thi", "Who may take part")
	unit := c.UnitName
	if len(c.Divisions) == 0 {
		w.p("Học sinh, cán bộ, giáo viên, nhân viên và cha mẹ học sinh có tài khoản trong phạm vi cuộc thi do %s tổ chức.",
			"Pupils, staff and parents who have an account within the contest run by %s.", unit)
		return
	}
	w.p("Cuộc thi do %s tổ chức, chia thành các bảng. Mỗi người dự thi ở đúng một bảng; các bảng được xếp hạng và trao giải riêng.",
		"The contest is run by %s in divisions. Each person is in exactly one; divisions are ranked and rewarded apart.", unit)
	var items []string
	for _, d := range c.Divisions {
		who := map[AccountKind][2]string{
			Pupil: {"học sinh", "pupils"}, Staff: {"cán bộ, giáo viên, nhân viên", "staff"}, Parent: {"cha mẹ học sinh", "parents"},
		}[d.Kind]
		item := w.say("Bảng %s: %s", "Division %s: %s", d.Name, w.pick(who[0], who[1]))
		switch {
		case d.GradeFrom > 0 && d.GradeFrom == d.GradeTo:
			item += w.say(" lớp %d", " of grade %d", d.GradeFrom)
		case d.GradeTo > 0:
			item += w.say(" từ lớp %d đến lớp %d", " of grades %d to %d", max(1, d.GradeFrom), d.GradeTo)
		}
		items = append(items, item)
	}
	w.list("ul", items)
}

func (c Contest) writeRounds(w *rulesWriter) {
	w.title("Các vòng thi", "Rounds")
	var items []string
	for _, r := range c.Rounds {
		item := w.say("%s: mở lúc %s, đóng trước %s.", "%s: opens at %s, closes before %s.", r.Name, w.when(r.OpensAt), w.when(r.ClosesAt))
		if r.Kind == Quiz {
			item += w.say(" Thời gian làm bài %s, %s.", " Time allowed: %s, %s.", w.span(r.Duration), c.paperSize(w, r))
		}
		items = append(items, item)
	}
	w.list("ul", items)
	w.p("Giờ thi là giờ của máy chủ, theo giờ Hà Nội; đồng hồ trên điện thoại không có giá trị tính giờ.",
		"The server's clock counts, shown in Hanoi time; the clock of the phone decides nothing.")
}

func (c Contest) paperSize(w *rulesWriter, r Round) string {
	first := r.Questions("")
	if len(c.Divisions) > 0 {
		first = r.Questions(c.Divisions[0].ID)
	}
	var each []string
	same := true
	for _, d := range c.Divisions {
		n := r.Questions(d.ID)
		same = same && n == first
		each = append(each, w.say("bảng %s: %d câu", "division %s: %d questions", d.Name, n))
	}
	if same {
		return w.say("%d câu hỏi", "%d questions", first)
	}
	return strings.Join(each, "; ")
}

func (c Contest) writeAttempts(w *rulesWriter) {
	rules := c.Rules
	w.title("Cách làm bài", "Taking an attempt")
	items := []string{countedInWords(w, rules)}
	if rules.CutAtClose {
		items = append(items, w.say("Bài thi kết thúc khi hết thời gian làm bài hoặc khi vòng thi đóng, tùy mốc nào đến trước.",
			"An attempt ends when its time is up or when the round closes, whichever comes first."))
	} else {
		items = append(items, w.say("Ai bắt đầu trước khi vòng thi đóng vẫn được làm đủ thời gian.",
			"Whoever starts before the round closes has the full time."))
	}
	items = append(items,
		w.say("Câu trả lời được lưu ngay khi chọn. Mất mạng hay đổi máy vẫn làm tiếp được; thời gian không dừng.",
			"Answers are saved as they are given. After losing the network or changing the device one continues; the time does not stop."),
		w.say("Hết giờ mà chưa bấm nộp thì hệ thống nộp những câu đã lưu; không ai bị 0 điểm vì chưa bấm nộp.",
			"Whoever has not handed in when time is up is handed in with what was saved; nobody gets zero for that."))
	if g := rules.GraceFor(); g > 0 {
		items = append(items, w.say("Câu trả lời gửi đúng lúc nhưng đến chậm do đường truyền được nhận thêm tối đa %s và được đánh dấu.",
			"Answers that the network delays are still taken for at most %s, and are marked as such.", w.span(g)))
	} else {
		items = append(items, w.say("Câu trả lời đến máy chủ sau khi hết giờ không được nhận.", "Answers that reach the server after the end are not taken."))
	}
	if rules.ShuffleQuestions || rules.ShuffleOptions {
		items = append(items, w.say("Mỗi người nhận một đề có thứ tự câu hỏi và đáp án riêng.", "Everyone gets a paper in an order of its own."))
	}
	w.list("ul", items)
}

func countedInWords(w *rulesWriter, rules RuleSheet) string {
	if rules.AttemptsMax <= 1 {
		return w.say("Mỗi người được làm bài 1 lượt.", "Everyone has one attempt.")
	}
	text := w.say("Mỗi người được làm bài tối đa %d lượt. ", "Everyone has at most %d attempts. ", rules.AttemptsMax)
	switch rules.AttemptPolicy {
	case scoring.BestThenEarliest:
		return text + w.say("Tính lượt có điểm cao nhất; nếu bằng điểm thì tính lượt nộp sớm nhất.", "The best one counts; among equals the one handed in first.")
	case scoring.BestThenFastest:
		return text + w.say("Tính lượt có điểm cao nhất; nếu bằng điểm thì tính lượt làm nhanh nhất.", "The best one counts; among equals the fastest.")
	case scoring.LastAttempt:
		return text + w.say("Tính lượt cuối cùng.", "The last one counts.")
	}
	return text + w.say("Tính lượt đầu tiên.", "The first one counts.")
}

func writeMarks(w *rulesWriter, rules RuleSheet) {
	w.title("Cách chấm điểm", "Marks")
	switch rules.PartialCredit {
	case scoring.PartialRightMinusWrong:
		w.p("Câu có nhiều đáp án đúng được tính điểm theo số ý chọn đúng trừ số ý chọn sai, không dưới 0 điểm. Câu sắp xếp được tính theo số cặp đứng đúng cạnh nhau.",
			"Questions with several right answers earn by right choices minus wrong ones, never below zero. Orderings earn by neighbours in the right order.")
	case scoring.PartialPerOption:
		w.p("Câu có nhiều đáp án đúng được tính điểm theo từng ý. Câu sắp xếp được tính theo số cặp đứng đúng cạnh nhau.",
			"Questions with several right answers earn by option. Orderings earn by neighbours in the right order.")
	default:
		w.p("Mỗi câu chỉ được điểm khi trả lời đúng hoàn toàn; trả lời sai không bị trừ điểm.",
			"A question earns its marks only when wholly right; a wrong answer costs nothing.")
	}
}

func (c Contest) writePrediction(w *rulesWriter) {
	if !c.Rules.Prediction.On {
		return
	}
	w.title("Câu hỏi dự đoán", "Prediction")
	if c.Rules.Prediction.Target == TargetParticipants {
		w.p("Cuối bài có câu dự đoán số người dự thi. Số đúng là số người có lượt thi được tính (đếm người, không đếm lượt), xác định sau khi vòng thi đóng và sau khi loại các trường hợp vi phạm.",
			"At the end one predicts how many people take part. The true number counts people, not attempts, after the close and after removals.")
	} else {
		w.p("Cuối bài có câu dự đoán số người trả lời đúng tất cả các câu hỏi. Số đúng là số người có lượt thi được tính đúng hoàn toàn (đếm người, không đếm lượt), xác định sau khi vòng thi đóng và sau khi loại các trường hợp vi phạm.",
			"At the end one predicts how many people answer everything correctly. The true number counts people whose counted attempt is wholly right, after the close and after removals.")
	}
	w.p("Dự đoán càng gần số đúng càng xếp trên; lệch thừa và lệch thiếu như nhau. Lượt thi được tính chọn trước khi xét dự đoán; câu dự đoán không cộng điểm.",
		"The nearer the better; over and under count alike. The counted attempt is chosen before predictions are looked at; a prediction earns no marks.")
}

// Asked is what the prediction question asks: the organizers' wording, or the
// usual one for the target.
func (p PredictionRule) Asked() string {
	switch {
	case p.Stem != "":
		return p.Stem
	case p.Target == TargetParticipants:
		return "Dự đoán: sẽ có bao nhiêu người tham gia vòng thi này?"
	}
	return "Dự đoán: sẽ có bao nhiêu người trả lời đúng tất cả các câu hỏi của vòng thi này?"
}

var rankWords = map[scoring.RankKey][2]string{
	scoring.ByScore:       {"Điểm cao hơn", "Higher score"},
	scoring.ByCorrect:     {"Nhiều câu đúng hơn", "More correct answers"},
	scoring.ByPrediction:  {"Dự đoán gần đúng hơn", "Nearer prediction"},
	scoring.ByDuration:    {"Thời gian làm bài ngắn hơn", "Shorter time"},
	scoring.BySubmittedAt: {"Nộp bài sớm hơn", "Handed in earlier"},
	scoring.ByPerfect:     {"Nhiều lượt thi đúng hoàn toàn hơn", "More perfect attempts"},
}

// RankWords says a rank key in words of a language.
func RankWords(k scoring.RankKey, lang string) string {
	if lang == "en" {
		return rankWords[k][1]
	}
	return rankWords[k][0]
}

func writeRanking(w *rulesWriter, rules RuleSheet) {
	w.title("Xếp hạng", "Ranking")
	w.p("Người dự thi được so sánh lần lượt theo các tiêu chí sau; tiêu chí đầu tiên khác nhau quyết định:",
		"People are compared by these criteria in order; the first that differs decides:")
	var items []string
	for _, k := range rules.RankChain {
		items = append(items, w.say(rankWords[k][0], rankWords[k][1]))
	}
	w.list("ol", items)
	if rules.DurationEnds == EndsAtLastChange {
		w.p("Thời gian làm bài tính từ lúc bắt đầu đến lần thay đổi câu trả lời cuối cùng.", "Time runs from the start to the last change of an answer.")
	} else {
		w.p("Thời gian làm bài tính từ lúc bắt đầu đến lúc nộp bài.", "Time runs from the start to handing in.")
	}
	w.p("Ai bằng nhau ở mọi tiêu chí thì đồng hạng (ví dụ 1, 2, 2, 4); không phân định bằng tên hay mã.",
		"Those equal in everything share the place (1, 2, 2, 4); names and codes never decide.")
}

func writeShowing(w *rulesWriter, rules RuleSheet) {
	w.title("Bảng xếp hạng, đáp án và kết quả", "Leaderboard, answers and results")
	var items []string
	switch rules.Leaderboard {
	case BoardLive:
		items = append(items, w.say("Bảng xếp hạng tạm thời hiện ngay trong khi thi.", "A provisional leaderboard is shown during the round."))
	case BoardAfterClose:
		items = append(items, w.say("Bảng xếp hạng tạm thời hiện sau khi vòng thi đóng.", "A provisional leaderboard is shown after the close."))
	default:
		items = append(items, w.say("Không có bảng xếp hạng tạm thời.", "There is no provisional leaderboard."))
	}
	items = append(items, w.say("Kết quả chính thức được công bố sau khi đã kiểm tra; mỗi lần công bố có số và ngày, đính chính là một bản mới.",
		"Official results are published after a check; each publication is numbered and dated, a correction is a new one."))
	if rules.Names == NamesNone {
		items = append(items, w.say("Bảng công khai không ghi tên, chỉ ghi số của thí sinh, trừ khi đã có sự đồng ý công khai.",
			"Public boards show numbers instead of names unless consent is recorded."))
	} else {
		items = append(items, w.say("Bảng công khai chỉ ghi tên gọi và chữ cái đầu của họ, trừ khi đã có sự đồng ý công khai.",
			"Public boards show the given name and an initial unless consent is recorded."))
	}
	items = append(items, reviewInWords(w, rules))
	w.list("ul", items)
}

func reviewInWords(w *rulesWriter, rules RuleSheet) string {
	switch rules.ReviewAt {
	case ReviewAfterSubmit:
		return w.say("Đáp án và giải thích xem được sau khi nộp bài.", "Answers and explanations are shown after handing in.")
	case ReviewAfterClose:
		return w.say("Đáp án và giải thích xem được sau khi vòng thi đóng.", "Answers and explanations are shown after the close.")
	case ReviewAtOfficial:
		return w.say("Đáp án và giải thích xem được khi công bố kết quả chính thức.", "Answers and explanations are shown with the official results.")
	case ReviewAtTime:
		return w.say("Đáp án và giải thích xem được từ %s.", "Answers and explanations are shown from %s.", w.when(rules.ReviewTime))
	}
	return w.say("Đáp án không được công bố.", "Answers are not published.")
}

func (c Contest) writePrizes(w *rulesWriter) {
	rules := c.Rules
	if len(rules.Prizes) > 0 {
		w.title("Giải thưởng", "Prizes")
		names := map[string]string{}
		for _, d := range c.Divisions {
			names[d.Code] = d.Name
		}
		var items []string
		for _, p := range rules.Prizes {
			item := w.say("%s: %d giải", "%s: %d", p.Name, p.Count)
			if p.Division != "" {
				item += w.say(" (bảng %s)", " (division %s)", names[p.Division])
			} else if len(c.Divisions) > 1 {
				item += w.say(" mỗi bảng", " in each division")
			}
			items = append(items, item)
		}
		w.list("ul", items)
		w.p("Những người đồng hạng nhận cùng một giải.", "Those who share a place receive the same prize.")
	}
	if len(rules.Exclusions) > 0 {
		w.title("Trường hợp không xét giải", "Not considered for prizes")
		items := make([]string, len(rules.Exclusions))
		for i, e := range rules.Exclusions {
			items[i] = html.EscapeString(e)
		}
		w.list("ul", items)
	}
}

func writeUnits(w *rulesWriter, f UnitFormula) {
	parts := []struct {
		weight int
		vi, en string
	}{
		{f.Participation, "tỉ lệ học sinh dự thi %d%%", "participation %d%%"}, {f.Mean, "điểm trung bình %d%%", "mean score %d%%"},
		{f.Prizes, "điểm giải thưởng %d%%", "prizes %d%%"}, {f.Entries, "bài viết %d%%", "entries %d%%"},
	}
	var items []string
	for _, p := range parts {
		if p.weight > 0 {
			items = append(items, w.say(p.vi, p.en, p.weight))
		}
	}
	if len(items) == 0 {
		return
	}
	w.title("Xếp hạng đơn vị", "Ranking of units")
	w.p("Điểm của mỗi trường là tổng có trọng số:", "The points of a school are a weighted sum:")
	w.list("ul", items)
	if f.MinParticipants > 0 {
		w.p("Chỉ xếp hạng trường có từ %d người dự thi.", "Only schools with at least %d contestants are ranked.", f.MinParticipants)
	}
}

func writeData(w *rulesWriter) {
	w.title("Bảo vệ dữ liệu cá nhân", "Personal data")
	w.p("Cuộc thi chỉ dùng họ tên, ngày sinh, giới tính, lớp và mã học sinh do nhà trường cung cấp, để tổ chức thi và công nhận kết quả. Họ tên đầy đủ chỉ được công khai khi cha mẹ hoặc người giám hộ, và học sinh từ đủ 7 tuổi, đã đồng ý; sự đồng ý có thể rút lại bất cứ lúc nào qua nhà trường.",
		"The contest uses only name, birth date, gender, class and pupil code from the school, to run the contest and to recognise results. Full names become public only with the consent of a parent or guardian and, from age 7, of the child; it can be withdrawn at any time through the school.")
}

func writeHelp(w *rulesWriter) {
	w.title("Khi cần giúp đỡ", "Help")
	w.p(`Gặp chuyện không an toàn trên mạng hay ngoài đời, em hãy gọi <a href="tel:111">111</a> – Tổng đài điện thoại quốc gia bảo vệ trẻ em, miễn phí, 24 giờ mỗi ngày.`,
		`If something is not safe, online or elsewhere, call <a href="tel:111">111</a>, the national child protection line: free, 24 hours a day.`)
}
