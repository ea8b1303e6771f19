package board

// Member is an entry as one sortable string: rank key, tie key, person, data, and at the end the lengths of the first
// three, one byte each. Members of one board sort by rank key, inside a rank by tie key, and by person only to be total.
// Because the data is inside, a line can never show one state's place with another state's numbers.
type Member string

// footer is the number of length bytes at the end of a member.
const footer = 3

// Member packs a valid entry.
func (e Entry) Member() Member {
	b := make([]byte, 0, len(e.Key)+len(e.Tie)+len(e.Person)+len(e.Data)+footer)
	b = append(b, e.Key...)
	b = append(b, e.Tie...)
	b = append(b, e.Person...)
	b = append(b, e.Data...)
	return Member(append(b, byte(len(e.Key)), byte(len(e.Tie)), byte(len(e.Person))))
}

func (m Member) length(part int) int { return int(m[len(m)-footer+part]) }

// Key is the rank key.
func (m Member) Key() string { return string(m[:m.length(0)]) }

// Person is whose entry it is.
func (m Member) Person() string {
	from := m.length(0) + m.length(1)
	return string(m[from : from+m.length(2)])
}

// Place is the line that m makes at a rank.
func (m Member) Place(rank int) Place {
	from := m.length(0) + m.length(1) + m.length(2)
	return Place{Rank: rank, Person: m.Person(), Data: []byte(m[from : len(m)-footer])}
}

// Well reports whether m can be taken apart: what comes from another process is checked once.
func (m Member) Well() bool {
	return len(m) > footer && m.length(0)+m.length(1)+m.length(2)+footer <= len(m)
}

// Places numbers consecutive members of one group. The first stands at index first (from 0) and has rank; each further
// one shares the rank of its neighbour when their rank keys are equal.
func Places(members []Member, first, rank int) []Place {
	places := make([]Place, len(members))
	for i, m := range members {
		if i > 0 && m.Key() != members[i-1].Key() {
			rank = first + i + 1
		}
		places[i] = m.Place(rank)
	}
	return places
}
