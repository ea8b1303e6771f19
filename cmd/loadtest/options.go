package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"
)

// options are what the command line says.
type options struct {
	mode     string
	addr     string // host:port
	round    string
	file     string
	pin      string
	password string // of the demo's staff
	pupils   int
	inFlight int
	saveN    int
	rate     float64
	warm     time.Duration
	window   time.Duration
	pid      int
	metrics  string
	database string
	json     string
	quick    bool
	storage  string
}

var modes = []string{"contest", "saves", "start", "burst", "board", "open", "bench", "floor-server"}

func parse(args []string, getenv func(string) string, out io.Writer) (options, error) {
	o := options{pin: getenv("MANGXANH_DEMO_PIN"), password: getenv("MANGXANH_DEMO_PASSWORD")}
	if len(args) == 0 || !slices.Contains(modes, args[0]) {
		return o, fmt.Errorf("say what to do, one of %v", modes)
	}
	o.mode = args[0]
	flags := flag.NewFlagSet("loadtest "+o.mode, flag.ContinueOnError)
	flags.SetOutput(out)
	site := flags.String("url", "http://127.0.0.1:8080", "address of the server or of the proxy before it")
	flags.StringVar(&o.addr, "addr", "", "where floor-server listens")
	flags.StringVar(&o.round, "round", "", "the round to take part in (default: the first open quiz round)")
	flags.StringVar(&o.file, "cards", "", "CSV of cards as written by mangxanh demo --cards-out (default: DEMO-0001 and on, with MANGXANH_DEMO_PIN)")
	flags.IntVar(&o.pupils, "pupils", 60, "how many of the cards take part")
	flags.IntVar(&o.inFlight, "in-flight", 256, "pupils with a request on the way at the same time")
	flags.IntVar(&o.saveN, "saves", 20, "saves of one whole attempt")
	flags.Float64Var(&o.rate, "rate", 0, "saves a second in all; 0 is as fast as they are answered")
	flags.DurationVar(&o.warm, "warm", 2*time.Second, "time before measuring begins")
	flags.DurationVar(&o.window, "for", 10*time.Second, "how long steady saves are measured")
	flags.IntVar(&o.pid, "pid", 0, "the server's process, to read its memory and processor time")
	flags.StringVar(&o.metrics, "metrics", "", "address of the server's /metrics")
	flags.StringVar(&o.database, "database", "", "Postgres address or sqlite:PATH of the server's record, for the floor and for counting the journal")
	flags.StringVar(&o.json, "json", "", "file for the figures")
	flags.StringVar(&o.storage, "storage", "", "what the server keeps its record in, to stand among the figures")
	flags.BoolVar(&o.quick, "quick", false, "short phases with few pupils: figures for a look, not for a comparison")
	if err := flags.Parse(args[1:]); err != nil {
		return o, err
	}
	if o.mode == "floor-server" {
		return o, nil
	}
	u, err := url.Parse(*site)
	if err != nil {
		return o, err
	}
	if u.Scheme != "http" || u.Port() == "" {
		return o, errors.New("--url is http://host:port: the load program speaks plain HTTP to the server itself")
	}
	o.addr = u.Host
	return o, nil
}

// cards are the pupils who take part.
func (o options) cards() ([]card, error) {
	if o.file == "" {
		if o.pin == "" {
			return nil, errors.New("give --cards FILE, or set MANGXANH_DEMO_PIN as the server has it")
		}
		return demoCards(o.pupils, o.pin), nil
	}
	cards, err := readCards(o.file)
	if err != nil {
		return nil, err
	}
	if len(cards) < o.pupils {
		return nil, fmt.Errorf("%s holds %d cards, fewer than the %d pupils asked for", o.file, len(cards), o.pupils)
	}
	return cards[:o.pupils], nil
}
