package storage

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"mangxanh/contest"
)

// cursorOf packs the sort keys of a page's last line, opaque to clients.
func cursorOf(keys ...any) string {
	raw, _ := json.Marshal(keys) // texts and numbers always marshal
	return base64.RawURLEncoding.EncodeToString(raw)
}

// readCursor unpacks the sort keys into targets. A cursor that is not ours is
// a fault of the request.
func readCursor(cursor string, targets ...any) error {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		var parts []json.RawMessage
		if err = json.Unmarshal(raw, &parts); err == nil && len(parts) == len(targets) {
			for i, p := range parts {
				if err = json.Unmarshal(p, targets[i]); err != nil {
					break
				}
			}
			if err == nil {
				return nil
			}
		}
	}
	return contest.Faulty(contest.Problem{Location: "cursor", Code: "bad_cursor", Message: "this cursor does not belong to this list"})
}

// like is a LIKE pattern that finds a folded text anywhere; the escape
// character is a backslash.
func like(folded string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}

// padded brings a list to one of a few lengths by repeating its last value, so
// that a statement with IN exists in few shapes. It returns lists of at most
// 500 values.
func padded(ids []string) [][]string {
	var lists [][]string
	for len(ids) > 0 {
		n := min(len(ids), 500)
		list := append([]string(nil), ids[:n]...)
		ids = ids[n:]
		size := 500
		for _, s := range []int{100, 20, 4, 1} {
			if n <= s {
				size = s
			}
		}
		for len(list) < size {
			list = append(list, list[n-1])
		}
		lists = append(lists, list)
	}
	return lists
}
