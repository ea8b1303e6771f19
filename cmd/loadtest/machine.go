package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what the system says a process has used so far.
type usage struct {
	cpu     time.Duration
	rssMiB  float64 // now
	peakMiB float64 // the most it ever held
}

// usageOf reads /proc; ok is false where there is none, or no such process.
func usageOf(pid int) (u usage, ok bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, false
	}
	// The name in brackets may hold spaces; the numbers begin after it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	const ticks = 100 // USER_HZ on every Linux
	u.cpu = time.Duration(user+system) * time.Second / ticks
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return usage{}, false
	}
	u.rssMiB = kibLine(string(status), "VmRSS:") / 1024
	u.peakMiB = kibLine(string(status), "VmHWM:") / 1024
	return u, true
}

func kibLine(text, name string) float64 {
	for line := range strings.Lines(text) {
		if rest, found := strings.CutPrefix(line, name); found {
			n, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return n
		}
	}
	return 0
}

// machine describes where the figures were measured.
func machine() map[string]any {
	m := map[string]any{
		"machine_cores": runtime.NumCPU(),
		"machine_go":    runtime.Version(),
		"machine_os":    runtime.GOOS + "/" + runtime.GOARCH,
	}
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if name, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(name) == "model name" {
				m["machine_cpu"] = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		m["machine_memory_gib"] = round(kibLine(string(text), "MemTotal:") / 1024 / 1024)
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		// What the machine was busy with before: above a half, somebody else
		// has a share in every figure.
		m["machine_load_before"], _ = strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m["machine_kernel"] = strings.TrimSpace(string(text))
	}
	return m
}
