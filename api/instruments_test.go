package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// instrument puts a law on the department's list.
func (l *lenders) instrument(number, title, from, to string) string {
	l.t.Helper()
	r := l.want(201, "org", "POST", base+"/instruments", map[string]any{
		"unit_id": l.w.Department, "number": number, "title": title, "kind": "law", "valid_from": from, "valid_to": to,
	})
	return r.json["id"].(string)
}

// The list of instruments is kept by a unit, used by those below, found without
// diacritics, and changed by who saw it last.
func TestInstrumentsConversation(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := lend(t, db)
		at := base + "/instruments"
		children := l.instrument("102/2016/QH13", "Luật Trẻ em", "2017-06-01", "")
		old := l.instrument("24/2018/QH14", "Luật An ninh mạng 2018", "2019-01-01", "2026-07-01")
		young := l.instrument("116/2025/QH15", "Luật An ninh mạng", "2026-07-01", "")
		if r := l.want(200, "teacher", "GET", at+"?q=an+NINH+mang&limit=1", nil); strings.Count(r.text, `"number"`) != 1 || !strings.Contains(r.text, young) || r.json["next_cursor"] == "" || strings.Contains(r.text, `"may_edit":true`) {
			t.Errorf("search: %s", r.text)
		} else if r = l.want(200, "teacher", "GET", at+"?q=an+ninh+mang&limit=1&cursor="+r.json["next_cursor"].(string), nil); !strings.Contains(r.text, old) || r.json["next_cursor"] != "" {
			t.Errorf("second page: %s", r.text)
		}
		if r := l.want(200, "org", "GET", at+"?in_force_on=2026-06-30", nil); strings.Contains(r.text, young) || !strings.Contains(r.text, old) || !strings.Contains(r.text, children) {
			t.Errorf("in force the day before: %s", r.text)
		}
		if r := l.want(200, "org", "GET", at+"?in_force_on=2026-07-01", nil); !strings.Contains(r.text, young) || strings.Contains(r.text, old) {
			t.Errorf("in force on the day: %s", r.text)
		}
		own := l.want(201, "teacher", "POST", at, map[string]any{"unit_id": l.w.Schools[0], "number": "Nội quy", "title": "Nội quy trường"})
		l.want(404, "other school", "GET", at+"/"+own.json["id"].(string), nil)
		l.want(200, "org", "GET", at+"/"+own.json["id"].(string), nil)
		l.want(404, "teacher", "POST", at, map[string]any{"unit_id": l.w.Department, "number": "1"})
		l.want(404, "pupil", "GET", at, nil)
		if r := l.want(200, "other school", "GET", at+"?q=noi+quy", nil); strings.Contains(r.text, `"number"`) {
			t.Errorf("next door: %s", r.text)
		}
		l.wantCode(409, "instrument_exists", "org", "POST", at, map[string]any{"unit_id": l.w.Department, "number": " 102/2016/qh13"})
		l.wantCode(403, "not_keeper", "teacher", "PATCH", at+"/"+young, map[string]any{"title": "x"})
		l.want(412, "org", "PATCH", at+"/"+old, map[string]any{"title": "x"}, "If-Match", "7")
		r := l.want(200, "org", "PATCH", at+"/"+old, map[string]any{"replaced_by": young, "checked_on": "2026-11-20", "note": "Hết hiệu lực"}, "If-Match", "1")
		if !strings.Contains(r.text, `"replaced_by":{"id":"`+young+`","number":"116/2025/QH15"}`) || r.json["version"] != 2.0 || r.json["valid_to"] != "2026-07-01" {
			t.Errorf("edited: %s", r.text)
		}
		if r := l.want(200, "org", "PATCH", at+"/"+old, map[string]any{"valid_to": ""}, "If-Match", "2"); r.json["valid_to"] != nil {
			t.Errorf("a day taken away: %s", r.text)
		}
		for code, change := range map[string]map[string]any{
			"bad_dates": {"valid_to": "2018-01-01"}, "bad_date": {"valid_from": "1/7/2026"}, "required": {"number": " "},
			"replaces_itself": {"replaced_by": old}, "unknown_instrument": {"replaced_by": "x"},
		} {
			if r := l.want(422, "org", "PATCH", at+"/"+old, change, "If-Match", "3"); !strings.Contains(r.text, `"code":"`+code) {
				t.Errorf("%s: %s", code, r.text)
			}
		}
	})
}

