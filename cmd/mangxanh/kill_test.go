package main_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"mangxanh/storage/storagetest"
)

// fault says what is killed, how often, and what the run must have seen.
type fault struct {
	kills, clients int
	acked          int // at least so many acknowledged answers
	postgres       bool
	// planted replaces text in a source file of the binary under test; the
	// check must then find lost answers.
	planted map[string][2]string
}

func killLength() (kills, acked int) {
	if os.Getenv("MANGXANH_TEST_LONG") == "1" {
		return 50, 100_000
	}
	return 4, 2_000
}

// Two nodes serve 64 pupils, and one of them is killed at random again and
// again. Every acknowledged answer is in the record, once. The planted defect
// acknowledges before the commit.
func TestNodesKilledWhileSaving(t *testing.T) {
	kills, acked := killLength()
	f := fault{kills: kills, clients: 64, acked: acked}
	if lost := f.run(t); lost != 0 {
		t.Errorf("%d acknowledged answers are not in the record, or there twice", lost)
	}
	t.Run("planted defect", func(t *testing.T) {
		f.acked, f.kills = 0, 4
		f.planted = map[string][2]string{"storage/attempt.go": {"return db.hotpath.saves.do(ctx, s)",
			"go db.hotpath.saves.do(context.WithoutCancel(ctx), s)\n\treturn attempt.SaveOutcome{Verdict: attempt.Saved, State: attempt.Open, Deadline: s.R.Add(time.Hour)}, nil"}}
		if lost := f.run(t); lost == 0 {
			t.Error("the check does not notice acknowledging before the commit")
		}
	})
}

// Postgres is killed with all its processes while 64 pupils save. The planted
// defect commits without waiting for the disk.
func TestPostgresKilledWhileSaving(t *testing.T) {
	kills, acked := killLength()
	f := fault{kills: kills, clients: 64, acked: acked, postgres: true}
	if lost := f.run(t); lost != 0 {
		t.Errorf("%d acknowledged answers are not in the record, or there twice", lost)
	}
	t.Run("planted defect", func(t *testing.T) {
		f.acked, f.kills = 0, 6
		f.planted = map[string][2]string{
			"storage/db.go":     {`["synchronous_commit"] = "on"`, `["synchronous_commit"] = "off"`},
			"storage/safety.go": {`setting == "on" ||`, `true ||`},
		}
		if lost := f.run(t); lost == 0 {
			t.Error("the check does not notice synchronous_commit=off")
		}
	})
}

// node is one process of the product.
type node struct {
	bin, addr string
	env       []string
	cmd       *exec.Cmd
}

func (n *node) start(t *testing.T) {
	t.Helper()
	n.cmd = exec.Command(n.bin, "serve")
	n.cmd.Env = n.env
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log bytes.Buffer
	n.cmd.Stderr = &log
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		if resp, err := http.Get("http://" + n.addr + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatalf("a node did not start: %s", log.String())
}

func (n *node) kill() {
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
}

// build compiles the binary, with planted defects laid over its sources.
func (f fault) build(t *testing.T, dir string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for name, change := range f.planted {
		source, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(source), change[0], change[1], 1)
		if text == string(source) {
			t.Fatalf("%s no longer holds what the defect replaces: %s", name, change[0])
		}
		if !strings.Contains(text, "\t\"time\"\n") && strings.Contains(change[1], "time.") {
			text = strings.Replace(text, "\t\"sync/atomic\"\n", "\t\"sync/atomic\"\n\t\"time\"\n", 1)
		}
		planted := filepath.Join(dir, filepath.Base(name))
		if err := os.WriteFile(planted, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(root, name)] = planted
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), list, 0o600); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "mangxanh")
	if out, err := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	return bin
}

// run serves the demo from two nodes, lets the pupils save while things are
// killed, and returns how many acknowledged answers the record does not hold
// exactly once.
func (f fault) run(t *testing.T) (lost int) {
	t.Helper()
	dir := t.TempDir()
	bin, pg := f.build(t, dir), storagetest.NewServer(t)
	env := append(os.Environ(), "MANGXANH_DATA_DIR="+dir, "MANGXANH_DATABASE_URL="+pg.URL, "MANGXANH_ADMIN_ADDR=off", "MANGXANH_DEMO_PASSWORD=mot-mat-khau-dai")
	cards := filepath.Join(dir, "cards.csv")
	demo := exec.Command(bin, "demo", "--pupils", fmt.Sprint(f.clients), "--cards-out", cards)
	demo.Env = env
	if out, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("demo: %v: %s", err, out)
	}
	nodes := make([]*node, 2)
	for i := range nodes {
		addr := freeAddr(t)
		nodes[i] = &node{bin: bin, addr: addr, env: append(slices.Clone(env), "MANGXANH_ADDR="+addr)}
		nodes[i].start(t)
		t.Cleanup(func() { nodes[i].kill() })
	}
	c := &crowd{nodes: nodes, acked: map[ack]bool{}}
	for _, card := range readCards(t, cards) {
		c.join(t, card[0], card[1])
	}
	ctx, stop := context.WithCancel(context.Background())
	saving := c.save(ctx)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for n := range f.kills {
		c.settle(t, max(500, f.acked/f.kills))
		switch {
		case f.postgres:
			pg.Kill()
			pg.Start(t)
		default:
			victim := nodes[random.IntN(2)]
			victim.kill()
			victim.start(t)
		}
		t.Logf("kill %d: %d acknowledged, %d tries failed", n+1, c.count(), c.failed.Load())
	}
	c.settle(t, 500)
	stop()
	saving.Wait()
	acked := c.count()
	lost = c.missing(t, pg.URL)
	t.Logf("%d kills, %d acknowledged, %d lost or twice", f.kills, acked, lost)
	if acked < f.acked {
		t.Errorf("only %d answers were acknowledged, want at least %d", acked, f.acked)
	}
	return lost
}

