package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http/httptest"
	"os"
	"testing"

	"mangxanh/api"
	"mangxanh/storage/storagetest"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// The committed document, from which the client of the pages is generated, is
// what the running server serves.
func TestOpenAPIIsCurrent(t *testing.T) {
	s := api.New(api.Config{Version: "1", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{})
	resp, err := s.App().Test(httptest.NewRequest("GET", "/openapi.json", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	served, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, served, "", "  "); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	pretty.WriteByte('\n')
	if *update {
		if err := os.WriteFile("openapi.json", pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, pretty.Bytes()) {
		t.Error("api/openapi.json is stale: run go test ./api -run TestOpenAPIIsCurrent -update, then npm run gen:api in frontend")
	}
}
