package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// Topic and age band of the questions of the practice contest: no other contest
// of the demo draws from them.
const (
	demoKindsTopic = "Ghép nối, điền chỗ trống, chọn hình"
	demoKindsBand  = "8-15"
)

// kindQuestions writes questions of the kinds that a table of rows does not
// hold: matchings, gaps, pictures.
func (d *demo) kindQuestions(ctx context.Context, actor contest.Actor, b bank.Bank) error {
	shown := map[string]string{}
	for name, p := range map[string]struct {
		draw func(*image.NRGBA)
		alt  string
	}{
		"closed":  {closedLock, "Ổ khoá đang đóng"},
		"open":    {openLock, "Ổ khoá đang mở"},
		"warning": {warningSign, "Tam giác vàng có dấu chấm than"},
		"message": {strangeMessage, "Tin nhắn của số lạ: một câu ngắn và một đường liên kết màu xanh"},
	} {
		m, err := d.p.gallery.Add(ctx, actor, b.ID, drawn(p.draw), p.alt)
		if err != nil {
			return fmt.Errorf("picture %s: %w", name, err)
		}
		shown[name] = m.ID
	}
	for _, v := range demoKinds(shown) {
		v.Topic, v.AgeBand = demoKindsTopic, demoKindsBand
		v.Citation.Text = "Kỹ năng chung, không viện dẫn điều luật"
		if _, err := d.p.bank.CreateQuestion(ctx, actor, b.ID, v); err != nil {
			return fmt.Errorf("question %q: %w", v.Stem, err)
		}
	}
	return nil
}

func demoKinds(shown map[string]string) []bank.Version {
	return append(demoMatchings(), bank.Version{
		Type: scoring.Cloze, Difficulty: bank.NhanBiet,
		Stem: "Nhận được tin nhắn lạ, em [[1]] bấm vào liên kết và [[2]] với bố mẹ hoặc thầy cô. Khi cần giúp đỡ, em gọi [[3]].",
		Gaps: []bank.Gap{{Choices: []string{"không", "nên", "hãy thử"}}, {Choices: []string{"giấu", "kể lại"}}, {Choices: []string{"111", "1900", "một số lạ"}}},
		Key:  scoring.Key{Choices: []int{0, 1, 0}}, Explanation: "Không bấm vào liên kết lạ, kể với người lớn tin cậy; 111 là Tổng đài quốc gia bảo vệ trẻ em.",
	}, bank.Version{
		Type: scoring.Cloze, Difficulty: bank.ThongHieu, Format: bank.Markdown,
		Stem: "| Việc làm | Nhận xét |\n| --- | --- |\n| Đăng ảnh bạn khi bạn đã đồng ý | [[1]] |\n| Chê bai hình dáng của bạn trong nhóm lớp | [[2]] |\n\nEm chọn lời **nhận xét đúng** cho mỗi việc.",
		Gaps: []bank.Gap{{Choices: []string{"nên làm", "không nên làm"}}, {Choices: []string{"nên làm", "không nên làm"}}},
		Key:  scoring.Key{Choices: []int{0, 1}}, Explanation: "Hỏi ý bạn trước khi đăng ảnh là tôn trọng bạn; lời chê bai làm bạn tổn thương.",
	}, bank.Version{
		Type: scoring.HotOption, Difficulty: bank.NhanBiet, Stem: "Hình nào thường cho biết trang web đang dùng kết nối được mã hoá?",
		Options: []bank.Option{
			{MediaID: shown["closed"], Alt: "Ổ khoá đang đóng"}, {MediaID: shown["open"], Alt: "Ổ khoá đang mở"}, {MediaID: shown["warning"], Alt: "Tam giác vàng có dấu chấm than"},
		},
		Key: scoring.Key{Choices: []int{0}}, Explanation: "Ổ khoá đóng nói rằng đường truyền được mã hoá. Nó không bảo đảm trang web là thật: em vẫn phải đọc kỹ tên trang.",
	}, bank.Version{
		Type: scoring.Single, Difficulty: bank.VanDung, Format: bank.Markdown,
		Stem:    "Em nhận được tin nhắn này từ một số lạ:\n\n![Tin nhắn của số lạ: một câu ngắn và một đường liên kết màu xanh](media:" + shown["message"] + ")\n\nViệc làm nào **an toàn nhất**?",
		Options: []bank.Option{{Text: "Bấm thử xem là gì"}, {Text: "Không bấm, chặn số và kể với người lớn"}, {Text: "Chuyển cho cả lớp cùng xem"}, {Text: "Trả lời để hỏi là ai"}},
		Key:     scoring.Key{Choices: []int{1}}, Explanation: "Liên kết của người lạ có thể lấy mật khẩu hoặc cài mã độc.",
	})
}

