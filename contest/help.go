package contest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mangxanh/contest/text"
)

// HelpKind says how a place of help is reached.
type HelpKind string

// The kinds of help line.
const (
	HelpPhone  HelpKind = "phone"  // Contact is a number to dial
	HelpWeb    HelpKind = "web"    // Contact is an address that begins with http:// or https://
	HelpPerson HelpKind = "person" // Contact says who and where
)

// HelpLine is one place where a child finds help. The product leads there; it
// keeps no word of what a child has to tell.
type HelpLine struct {
	ID        string
	Name      string
	NameEn    string
	Contact   string
	Kind      HelpKind
	Note      string
	NoteEn    string
	CheckedOn string // yyyy-mm-dd: the day on which somebody saw that it works
}

// ChildHelpline is the number that always stands first: free, day and night.
const ChildHelpline = "111"

// DefaultHelp is the list until organizers write their own.
func DefaultHelp() []HelpLine {
	const checked = "2026-11-23"
	return []HelpLine{
		{
			Name: "Tổng đài quốc gia bảo vệ trẻ em 111", NameEn: "National child protection helpline 111", Contact: ChildHelpline, Kind: HelpPhone,
			Note: "Miễn phí, suốt ngày đêm, kể cả ngày lễ.", NoteEn: "Free, day and night, on holidays too.", CheckedOn: checked,
		},
		{
			Name: "Trang của Tổng đài 111", NameEn: "Website of helpline 111", Contact: "https://tongdai111.vn", Kind: HelpWeb,
			Note:   "Có thể hỏi bằng tin nhắn; cũng có ứng dụng và Zalo “Tổng đài 111”.",
			NoteEn: "Questions in writing; there is an app and a Zalo account “Tổng đài 111” too.", CheckedOn: checked,
		},
		{
			Name: "Báo cáo nội dung xâm hại trẻ em trên mạng", NameEn: "Report content that harms children online", Contact: "https://vn-cop.vn", Kind: HelpWeb,
			Note:   "Chọn “Báo cáo xâm hại”. Không cần chép lại hay gửi tiếp nội dung đó cho ai.",
			NoteEn: "Choose “Báo cáo xâm hại”. There is no need to copy the content or to pass it on.", CheckedOn: checked,
		},
	}
}

// HelpStore keeps the list of help lines.
type HelpStore interface {
	// HelpLines returns the list in its order; empty when nobody wrote one.
	HelpLines(ctx context.Context) ([]HelpLine, error)
	// SetHelpLines replaces the list.
	SetHelpLines(ctx context.Context, actor Actor, lines []HelpLine) error
}

// HelpDesk shows the list of help lines to everybody and lets organizers edit it.
type HelpDesk struct {
	Store HelpStore
	Now   func() time.Time
	NewID func() string
}

// Lines returns the list, 111 first.
func (h *HelpDesk) Lines(ctx context.Context) ([]HelpLine, error) {
	lines, err := h.Store.HelpLines(ctx)
	if err == nil && len(lines) == 0 {
		lines = DefaultHelp()
	}
	return lines, err
}

const maxHelpLines = 30

// Replace stores a new list. Admins and organizers of a topmost unit may: the
// list is one for everybody. 111 can be described anew, but not left out, and
// it stands first.
func (h *HelpDesk) Replace(ctx context.Context, actor Actor, lines []HelpLine) ([]HelpLine, error) {
	if !organizesAll(actor) {
		return nil, Missing("list of help lines")
	}
	var faults problems
	faults.when(len(lines) > maxHelpLines, "items", "too_many", "at most 30 lines")
	var first, rest []HelpLine
	for i, l := range lines {
		l = l.clean()
		faults.append(l.problems(fmt.Sprintf("items[%d]", i), h.Now()))
		l.ID = h.NewID()
		if l.Kind == HelpPhone && l.Contact == ChildHelpline {
			first = append(first, l)
		} else {
			rest = append(rest, l)
		}
	}
	faults.when(len(first) == 0, "items", "helpline_missing", "the list must hold the phone number 111")
	if len(faults) > 0 {
		return nil, Faulty(faults...)
	}
	lines = append(first, rest...)
	return lines, h.Store.SetHelpLines(ctx, actor, lines)
}

// organizesAll reports whether the actor organizes a unit that has none above.
func organizesAll(actor Actor) bool {
	for _, path := range actor.Paths(RoleOrganizer) {
		if strings.Count(path, "/") == 2 {
			return true
		}
	}
	return false
}

func (l HelpLine) clean() HelpLine {
	l.Name, l.NameEn, l.Contact = text.Line(l.Name), text.Line(l.NameEn), text.Line(l.Contact)
	l.Note, l.NoteEn, l.CheckedOn = text.Line(l.Note), text.Line(l.NoteEn), text.Line(l.CheckedOn)
	return l
}

func (l HelpLine) problems(at string, now time.Time) []Problem {
	var p problems
	p.when(l.Name == "", at+".name", "required", "a name is needed")
	p.long(at+".name", l.Name, 200)
	p.long(at+".name_en", l.NameEn, 200)
	p.long(at+".note", l.Note, 500)
	p.long(at+".note_en", l.NoteEn, 500)
	p.long(at+".contact", l.Contact, 300)
	day, err := time.ParseInLocation("2006-01-02", l.CheckedOn, Hanoi)
	p.when(err != nil || day.After(now), at+".checked_on", "date", "the day on which somebody saw that it works, not in the future")
	switch l.Kind {
	case HelpPhone:
		p.when(len(l.Contact) < 3 || strings.Trim(l.Contact, "0123456789 +.-()") != "", at+".contact", "phone", "a phone number")
	case HelpWeb:
		p.when(!strings.HasPrefix(l.Contact, "https://") && !strings.HasPrefix(l.Contact, "http://") || strings.ContainsAny(l.Contact, " <>\"'"),
			at+".contact", "web", "an address that begins with https://")
	case HelpPerson:
		p.when(l.Contact == "", at+".contact", "required", "say who and where")
	default:
		p.add(at+".kind", "choice", "phone, web or person")
	}
	return p
}