// freeAddr is an address below the ports that the system lends to clients: a
// node must find it free again after it was killed.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// readCards reads code and PIN of every card.
func readCards(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("cards: %d rows, %v", len(rows), err)
	}
	return rows[1:]
}

// ack is one acknowledged answer.
type ack struct {
	attempt string
	seq     int64
}

// crowd are pupils who save one answer after the other, each with a counter
// over all questions, so that an answer is known by attempt and counter.
type crowd struct {
	nodes  []*node
	pupils []pupil
	failed atomic.Int64

	mu    sync.Mutex
	acked map[ack]bool
}

type pupil struct {
	attempt, token string
	questions      [][]string // id of a question and of its options
}

// call sends one request to one of the nodes and says whether it was done.
func (c *crowd) call(client *http.Client, method, path, token string, body, into any) bool {
	raw, err := json.Marshal(body)
	if err != nil {
		return false
	}
	req, err := http.NewRequest(method, "http://"+c.nodes[rand.IntN(len(c.nodes))].addr+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return err == nil && resp.StatusCode < 300 && (into == nil || json.Unmarshal(text, into) == nil)
}

// join signs a pupil in and starts the attempt of the demo's open round.
func (c *crowd) join(t *testing.T, code, pin string) {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	var contests struct {
		Items []struct {
			Rounds []struct{ ID, State, Kind string }
		}
	}
	var paper struct {
		ID        string
		SaveToken string `json:"save_token"`
		Questions []struct {
			ID, Type string
			Options  []struct{ ID string }
		}
	}
	ok := c.call(client, "POST", "/auth/card", "", map[string]string{"card": code, "pin": pin}, &session) &&
		c.call(client, "GET", "/contests", session.AccessToken, nil, &contests)
	started := false
	for _, contest := range contests.Items {
		for _, r := range contest.Rounds {
			if r.State == "open" && r.Kind == "quiz" && !started {
				started = c.call(client, "POST", "/rounds/"+r.ID+"/attempts", session.AccessToken, map[string]string{}, &paper)
			}
		}
	}
	if !ok || !started {
		t.Fatalf("a pupil could not start: signed in %v, started %v", ok, started)
	}
	p := pupil{attempt: paper.ID, token: paper.SaveToken}
	for _, q := range paper.Questions {
		if q.Type == "single" || q.Type == "true_false" || q.Type == "scenario" {
			ids := []string{q.ID}
			for _, o := range q.Options {
				ids = append(ids, o.ID)
			}
			p.questions = append(p.questions, ids)
		}
	}
	c.pupils = append(c.pupils, p)
}

// save lets every pupil save until ctx ends; what was not acknowledged is sent
// again under the same counter, perhaps to the other node.
func (c *crowd) save(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	for _, p := range c.pupils {
		wg.Go(func() {
			client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
			for seq := int64(1); ctx.Err() == nil; seq++ {
				q := p.questions[seq%int64(len(p.questions))]
				answers := map[string]any{"answers": []any{map[string]any{"question_id": q[0], "seq": seq, "response": q[1+rand.IntN(len(q)-1)]}}}
				for !c.call(client, "PUT", "/attempts/"+p.attempt+"/answers", p.token, answers, nil) {
					c.failed.Add(1)
					if time.Sleep(10 * time.Millisecond); ctx.Err() != nil {
						return
					}
				}
				c.mu.Lock()
				c.acked[ack{p.attempt, seq}] = true
				c.mu.Unlock()
			}
		})
	}
	return &wg
}

func (c *crowd) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked)
}

// settle waits until so many more answers were acknowledged; the first of them
// come within 30 seconds of a restart.
func (c *crowd) settle(t *testing.T, more int) {
	t.Helper()
	from := c.count()
	for begun, last := time.Now(), from; c.count() < from+more; time.Sleep(5 * time.Millisecond) {
		if n := c.count(); n >= last+500 {
			begun, last = time.Now(), n
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("saving did not go on: %d more in 30 s", c.count()-last)
		}
	}
}

// missing compares what was acknowledged with the journal: each exactly once,
// and nothing in force is older than the last one acknowledged.
func (c *crowd) missing(t *testing.T, url string) (lost int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), `SELECT j.attempt_id, j.seq, count(*), bool_and(a.seq >= j.seq)
FROM answer_journal j LEFT JOIN answers a ON a.attempt_id = j.attempt_id AND a.question = j.question GROUP BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var a ack
		var times int
		var inForce *bool
		if err := rows.Scan(&a.attempt, &a.seq, &times, &inForce); err != nil {
			t.Fatal(err)
		}
		if times == 1 && inForce != nil && *inForce {
			delete(c.acked, a)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return len(c.acked)
}
