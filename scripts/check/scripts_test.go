package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// commands are what README tells people to run.
var commands = []string{".ci/run", "scripts/run.sh", "scripts/test.sh", "scripts/bench.sh", "scripts/services.sh", "scripts/build.sh", "scripts/secrets.sh"}

func TestScriptsCanBeRun(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range commands {
		file := filepath.Join(dir, name)
		info, err := os.Stat(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if info.Mode()&0o111 != 0o111 {
			t.Errorf("%s has no run bit", name)
		}
		if said, err := exec.Command("bash", "-n", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, said)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("#!/usr/bin/env bash\n# ")) {
			t.Errorf("%s does not begin by saying what it does", name)
		}
		if !regexp.MustCompile(`(?m)^set -e?uo? ?pipefail|^set -[eu]+o pipefail`).Match(text) {
			t.Errorf("%s does not stop at unset names and broken pipes", name)
		}
		// Servers that people started themselves are not ours to end.
		if regexp.MustCompile(`\b(pkill|killall)\b`).Match(text) {
			t.Errorf("%s ends processes by name", name)
		}
	}
}

func TestTheGateIsTheTestScript(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("scripts/test.sh")) {
		t.Error(".ci/run does not call scripts/test.sh")
	}
}

// A lock file that records where packages were downloaded from makes every
// other machine ask that place.
func TestLockFilesNameNoHost(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"frontend/package-lock.json", "frontend/e2e/package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(`"resolved": "http`)) {
			t.Errorf("%s records download addresses: set omit-lockfile-registry-resolved", name)
		}
	}
}

// A skipped test is a green line that says nothing. Only the support packages
// of tests may skip, and only because a person said that the machine is not
// meant to have the servers.
func TestNothingIsSkipped(t *testing.T) {
	skip := regexp.MustCompile(`\b(t|b|tb)\.Skip(f|Now)?\(`)
	for _, f := range mustSources(t) {
		for i, line := range strings.Split(string(f.text), "\n") {
			if skip.MatchString(line) && !(support(f.pkg) && strings.Contains(string(f.text), "MANGXANH_TEST_SERVERS")) {
				t.Errorf("%s:%d: %s", f.path, i+1, strings.TrimSpace(line))
			}
		}
	}
}
