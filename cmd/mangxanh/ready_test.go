package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAskReady(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	for _, addr := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		if err := askReady(t.Context(), addr); err != nil {
			t.Errorf("askReady(%s) = %v, want ready", addr, err)
		}
	}
	status = http.StatusServiceUnavailable
	if err := askReady(t.Context(), "127.0.0.1:"+port); err == nil {
		t.Error("a node that answers 503 counts as ready")
	}
	server.Close()
	if err := askReady(t.Context(), "127.0.0.1:"+port); err == nil {
		t.Error("a node that does not answer counts as ready")
	}
}
