package board

import (
	"slices"
	"sort"
	"strings"

	"github.com/tidwall/btree"
)

// generation is one filling of a board, from an empty one to the next rebuild.
type generation struct {
	people map[string]record
	groups map[string]*group
	lists  map[string][]string // one copy of each list of groups: classmates share it
}

type record struct {
	version int64
	member  Member
	groups  []string
}

// group is one listing of a board. Its changes are counted, so that an unchanged group is not copied again.
type group struct {
	tree    *btree.BTreeG[Member]
	changes uint64
}

func newGeneration() *generation {
	return &generation{people: map[string]record{}, groups: map[string]*group{}, lists: map[string][]string{}}
}

func newTree() *btree.BTreeG[Member] {
	return btree.NewBTreeGOptions(func(a, b Member) bool { return a < b }, btree.Options{NoLocks: true})
}

// put applies an entry unless what is there is as new or newer.
func (g *generation) put(e Entry) {
	old, known := g.people[e.Person]
	if known && e.Version <= old.version {
		return
	}
	now := record{version: e.Version, member: e.Member(), groups: g.list(e.Groups)}
	if !known || old.member != now.member || !slices.Equal(old.groups, now.groups) {
		g.unlist(old)
		for _, name := range now.groups {
			g.group(name).add(now.member)
		}
	}
	// The key of the map is a part of the member: one piece of memory for both.
	delete(g.people, e.Person)
	g.people[now.member.Person()] = now
}

func (g *generation) remove(person string, version int64) {
	if old, known := g.people[person]; known && old.version <= version {
		g.unlist(old)
		delete(g.people, person)
	}
}

func (g *generation) unlist(r record) {
	for _, name := range r.groups {
		l := g.groups[name]
		l.tree.Delete(r.member)
		l.changes++
	}
}

func (g *generation) group(name string) *group {
	l, ok := g.groups[name]
	if !ok {
		l = &group{tree: newTree()}
		g.groups[name] = l
	}
	return l
}

// list returns the shared, sorted and duplicate-free copy of groups.
func (g *generation) list(groups []string) []string {
	sorted := slices.Compact(slices.Sorted(slices.Values(groups)))
	name := strings.Join(sorted, "\x00")
	if shared, ok := g.lists[name]; ok {
		return shared
	}
	g.lists[name] = sorted
	return sorted
}

func (l *group) add(m Member) {
	l.tree.Set(m)
	l.changes++
}

// index is how many members of the tree are smaller than the text s.
func index(t *btree.BTreeG[Member], s string) int {
	return sort.Search(t.Len(), func(i int) bool {
		m, _ := t.GetAt(i)
		return string(m) >= s
	})
}

// places reads limit lines from index first on.
func places(t *btree.BTreeG[Member], first, limit int) []Place {
	limit = min(limit, t.Len()-first)
	if limit <= 0 {
		return nil
	}
	members := make([]Member, 0, limit)
	start, _ := t.GetAt(first)
	t.Ascend(start, func(m Member) bool {
		members = append(members, m)
		return len(members) < limit
	})
	return Places(members, first, 1+index(t, start.Key()))
}
