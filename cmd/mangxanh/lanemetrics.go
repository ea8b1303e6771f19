package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"mangxanh/storage"
)

// laneMetrics shows the record's own counters of the hot path when somebody
// asks; the hot path itself counts without knowing of metrics.
type laneMetrics struct {
	db *storage.DB
}

var _ prometheus.Collector = laneMetrics{}

var (
	laneBatches  = laneDesc("batches", "Commits of the hot path.")
	laneRequests = laneDesc("requests", "Requests that those commits carried.")
	laneRefused  = laneDesc("refused", "Requests refused before any work because the queue was full.")
	laneRetried  = laneDesc("retried", "Batches that were refused whole and tried again row by row.")

	hotStatements = prometheus.NewDesc("mangxanh_hot_statements_total",
		"SQL statements sent for starts, saves, finishes and the reads that they need.", nil, nil)
)

func laneDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("mangxanh_lane_"+name+"_total", help, []string{"kind"}, nil)
}

func (m laneMetrics) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, to) }

func (m laneMetrics) Collect(to chan<- prometheus.Metric) {
	counts := m.db.HotCounts()
	for kind, c := range map[string]storage.LaneCounts{"save": counts.Saves, "start": counts.Starts, "finish": counts.Finishes} {
		for desc, n := range map[*prometheus.Desc]int64{laneBatches: c.Batches, laneRequests: c.Requests, laneRefused: c.Refused, laneRetried: c.Retried} {
			to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), kind)
		}
	}
	to <- prometheus.MustNewConstMetric(hotStatements, prometheus.CounterValue, float64(counts.Statements))
}