// A citation that points at an instrument is completed from it, stays out of
// papers when that ends, and is reported: by bank, by instrument and, when the
// list is mended after the pool was frozen, as a warning to the organizers.
// Planted defects: instruments left out of Lapse, the day before taken for the
// day, the warning asked as of the day of freezing.
func TestLawAwareBank(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := lend(t, db)
		law := l.instrument("24/2018/QH14", "Luật An ninh mạng 2018", "2019-01-01", "")
		text := plainQuestion("Luật An ninh mạng có mấy điều?")
		text["instrument_id"], text["article"] = law, "Điều 29"
		q := l.want(201, "org", "POST", l.bank("/questions"), text)
		if q.json["source"] != "Luật An ninh mạng 2018 24/2018/QH14, Điều 29" || q.json["instrument_id"] != law {
			t.Errorf("citation: %s", q.text)
		}
		for _, id := range []string{"x", l.want(201, "teacher", "POST", base+"/instruments", map[string]any{"unit_id": l.w.Schools[0], "number": "1"}).json["id"].(string)} {
			text["instrument_id"] = id
			status := map[bool]int{true: 422, false: 201}[id == "x"] // the department sees its schools' lists
			l.want(status, "org", "POST", l.bank("/questions"), text)
			if id == "x" {
				if r := l.want(200, "org", "POST", l.bank("/preview"), text); !strings.Contains(r.text, `"location":"instrument_id","code":"unknown_instrument"`) {
					t.Errorf("preview: %s", r.text)
				}
			}
		}
		at := base + "/questions/" + q.json["id"].(string)
		l.want(200, "checker", "POST", at+"/reviews", map[string]any{"action": "approve"})
		own := plainQuestion("Có mức phạt nào?")
		own["law_to"] = l.now.Format("2006") + "-01-01"
		ended := l.want(201, "org", "POST", l.bank("/questions"), own)
		l.want(200, "checker", "POST", base+"/questions/"+ended.json["id"].(string)+"/reviews", map[string]any{"action": "approve"})

		contestPath, roundPath := l.publish("Cuộc thi", "pupil")
		lines := l.want(200, "org", "PUT", roundPath+"/blueprint", map[string]any{"lines": []map[string]any{{"count": 3, "points": 100}}})
		if !strings.Contains(lines.text, `"available":3,"outdated":1`) {
			t.Errorf("blueprint: %s", lines.text)
		}
		if r := l.want(200, "org", "GET", contestPath+"/warnings", nil); len(r.json["items"].([]any)) != 0 {
			t.Errorf("warnings before the law ended: %s", r.text)
		}
		l.want(404, "teacher", "GET", contestPath+"/warnings", nil)
		tomorrow := l.now.Add(24 * time.Hour)
		day := func(t time.Time) string { return t.Add(7 * time.Hour).Format(time.DateOnly) }
		l.want(200, "org", "PATCH", base+"/instruments/"+law, map[string]any{"valid_to": day(l.now.Add(-24 * time.Hour))}, "If-Match", "1")
		warned := l.want(200, "org", "GET", contestPath+"/warnings", nil)
		for _, want := range []string{`"code":"law_expired","count":1`, `"stem":"Luật An ninh mạng có mấy điều?","reason":"instrument_ended"`, `"number":"24/2018/QH14"`, `"in_use":true`} {
			if !strings.Contains(warned.text, want) {
				t.Errorf("warnings: %s lack %s", warned.text, want)
			}
		}
		if r := l.want(200, "org", "GET", roundPath+"/blueprint", nil); !strings.Contains(r.text, `"available":2,"outdated":2`) || !strings.Contains(r.text, "too_few_questions") {
			t.Errorf("blueprint after the law ended: %s", r.text)
		}
		list := l.want(200, "org", "GET", l.bank("/stale-law?limit=1"), nil)
		more := l.want(200, "org", "GET", l.bank("/stale-law?limit=1&cursor="+list.json["next_cursor"].(string)), nil)
		if both := list.text + more.text; strings.Count(both, `"question_id"`) != 2 || !strings.Contains(both, `"reason":"law_ended"`) || !strings.Contains(both, `"reason":"instrument_ended"`) || strings.Contains(both, `"correct"`) {
			t.Errorf("stale: %s", both)
		}
		if r := l.want(200, "org", "GET", l.bank("/stale-law?as_of=2018-06-01"), nil); !strings.Contains(r.text, `"reason":"instrument_not_yet","day":"2019-01-01"`) {
			t.Errorf("before the law: %s", r.text)
		}
		l.want(422, "org", "GET", l.bank("/stale-law?as_of=heute"), nil)
		if r := l.want(200, "org", "GET", base+"/instruments/stale?as_of="+day(tomorrow), nil); !strings.Contains(r.text, `"questions":1`) || strings.Count(r.text, `"instrument":`) != 1 {
			t.Errorf("stale instruments: %s", r.text)
		}
		if r := l.want(200, "teacher", "GET", base+"/instruments/stale", nil); !strings.Contains(r.text, `"questions":0`) {
			t.Errorf("counted in a bank that is not shared: %s", r.text)
		}
		// The organizer fixes the day of the law: the frozen pool is made anew.
		version := fmt.Sprint(l.want(200, "org", "GET", contestPath, nil).json["version"])
		if r := l.say("org", "PATCH", contestPath, map[string]any{"law_as_of": "2025-01-01T00:00:00Z"}, "If-Match", version); r.status != 200 {
			t.Errorf("law as of: %s", r.text)
		}
		if r := l.want(200, "org", "GET", roundPath+"/blueprint", nil); !strings.Contains(r.text, `"available":4,"outdated":0`) {
			t.Errorf("blueprint under the law of 2025: %s", r.text)
		}
		if r := l.want(200, "org", "GET", contestPath+"/warnings", nil); len(r.json["items"].([]any)) != 0 {
			t.Errorf("warnings under the law of 2025: %s", r.text)
		}
		// Without the day the law of the opening counts, which leaves the paper short.
		if r := l.want(422, "org", "PATCH", contestPath, map[string]any{"law_as_of": "0001-01-01T00:00:00Z"}); !strings.Contains(r.text, "too_few_questions") {
			t.Errorf("the day taken away: %s", r.text)
		}
	})
}
