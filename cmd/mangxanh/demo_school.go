package main

import (
	"context"
	"fmt"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// demoClass is a class of the demo and how many pupils it has.
type demoClass struct {
	name   string
	pupils int
}

// demoSchools are invented. Their classes hold 60 pupils, so that both divisions
// have enough people for a board.
var demoSchools = []struct {
	name, code string
	levels     []string
	classes    []demoClass
}{
	{"Trường Tiểu học Hoa Sen", "TH-HOASEN", []string{"TH"}, []demoClass{{"4A1", 10}, {"5A2", 10}}},
	{"Trường THCS Cầu Vồng", "THCS-CAUVONG", []string{"THCS"}, []demoClass{{"6A1", 10}, {"8A3", 10}}},
	{"Trường TH và THCS Bình Minh", "TH-THCS-BINHMINH", []string{"TH", "THCS"}, []demoClass{{"5B", 10}, {"9C", 10}}},
}

// The demo's invented names: every pupil's is put together from these.
var (
	demoFamilies = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"}
	demoMiddles  = []string{"Thị Ánh", "Minh", "Gia", "Thị Bảo", "Đức", "Hoàng Khánh", "Ngọc", "Quỳnh", "Tuấn", "Hải"}
	demoGivens   = []string{"Tuyết", "An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khôi", "Linh", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Thảo", "Uyên", "Việt", "Yến"}
)

func demoName(i int) string {
	return demoFamilies[i%len(demoFamilies)] + " " + demoMiddles[(i*7)%len(demoMiddles)] + " " + demoGivens[(i*11)%len(demoGivens)]
}

// demoStaff are the logins of the demo, by the unit where they work.
var demoStaff = []struct {
	login, name string
	unit        func(demoTree) string
	roles       []contest.Role
}{
	{"admin", "Phạm Quản Trị", demoTree.rootID, []contest.Role{contest.RoleAdmin}},
	{"organizer", "Lê Tổ Chức", demoTree.rootID, []contest.Role{contest.RoleOrganizer}},
	{"teacher", "Trần Giáo Viên", demoTree.schoolID, []contest.Role{contest.RoleTeacher}},
	{"school", "Vũ Văn Phòng", demoTree.schoolID, []contest.Role{contest.RoleSchool}},
	{"judge", "Đỗ Giám Khảo", demoTree.rootID, []contest.Role{contest.RoleJudge}},
}

// demoTree is the department → ward → schools of the demo.
type demoTree struct {
	root    people.Unit
	ward    people.Unit
	schools []people.Unit
}

func (t demoTree) rootID() string   { return t.root.ID }
func (t demoTree) schoolID() string { return t.schools[1].ID }

// units makes the tree with a school group that is no node of it.
func (d *demo) units(ctx context.Context) error {
	root, err := d.p.people.CreateUnit(ctx, contest.System, people.Unit{
		Kind: people.Department, Code: "SGDDT-DEMO", Name: "Sở Giáo dục và Đào tạo tỉnh Mẫu",
	})
	if err != nil {
		return fmt.Errorf("department: %w", err)
	}
	d.tree.root, d.root = root, shell(root.Path)
	d.tree.ward, err = d.p.people.CreateUnit(ctx, d.root, people.Unit{
		ParentID: root.ID, Kind: people.Ward, Code: "P-HOSEN", Name: "Phường Hồ Sen",
	})
	if err != nil {
		return fmt.Errorf("ward: %w", err)
	}
	for _, s := range demoSchools {
		unit, err := d.p.people.CreateUnit(ctx, d.root, people.Unit{
			ParentID: d.tree.ward.ID, Kind: people.School, Code: s.code, Name: s.name, Levels: s.levels,
			Headcount: 20, HeadcountAt: d.clock(),
		})
		if err != nil {
			return fmt.Errorf("school: %w", err)
		}
		d.tree.schools = append(d.tree.schools, unit)
	}
	group, err := d.p.people.CreateGroup(ctx, d.root, people.UnitGroup{UnitID: root.ID, Name: "Các trường có cấp THCS"})
	if err != nil {
		return fmt.Errorf("school group: %w", err)
	}
	_, err = d.p.people.SetGroupMembers(ctx, d.root, group.ID, group.Version, []string{d.tree.schools[1].ID, d.tree.schools[2].ID})
	return err
}

// staff makes the five logins and remembers who they are, for the acts that need
// two persons. Their password is settled at every start.
func (d *demo) staff(ctx context.Context) error {
	d.actors = map[string]contest.Actor{}
	for _, s := range demoStaff {
		unitID := s.unit(d.tree)
		n := people.NewStaff{FullName: s.name, Login: s.login, UnitID: unitID, Kind: contest.Staff}
		for _, role := range s.roles {
			n.Roles = append(n.Roles, people.RoleGrant{Role: role, UnitID: unitID})
		}
		account, _, err := d.p.people.CreateStaff(ctx, d.root, n)
		if err != nil {
			return fmt.Errorf("staff %s: %w", s.login, err)
		}
		actor := contest.Actor{AccountID: account.ID, Kind: contest.Staff, SignedIn: d.clock()}
		path := d.tree.root.Path
		if unitID != d.tree.root.ID {
			path = d.tree.schools[1].Path
		}
		for _, role := range s.roles {
			actor.Grants = append(actor.Grants, contest.Grant{Role: role, UnitID: unitID, UnitPath: path})
		}
		d.actors[s.login] = actor
	}
	return nil
}

// demoPupil is one pupil and the card they hold.
type demoPupil struct {
	accountID string
	name      string
	class     string
	school    string
	card      people.PrintedCard
}

// pupils enrols count pupils over the demo's classes and gives each a card
// DEMO-0001, DEMO-0002 … with the PIN, or one drawn for each.
func (d *demo) pupils(ctx context.Context, count int, pin string, progress func(done int)) error {
	year := people.SchoolYear(d.clock())
	perSchool := make([][]people.RosterRow, len(demoSchools))
	for i := range count {
		school, class := demoPlace(i)
		grade := class.name[:1]
		birth := fmt.Sprintf("%04d-%02d-%02d", d.clock().Year()-6-int(grade[0]-'0'), 1+i%12, 1+(i/12)%28)
		perSchool[school] = append(perSchool[school], people.RosterRow{
			Row: i, FullName: demoName(i), BirthDate: birth, ClassName: class.name, PupilCode: fmt.Sprintf("%08d", i+1),
		})
	}
	for s, rows := range perSchool {
		outcomes, err := d.p.people.CommitRoster(ctx, d.root, d.tree.schools[s].ID, year, "", rows)
		if err != nil {
			return fmt.Errorf("roster: %w", err)
		}
		for i, o := range outcomes {
			card, err := d.p.people.GiveCard(ctx, d.root, o.AccountID, fmt.Sprintf("DEMO-%04d", o.Row+1), pin)
			if err != nil {
				return fmt.Errorf("card: %w", err)
			}
			d.cards = append(d.cards, demoPupil{o.AccountID, rows[i].FullName, rows[i].ClassName, demoSchools[s].name, card})
			progress(len(d.cards))
		}
	}
	return nil
}

// demoPlace is the school and class of pupil i: the first 60 fill the classes in
// order, so that DEMO-0001 is always in the same class; more go round.
func demoPlace(i int) (school int, class demoClass) {
	i %= 60
	for s := range demoSchools {
		for _, c := range demoSchools[s].classes {
			if i < c.pupils {
				return s, c
			}
			i -= c.pupils
		}
	}
	return 0, demoSchools[0].classes[0]
}
