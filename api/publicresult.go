package api

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

// resultView is a page of an official version as everybody reads it.
type resultView struct {
	frame
	Heading, RoundName, Unit string
	Number                   int
	OfficialAt               time.Time
	Newer, Note, Seal        string
	Participants             int
	HasTarget                bool
	Target                   int64
	Tabs                     []tabView
	Caption                  string
	Rows                     []rowView
	Page, Pages              int
	Previous, Following      string
	Removed                  []removedPeople
	Others                   []versionView
}

type tabView struct {
	Name, Href string
	Here       bool
}

type rowView struct {
	Rank                           int
	Name, Prize, Unit, Score, Time string
}

type versionView struct {
	Number     int
	At         time.Time
	Note, Href string
}

func (s *Server) resultPage(ctx context.Context, a asked, f frame) (drawing, error) {
	page, err := whole(a.page, 1)
	if err != nil {
		return drawing{}, err
	}
	number, err := whole(a.version, 0)
	if err != nil {
		return drawing{}, err
	}
	p, err := s.svc.Public.Result(ctx, a.slug, number, standing.LineFilter{Division: a.division, Offset: (page - 1) * rowsAPage, Limit: rowsAPage})
	if err != nil {
		return drawing{}, err
	}
	if page > 1 && len(p.Lines) == 0 {
		return drawing{}, contest.Missing("page")
	}
	f.Title = p.Contest.Title
	v := &resultView{
		frame: f, Heading: p.Contest.Title, RoundName: p.Round.Name, Unit: p.Contest.UnitName, Number: p.Version.Number,
		OfficialAt: p.Version.OfficialAt, Note: p.Version.Note, Seal: p.Version.SHA256, Participants: p.Version.Participants,
		HasTarget: p.Version.Target.Known, Target: p.Version.Target.Value, Removed: reasons(p.Version.Removals),
		Page: page, Pages: max(1, (p.Total+rowsAPage-1)/rowsAPage),
	}
	v.addLinks(a, p)
	v.addRows(a, p)
	return drawing{"result", v}, nil
}

// addLinks fills in the ways to other divisions, pages and versions.
func (v *resultView) addLinks(a asked, p standing.PublicResult) {
	if len(p.Contest.Divisions) > 1 {
		v.Tabs = append(v.Tabs, tabView{Name: publicTexts["all"][pick(a.en)], Href: a.to(a.en, "v", a.version), Here: p.Division == ""})
		for _, d := range p.Contest.Divisions {
			v.Tabs = append(v.Tabs, tabView{Name: d.Name, Href: a.to(a.en, "v", a.version, "division", d.Code), Here: p.Division == d.ID})
		}
	}
	if v.Page > 1 {
		before := ""
		if v.Page > 2 {
			before = strconv.Itoa(v.Page - 1)
		}
		v.Previous = a.to(a.en, "v", a.version, "division", a.division, "trang", before)
	}
	if v.Page < v.Pages {
		v.Following = a.to(a.en, "v", a.version, "division", a.division, "trang", strconv.Itoa(v.Page+1))
	}
	if p.Versions[0].Number != v.Number {
		v.Newer = a.to(a.en)
	}
	if len(p.Versions) < 2 {
		return
	}
	for _, o := range p.Versions {
		line := versionView{Number: o.Number, At: o.OfficialAt, Note: o.Note}
		if o.Number != v.Number {
			line.Href = a.to(a.en, "v", strconv.Itoa(o.Number))
		}
		v.Others = append(v.Others, line)
	}
}

func (v *resultView) addRows(a asked, p standing.PublicResult) {
	text := func(key string) string { return publicTexts[key][pick(a.en)] }
	v.Caption = fmt.Sprintf("%s %s–%s %s %s", text("lines"), grouped(strconv.Itoa(p.Offset+1), a.en),
		grouped(strconv.Itoa(p.Offset+len(p.Lines)), a.en), text("of"), grouped(strconv.Itoa(p.Total), a.en))
	for _, l := range p.Lines {
		v.Rows = append(v.Rows, rowView{Rank: l.Rank, Name: l.Name, Prize: l.Prize, Unit: l.Unit, Score: marks(l.Score, a.en), Time: span(l.Duration, a.en)})
	}
}

// comma is the decimal mark of a language.
func comma(en bool) string {
	if en {
		return "."
	}
	return ","
}

// marks writes hundredths of a point: 9,5.
func marks(hundredths int64, en bool) string {
	whole, part := hundredths/100, hundredths%100
	switch {
	case part == 0:
		return fmt.Sprint(whole)
	case part%10 == 0:
		return fmt.Sprintf("%d%s%d", whole, comma(en), part/10)
	}
	return fmt.Sprintf("%d%s%02d", whole, comma(en), part)
}

// span writes a duration as minutes, seconds and tenths: 12:05,2.
func span(d time.Duration, en bool) string {
	tenths := d.Milliseconds() / 100
	return fmt.Sprintf("%d:%02d%s%d", tenths/600, tenths/10%60, comma(en), tenths%10)
}
