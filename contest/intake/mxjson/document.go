package mxjson

// The shapes of a document. They are the promise of version 1: a new field
// makes a new version.

type document struct {
	Format    string            `json:"format"`
	Version   int               `json:"version"`
	Questions []question        `json:"questions"`
	Media     map[string]medium `json:"media"`
}

type medium struct {
	Words string `json:"words"`
	Body  []byte `json:"body"`
}

type question struct {
	Type        string    `json:"type"`
	Format      string    `json:"format,omitempty"`
	Stem        string    `json:"stem"`
	Options     []option  `json:"options,omitempty"`
	Matches     []string  `json:"matches,omitempty"`
	Gaps        []gap     `json:"gaps,omitempty"`
	Audio       *audio    `json:"audio,omitempty"`
	Key         key       `json:"key"`
	Explanation string    `json:"explanation,omitempty"`
	Topic       string    `json:"topic,omitempty"`
	AgeBand     string    `json:"age_band,omitempty"`
	Difficulty  string    `json:"difficulty,omitempty"`
	Citation    *citation `json:"citation,omitempty"`
}

type option struct {
	Text   string `json:"text"`
	Pinned bool   `json:"pinned,omitempty"`
	Media  string `json:"media,omitempty"`
	Alt    string `json:"alt,omitempty"`
}

type gap struct {
	Choices []string `json:"choices"`
}

type audio struct {
	Media      string `json:"media"`
	Transcript string `json:"transcript"`
}

type key struct {
	Choices   []int    `json:"choices,omitempty"`
	Texts     []string `json:"texts,omitempty"`
	Value     string   `json:"value,omitempty"`
	Tolerance string   `json:"tolerance,omitempty"`
}

type citation struct {
	Text         string `json:"text,omitempty"`
	Instrument   string `json:"instrument,omitempty"`
	InstrumentID string `json:"instrument_id,omitempty"`
	Article      string `json:"article,omitempty"`
	From         string `json:"from,omitempty"`
	To           string `json:"to,omitempty"`
}
