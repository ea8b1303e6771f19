package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// metrics are a server's counters by series, as name{labels}, and by name with
// the labels added up.
type metrics map[string]float64

// readMetrics fetches a page in Prometheus' text form.
func readMetrics(url string) (metrics, error) {
	client := http.Client{Timeout: patience}
	reply, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read %s: %s", url, reply.Status)
	}
	return parseMetrics(reply.Body)
}

func parseMetrics(r io.Reader) (metrics, error) {
	m := metrics{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		cut := strings.LastIndexByte(line, ' ')
		if cut < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[cut+1:], 64)
		if err != nil {
			return nil, fmt.Errorf("metric line %q: %w", line, err)
		}
		name, _, labelled := strings.Cut(line[:cut], "{")
		m[name] += value
		if labelled {
			m[line[:cut]] = value
		}
	}
	return m, lines.Err()
}

// meanBatch is how many saves shared one commit between two readings; 0 when
// the server does not count them.
func meanBatch(before, after metrics) float64 {
	const batches, requests = `mangxanh_lane_batches_total{kind="save"}`, `mangxanh_lane_requests_total{kind="save"}`
	n := after[batches] - before[batches]
	if n <= 0 {
		return 0
	}
	return (after[requests] - before[requests]) / n
}
