package intake

import (
	"encoding/json"
	"fmt"

	"mangxanh/contest/people"
)

// packUndo writes what taking a row back needs as text for the row's record.
func packUndo(u people.RosterUndo) (string, error) {
	packed, err := json.Marshal(u)
	if err != nil {
		return "", fmt.Errorf("note how to take the row back: %w", err)
	}
	return string(packed), nil
}

func unpackUndo(s string) (people.RosterUndo, error) {
	var u people.RosterUndo
	if err := json.Unmarshal([]byte(s), &u); err != nil {
		return u, fmt.Errorf("read how to take the row back: %w", err)
	}
	return u, nil
}
