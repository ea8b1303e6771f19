package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// card is what a pupil signs in with.
type card struct{ code, pin string }

// demoCards are the printed cards of a demo with a fixed PIN.
func demoCards(n int, pin string) []card {
	cards := make([]card, n)
	for i := range cards {
		cards[i] = card{fmt.Sprintf("DEMO-%04d", i+1), pin}
	}
	return cards
}

// readCards takes a CSV with a header that names at least card (or code) and
// pin, as `mangxanh demo --cards-out` writes it.
func readCards(path string) ([]card, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := csv.NewReader(f)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read the header of %s: %w", path, err)
	}
	code, pin := -1, -1
	for i, name := range header {
		switch strings.ToLower(strings.Trim(name, "\ufeff ")) {
		case "card", "code":
			code = i
		case "pin":
			pin = i
		}
	}
	if code < 0 || pin < 0 {
		return nil, fmt.Errorf("%s: the header %v names no card and pin", path, header)
	}
	var cards []card
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return cards, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		cards = append(cards, card{row[code], row[pin]})
	}
}
