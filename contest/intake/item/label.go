package item

import (
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// Labels are what a format that knows tags and nothing finer keeps of a
// question: "difficulty:van_dung", "source:Luật Trẻ em, Điều 51" and so on.
// Apply reads them back. The topic is left out: exchange formats have a place
// of their own for it.
func Labels(v bank.Version) []string {
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, name+":"+value)
		}
	}
	switch v.Type {
	case scoring.Scenario, scoring.HotOption, scoring.TrueFalse:
		add("type", string(v.Type))
	}
	add("difficulty", v.Difficulty)
	add("age", v.AgeBand)
	add("source", Source(v.Citation))
	add("law_from", day(v.Citation.From))
	add("law_to", day(v.Citation.To))
	var pinned []string
	for i, o := range v.Options {
		if o.Pinned {
			pinned = append(pinned, bank.Letter(i))
		}
	}
	add("pinned", strings.Join(pinned, ""))
	return out
}

// Source is a citation in one line, from which bank.ParseCitation makes it again.
func Source(c bank.Citation) string {
	if c.Text == "" && c.Instrument != "" {
		return strings.TrimSuffix(c.Instrument+", "+c.Article, ", ")
	}
	return c.Text
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format(time.DateOnly)
}

// Apply notes what a label says and reports whether it was one of ours. A type
// is only taken where the question has what that type needs; options must stand
// there before their labels come.
func Apply(v *bank.Version, label string) bool {
	name, value, ok := strings.Cut(strings.TrimSpace(label), ":")
	if value = strings.TrimSpace(value); !ok || value == "" {
		return false
	}
	switch name {
	case "type":
		return applyType(v, scoring.Type(value))
	case "difficulty":
		if !slices.Contains(bank.Difficulties, value) {
			return false
		}
		v.Difficulty = value
	case "age":
		v.AgeBand = value
	case "source":
		from, to := v.Citation.From, v.Citation.To
		v.Citation = bank.ParseCitation(value)
		v.Citation.From, v.Citation.To = from, to
	case "law_from", "law_to":
		return applyDay(&v.Citation, name, value)
	case "pinned":
		for _, r := range value {
			if i := int(r - 'A'); i >= 0 && i < len(v.Options) {
				v.Options[i].Pinned = true
			}
		}
	default:
		return false
	}
	return true
}

func applyType(v *bank.Version, t scoring.Type) bool {
	if !v.Type.OneChoice() || t == scoring.TrueFalse && len(v.Options) != 2 {
		return false
	}
	switch t {
	case scoring.Scenario, scoring.HotOption, scoring.TrueFalse:
		v.Type = t
		return true
	}
	return false
}

func applyDay(c *bank.Citation, name, value string) bool {
	t, err := time.ParseInLocation(time.DateOnly, value, contest.Hanoi)
	if err != nil {
		return false
	}
	if name == "law_from" {
		c.From = t.UTC()
	} else {
		c.To = t.UTC()
	}
	return true
}

// TopicOf is the topic that the path of a category names, as learning platforms
// write it: "$course$/top/Quyền trẻ em". A double slash stands for one inside
// a name.
func TopicOf(path string) string {
	const slash = "\x00"
	var parts []string
	for p := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(path), "//", slash), "/") {
		p = strings.TrimSpace(strings.ReplaceAll(p, slash, "/"))
		context := strings.HasPrefix(p, "$") && strings.HasSuffix(p, "$") && len(p) > 1
		if p != "" && !context && (p != "top" || len(parts) > 0) {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " / ")
}

// Category is the path of the category for a topic.
func Category(topic string) string {
	if topic == "" {
		return "$course$/top"
	}
	return "$course$/top/" + strings.ReplaceAll(topic, "/", "//")
}
