package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// metrics are the sums of a server's counters by name, labels added up.
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
		name, _, _ := strings.Cut(line[:cut], "{")
		m[name] += value
	}
	return m, lines.Err()
}

// mean of a histogram or summary between two readings; 0 when nothing was
// observed.
func meanBetween(before, after metrics, name string) float64 {
	count := after[name+"_count"] - before[name+"_count"]
	if count <= 0 {
		return 0
	}
	return (after[name+"_sum"] - before[name+"_sum"]) / count
}

// waitReady waits until the server says that it is ready.
func waitReady(url string, limit time.Duration) error {
	client := http.Client{Timeout: 2 * time.Second}
	var last error
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		reply, err := client.Get(url)
		if err == nil {
			_ = reply.Body.Close() // the status is all we asked for
			if reply.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s", reply.Status)
		}
		last = err
	}
	return fmt.Errorf("%s is not ready: %w", url, last)
}
