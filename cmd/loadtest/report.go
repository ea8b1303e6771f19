package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
)

// report collects figures in the order in which they were measured. The names
// are stable: other programs read them.
type report struct {
	out     io.Writer
	names   []string
	figures map[string]any
}

func newReport(out io.Writer) *report {
	r := &report{out: out, figures: map[string]any{}}
	m := machine()
	for _, name := range []string{"machine_cpu", "machine_cores", "machine_memory_gib", "machine_kernel", "machine_os", "machine_go", "machine_load_before"} {
		if value, known := m[name]; known {
			r.set(name, value)
		}
	}
	return r
}

func (r *report) set(name string, value any) {
	if f, ok := value.(float64); ok {
		value = round(f)
	}
	if _, known := r.figures[name]; !known {
		r.names = append(r.names, name)
	}
	r.figures[name] = value
}

// times sets p50, p95 and p99 of a histogram under a common beginning.
func (r *report) times(name string, h *histogram) {
	r.set(name+"_p50_ms", h.quantile(.5))
	r.set(name+"_p95_ms", h.quantile(.95))
	r.set(name+"_p99_ms", h.quantile(.99))
}

// said prints what a phase did.
func (r *report) said(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }

func (r *report) phase(title string, seen *tally) {
	r.said("%s", title)
	for _, line := range seen.lines() {
		r.said("%s", line)
	}
}

func (r *report) table() {
	width := 0
	for _, name := range r.names {
		width = max(width, len(name))
	}
	r.said("%s", strings.Repeat("-", width+24))
	for _, name := range r.names {
		r.said("%-*s  %v", width, name, r.figures[name])
	}
}

// save writes the figures as one JSON object; "" writes nothing.
func (r *report) save(file string) error {
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(r.figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// round keeps three decimals: enough for a microsecond in milliseconds.
func round(f float64) float64 { return math.Round(f*1000) / 1000 }
