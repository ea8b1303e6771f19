package main

import (
	"context"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

// demoLaw is an instrument of the demo's list. after is the number of the one
// that took its place, which stands before it.
type demoLaw struct{ number, title, kind, from, to, after string }

var demoLaws = []demoLaw{
	{"102/2016/QH13", "Luật Trẻ em", "law", "2017-06-01", "", ""},
	{"56/2017/NĐ-CP", "Nghị định quy định chi tiết Luật Trẻ em", "decree", "2017-07-01", "", ""},
	{"874/QĐ-BTTTT", "Bộ Quy tắc ứng xử trên mạng xã hội", "code_of_conduct", "2021-06-17", "", ""},
	{"88/QĐ-BTTTT", "Bộ Quy tắc ứng xử về bảo vệ trẻ em trên môi trường mạng", "code_of_conduct", "2025-01-21", "", ""},
	{"116/2025/QH15", "Luật An ninh mạng", "law", "2026-07-01", "", ""},
	{"24/2018/QH14", "Luật An ninh mạng 2018", "law", "2019-01-01", "2026-07-01", "116/2025/QH15"},
	{"147/2024/NĐ-CP", "Nghị định về quản lý, cung cấp dịch vụ Internet", "decree", "2024-12-25", "", ""},
	{"174/2026/NĐ-CP", "Nghị định xử phạt vi phạm hành chính trên mạng", "decree", "2026-07-01", "", ""},
	{"15/2020/NĐ-CP", "Nghị định xử phạt vi phạm hành chính trên mạng (cũ)", "decree", "", "2026-07-01", "174/2026/NĐ-CP"},
	{"91/2025/QH15", "Luật Bảo vệ dữ liệu cá nhân", "law", "2026-01-01", "", ""},
	{"356/2025/NĐ-CP", "Nghị định về bảo vệ dữ liệu cá nhân", "decree", "2026-01-01", "", ""},
	{"13/2023/NĐ-CP", "Nghị định về bảo vệ dữ liệu cá nhân (cũ)", "decree", "", "2026-01-01", "356/2025/NĐ-CP"},
	{"91/2015/QH13", "Bộ luật Dân sự 2015", "law", "2017-01-01", "", ""},
}

// lawAsOf is the day whose law the demo's contests ask: today, or where the clock
// of this machine stands before them, the first on which all the demo's laws are
// in force.
func (d *demo) lawAsOf() time.Time {
	all := time.Date(2026, time.July, 1, 0, 0, 0, 0, contest.Hanoi).UTC()
	if now := d.clock(); now.After(all) {
		return now
	}
	return all
}

// laws puts the instruments on the list at which the demo's citations point.
func (d *demo) laws(ctx context.Context) error {
	ids := map[string]string{}
	for _, l := range demoLaws {
		i := bank.Instrument{
			UnitID: d.tree.root.ID, Number: l.number, Title: l.title, Kind: l.kind, ReplacedBy: ids[l.after], Checked: d.clock(),
		}
		for _, day := range []struct {
			text string
			to   *time.Time
		}{{l.from, &i.From}, {l.to, &i.To}} {
			if day.text == "" {
				continue
			}
			t, err := time.ParseInLocation(time.DateOnly, day.text, contest.Hanoi)
			if err != nil {
				return fmt.Errorf("instrument %s: %w", l.number, err)
			}
			*day.to = t.UTC()
		}
		made, err := d.p.laws.Add(ctx, d.actors["organizer"], i)
		if err != nil {
			return fmt.Errorf("instrument %s: %w", l.number, err)
		}
		ids[l.number] = made.ID
	}
	return nil
}