func demoMatchings() []bank.Version {
	return []bank.Version{{
		Type: scoring.Matching, Difficulty: bank.ThongHieu, Stem: "Em ghép mỗi tình huống với việc nên làm.",
		Options: []bank.Option{{Text: "Bạn bị trêu chọc trong nhóm chat"}, {Text: "Người lạ xin ảnh của em"}, {Text: "Thấy tin chưa rõ đúng sai"}},
		Matches: []string{"Động viên bạn và báo thầy cô", "Từ chối và kể với bố mẹ", "Tìm nguồn chính thức để kiểm tra", "Chia sẻ ngay cho nhiều người"},
		Key:     scoring.Key{Choices: []int{0, 1, 2}}, Explanation: "Chia sẻ ngay không hợp với tình huống nào ở đây.",
	}, {
		Type: scoring.Matching, Difficulty: bank.NhanBiet, Stem: "Em ghép mỗi từ với ý nghĩa của nó.",
		Options: []bank.Option{{Text: "Mật khẩu"}, {Text: "Tin giả"}, {Text: "Bắt nạt trên mạng"}},
		Matches: []string{"Điều chỉ mình em biết để mở tài khoản", "Điều sai được đưa như thật", "Dùng lời lẽ, hình ảnh trên mạng để làm bạn đau khổ nhiều lần"},
		Key:     scoring.Key{Choices: []int{0, 1, 2}},
	}}
}

// practice makes the contest with which pupils get to know these kinds: taken
// as often as one likes, looked through at once, on no board.
func (d *demo) practice(ctx context.Context) error {
	rules := contest.DefaultRules()
	rules.AttemptPolicy, rules.AttemptsMax = scoring.BestThenEarliest, 5
	rules.PartialCredit = scoring.PartialPerOption
	rules.ReviewAt, rules.Leaderboard = contest.ReviewAfterSubmit, contest.BoardOff
	_, err := d.quiz(ctx, demoQuiz{
		title: "Luyện tập: ghép nối, điền chỗ trống, chọn hình", round: "Luyện tập", rules: rules,
		opens: d.clock().Add(-24 * time.Hour), closes: d.clock().Add(30 * 24 * time.Hour),
		blueprint: func([]contest.Division) (lines []contest.BlueprintLine) {
			for _, kind := range []scoring.Type{scoring.Matching, scoring.Cloze, scoring.HotOption, scoring.Single} {
				line := contest.BlueprintLine{Topic: demoKindsTopic, Type: string(kind), Count: 1, Points: 200}
				if kind == scoring.Matching || kind == scoring.Cloze {
					line.Count = 2
				}
				lines = append(lines, line)
			}
			return lines
		},
	})
	return err
}

// drawn is a small picture as a file.
func drawn(draw func(*image.NRGBA)) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 240, 180))
	fill(m, color.NRGBA{255, 255, 255, 255}, func(int, int) bool { return true })
	draw(m)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

func fill(m *image.NRGBA, c color.NRGBA, inside func(x, y int) bool) {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if inside(x, y) {
				m.SetNRGBA(x, y, c)
			}
		}
	}
}

func box(left, top, right, bottom int) func(x, y int) bool {
	return func(x, y int) bool { return x >= left && x < right && y >= top && y < bottom }
}

// arch is the upper half of a ring with straight ends down to bottom.
func arch(cx, cy, outer, inner, bottom int) func(x, y int) bool {
	return func(x, y int) bool {
		dx, dy := x-cx, min(0, y-cy)
		far := dx*dx + dy*dy
		return far < outer*outer && far >= inner*inner && y < bottom
	}
}

var (
	inkGreen = color.NRGBA{15, 118, 80, 255}
	inkGrey  = color.NRGBA{110, 118, 126, 255}
	inkDark  = color.NRGBA{33, 37, 41, 255}
	inkAmber = color.NRGBA{245, 190, 40, 255}
	inkBlue  = color.NRGBA{30, 90, 200, 255}
	inkPale  = color.NRGBA{228, 232, 236, 255}
)

func closedLock(m *image.NRGBA) {
	fill(m, inkGreen, arch(120, 70, 40, 26, 95))
	fill(m, inkGreen, box(65, 90, 175, 160))
	fill(m, inkPale, box(114, 112, 126, 140))
}

func openLock(m *image.NRGBA) {
	fill(m, inkGrey, arch(165, 60, 40, 26, 95))
	fill(m, color.NRGBA{255, 255, 255, 255}, box(185, 62, 230, 95)) // its far end hangs free
	fill(m, inkGrey, box(45, 90, 155, 160))
	fill(m, inkPale, box(94, 112, 106, 140))
}

func warningSign(m *image.NRGBA) {
	fill(m, inkAmber, func(x, y int) bool { return y >= 20 && y < 160 && 7*abs(x-120) < 4*(y-20) })
	fill(m, inkDark, box(113, 65, 127, 118))
	fill(m, inkDark, box(113, 128, 127, 142))
}

func strangeMessage(m *image.NRGBA) {
	fill(m, inkPale, box(15, 20, 225, 150))
	fill(m, inkGrey, box(30, 36, 110, 46))
	fill(m, inkDark, box(30, 64, 205, 74))
	fill(m, inkDark, box(30, 84, 150, 94))
	fill(m, inkBlue, box(30, 114, 190, 124))
	fill(m, inkBlue, box(30, 127, 190, 129))
}

func abs(n int) int { return max(n, -n) }
