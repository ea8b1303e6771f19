package people

import (
	"slices"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// rosterPlan gathers what a run of rows does to a roster, so that a later row
// sees what an earlier one did.
type rosterPlan struct {
	service  *Service
	roster   Roster
	importID string

	classes  map[string]string         // name → id
	byCode   map[string]*RosterPupil   // pupil code → pupil
	inClass  map[string][]*RosterPupil // class id → pupils
	touched  map[string]bool           // accounts whose values changed
	opened   map[string]*Enrolment     // by account
	enrolled []*Enrolment              // the same, in order
	made     map[string]bool           // accounts that this plan makes
	order    []*RosterPupil            // made or touched, in order
	change   RosterChange
}

func (s *Service) newPlan(r Roster, importID string) *rosterPlan {
	p := &rosterPlan{
		service: s, roster: r, importID: importID,
		classes: map[string]string{}, byCode: map[string]*RosterPupil{}, inClass: map[string][]*RosterPupil{},
		touched: map[string]bool{}, opened: map[string]*Enrolment{}, made: map[string]bool{},
	}
	for _, c := range r.Classes {
		p.classes[c.Name] = c.ID
	}
	for i := range r.Pupils {
		p.index(&r.Pupils[i])
	}
	return p
}

func (p *rosterPlan) index(pupil *RosterPupil) {
	if code := pupil.Account.PupilCode; code != "" {
		p.byCode[code] = pupil
	}
	if pupil.ClassID != "" {
		p.inClass[pupil.ClassID] = append(p.inClass[pupil.ClassID], pupil)
	}
}

// take decides one row.
func (p *rosterPlan) take(row RosterRow) RosterOutcome {
	row.FullName, row.PupilCode = text.Line(row.FullName), text.Line(row.PupilCode)
	out := RosterOutcome{Row: row.Row}
	class, grade := ClassName(row.ClassName)
	known := p.classes[class]
	pupil, code := p.find(row, known)
	if code != "" {
		out.Result, out.Code = RosterSkipped, code
		return out
	}
	if known == "" {
		known = p.makeClass(class, grade)
		out.MadeClassID, out.Undo.MadeClass = known, known
	}
	out.ClassID = known
	if pupil == nil {
		pupil = p.create(row)
		out.Result, out.Undo.Created = RosterCreated, true
		p.enrol(pupil, known)
		p.index(pupil)
	} else {
		p.update(pupil, row, known, &out)
	}
	out.AccountID, out.Undo.AccountID = pupil.Account.ID, pupil.Account.ID
	return out
}

// find looks the row's pupil up: by code in the school, else by name and birth
// date in the class. A code string says why the row must not be taken.
func (p *rosterPlan) find(row RosterRow, classID string) (*RosterPupil, string) {
	if row.PupilCode != "" {
		if found := p.byCode[row.PupilCode]; found != nil {
			a := found.Account
			if !sameName(a.FullName, row.FullName) && a.BirthDate != row.BirthDate {
				return nil, "code_of_another"
			}
			return found, ""
		}
	}
	for _, c := range p.inClass[classID] {
		a := c.Account
		if a.PupilCode != "" && row.PupilCode != "" || !sameName(a.FullName, row.FullName) {
			continue // names last: to compare them costs the most
		}
		switch {
		case a.BirthDate == row.BirthDate && row.BirthDate != "":
			return c, ""
		case a.BirthDate == "" || row.BirthDate == "":
			return nil, "same_name_in_class"
		}
	}
	return nil, ""
}

// sameName compares names as a reader does: case and the place of a tone mark
// make no difference, "Hoà" is "Hòa", but Hùng is not Hưng.
func sameName(a, b string) bool { return text.NameID(a) == text.NameID(b) }

func (p *rosterPlan) makeClass(name string, grade int) string {
	id := p.service.NewID()
	p.change.NewClasses = append(p.change.NewClasses, Unit{
		ID: id, ParentID: p.roster.School.ID, Path: p.roster.School.Path + id + "/", Kind: Class,
		Name: name, Grade: grade, SchoolYear: p.roster.SchoolYear, Version: 1, CreatedAt: p.service.Now(),
	})
	p.classes[name] = id
	return id
}

func (p *rosterPlan) create(row RosterRow) *RosterPupil {
	pupil := &RosterPupil{Account: Account{
		ID: p.service.NewID(), Kind: contest.Pupil, FullName: row.FullName, BirthDate: row.BirthDate, Gender: row.Gender,
		PupilCode: row.PupilCode, State: Active, Language: "vi", HomeUnitID: p.roster.School.ID, Version: 1, CreatedAt: p.service.Now(),
	}}
	p.made[pupil.Account.ID] = true
	p.order = append(p.order, pupil)
	return pupil
}

// update writes what the row knows over what was known; an empty cell never
// erases anything.
func (p *rosterPlan) update(pupil *RosterPupil, row RosterRow, classID string, out *RosterOutcome) {
	before, a := pupil.Account, &pupil.Account
	a.FullName = row.FullName
	for _, f := range []struct {
		to   *string
		from string
	}{{&a.BirthDate, row.BirthDate}, {&a.Gender, row.Gender}, {&a.PupilCode, row.PupilCode}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	out.Result, out.Code = RosterSkipped, "unchanged"
	if *a != before {
		out.Result, out.Code, out.Undo.Before = RosterUpdated, "", &before
		if !p.touched[a.ID] && !p.made[a.ID] {
			p.touched[a.ID] = true
			p.order = append(p.order, pupil)
		}
		if a.PupilCode != "" {
			p.byCode[a.PupilCode] = pupil
		}
	}
	if pupil.ClassID != classID {
		out.Result, out.Code = RosterUpdated, ""
		out.Undo.Opened, out.Undo.Closed = p.enrol(pupil, classID)
		p.inClass[classID] = append(p.inClass[classID], pupil)
	}
}

// enrol puts a pupil into a class, ending the enrolment of this year that they
// had. It returns the enrolments that it opens and closes.
func (p *rosterPlan) enrol(pupil *RosterPupil, classID string) (opened, closed string) {
	now := p.service.Now()
	if pupil.ClassID != "" {
		old := pupil.ClassID
		p.inClass[old] = slices.DeleteFunc(p.inClass[old], func(q *RosterPupil) bool { return q == pupil })
	}
	if e := p.opened[pupil.Account.ID]; e != nil {
		e.ClassID, pupil.ClassID = classID, classID // a later row of the same file decides
		return "", ""
	}
	if closed = pupil.EnrolmentID; closed != "" {
		p.change.Closed = append(p.change.Closed, closed)
	}
	e := &Enrolment{
		ID: p.service.NewID(), AccountID: pupil.Account.ID, ClassID: classID, SchoolID: p.roster.School.ID,
		SchoolYear: p.roster.SchoolYear, ValidFrom: now, ImportID: p.importID, CreatedAt: now,
	}
	p.opened[pupil.Account.ID] = e
	pupil.ClassID, pupil.EnrolmentID = classID, e.ID
	p.enrolled = append(p.enrolled, e)
	return e.ID, closed
}

// finish collects the values as the last row left them.
func (p *rosterPlan) finish() RosterChange {
	for _, pupil := range p.order {
		if p.made[pupil.Account.ID] {
			p.change.NewAccounts = append(p.change.NewAccounts, pupil.Account)
		} else {
			p.change.Changed = append(p.change.Changed, pupil.Account)
		}
	}
	for _, e := range p.enrolled {
		p.change.Opened = append(p.change.Opened, *e)
	}
	return p.change
}
