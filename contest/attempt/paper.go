package attempt

import (
	"errors"
	"strconv"
	"strings"
)

// Paper is what was drawn for one attempt, fixed at its start: which entries of
// the round's pool, in the order shown, and the order of their options.
type Paper struct {
	Items []Item
}

// Item is one question of a paper.
type Item struct {
	Pool    int   // position in the round's pool, or PredictionItem
	Options []int // stable option indexes in the order shown; nil for a question without options
}

// PredictionItem stands for the prediction question, which is in no pool.
const PredictionItem = -1

// orderDigits write option orders one letter an option.
const orderDigits = "0123456789abcdefghijklmnopqrstuvwxyz"

// String is how a paper is stored: "12:0213 7:3102 p", short enough for
// millions of rows.
func (p Paper) String() string {
	var b strings.Builder
	for i, item := range p.Items {
		if i > 0 {
			b.WriteByte(' ')
		}
		if item.Pool == PredictionItem {
			b.WriteByte('p')
			continue
		}
		b.WriteString(strconv.Itoa(item.Pool))
		if len(item.Options) > 0 {
			b.WriteByte(':')
		}
		for _, o := range item.Options {
			b.WriteByte(orderDigits[o])
		}
	}
	return b.String()
}

// ParsePaper reads a stored paper.
func ParsePaper(text string) (Paper, error) {
	var p Paper
	if text == "" {
		return p, nil
	}
	p.Items = make([]Item, 0, strings.Count(text, " ")+1)
	for len(text) > 0 {
		word, rest, _ := strings.Cut(text, " ")
		text = rest
		if word == "p" {
			p.Items = append(p.Items, Item{Pool: PredictionItem})
			continue
		}
		position, order, _ := strings.Cut(word, ":")
		n, err := strconv.Atoi(position)
		if err != nil || n < 0 {
			return Paper{}, errors.New("paper names no pool position")
		}
		item := Item{Pool: n}
		if order != "" {
			item.Options = make([]int, len(order))
		}
		for i := range len(order) {
			if item.Options[i] = strings.IndexByte(orderDigits, order[i]); item.Options[i] < 0 {
				return Paper{}, errors.New("paper holds a faulty option order")
			}
		}
		p.Items = append(p.Items, item)
	}
	return p, nil
}
