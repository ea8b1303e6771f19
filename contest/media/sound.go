package media

import (
	"bytes"
	"encoding/binary"

	"mangxanh/contest"
)

// MaxSoundBytes bounds a recording: a minute of speech fits several times.
const MaxSoundBytes = 1 << 20

// Recording is a recording ready to be served.
type Recording struct {
	Body []byte
	MIME string
}

// IsSound reports whether a file begins as a recording does: which of Picture
// and Sound should judge it.
func IsSound(raw []byte) bool {
	switch {
	case bytes.HasPrefix(raw, []byte("OggS")), bytes.HasPrefix(raw, []byte("ID3")):
		return true
	case len(raw) > 12 && string(raw[4:8]) == "ftyp":
		return true
	}
	return frameSize(raw) > 0
}

// Sound takes an MP3, Ogg or M4A file. It is read frame by frame, page by page
// or box by box to its end, so nothing else can hide in it; the tags of an MP3
// are left out. It is not decoded.
func Sound(raw []byte) (Recording, error) {
	if len(raw) > MaxSoundBytes {
		return Recording{}, contest.Refuse(contest.TooLarge, "recording_too_large", "a recording has at most %d MiB", MaxSoundBytes>>20)
	}
	switch {
	case bytes.HasPrefix(raw, []byte("OggS")) && oggPages(raw):
		return Recording{Body: raw, MIME: "audio/ogg"}, nil
	case len(raw) > 12 && string(raw[4:8]) == "ftyp" && boxes(raw):
		return Recording{Body: raw, MIME: "audio/mp4"}, nil
	}
	if body := frames(raw); body != nil {
		return Recording{Body: body, MIME: "audio/mpeg"}, nil
	}
	return Recording{}, contest.Refuse(contest.Unsupported, "not_a_recording", "a recording is an MP3, Ogg or M4A file")
}

// oggPages reports whether the file is pages of Ogg and nothing else, with
// sound in the first.
func oggPages(raw []byte) bool {
	if first := raw[:min(len(raw), 128)]; !bytes.Contains(first, []byte("OpusHead")) && !bytes.Contains(first, []byte("\x01vorbis")) {
		return false
	}
	for len(raw) > 0 {
		if len(raw) < 27 || string(raw[:4]) != "OggS" {
			return false
		}
		segments := int(raw[26])
		if len(raw) < 27+segments {
			return false
		}
		size := 27 + segments
		for _, n := range raw[27 : 27+segments] {
			size += int(n)
		}
		if len(raw) < size {
			return false
		}
		raw = raw[size:]
	}
	return true
}

// boxes reports whether the file is boxes of MPEG-4 to its end, with what a
// recording needs.
func boxes(raw []byte) bool {
	seen := map[string]bool{}
	for len(raw) > 0 {
		if len(raw) < 8 {
			return false
		}
		size := int64(binary.BigEndian.Uint32(raw))
		if size < 8 || size > int64(len(raw)) {
			return false
		}
		seen[string(raw[4:8])] = true
		raw = raw[size:]
	}
	return seen["moov"] && seen["mdat"]
}

// frames returns the frames of an MP3 without the tags around them, or nil.
func frames(raw []byte) []byte {
	if len(raw) > 10 && string(raw[:3]) == "ID3" {
		size := 10 + int(raw[6]&0x7F)<<21 + int(raw[7]&0x7F)<<14 + int(raw[8]&0x7F)<<7 + int(raw[9]&0x7F)
		if size > len(raw) {
			return nil
		}
		raw = raw[size:]
	}
	if len(raw) > 128 && string(raw[len(raw)-128:len(raw)-125]) == "TAG" {
		raw = raw[:len(raw)-128]
	}
	at, n := 0, 0
	for at < len(raw) {
		size := frameSize(raw[at:])
		if size == 0 {
			return nil
		}
		if at+size > len(raw) { // the last one may be cut
			break
		}
		at += size
		n++
	}
	if n < 2 {
		return nil
	}
	return raw[:at]
}

var (
	bitRates = map[bool][]int{
		true:  {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		false: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	sampleRates = []int{44100, 48000, 32000}
)

// frameSize reads the head of a layer III frame; 0 means there is none.
func frameSize(b []byte) int {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 || b[1]>>1&3 != 1 {
		return 0
	}
	version, rate, sample := b[1]>>3&3, int(b[2]>>4), int(b[2]>>2&3)
	if version == 1 || rate == 0 || rate == 15 || sample == 3 {
		return 0
	}
	first := version == 3
	hz, factor := sampleRates[sample], 144_000
	if !first {
		hz, factor = hz/2, 72_000
		if version == 0 {
			hz /= 2
		}
	}
	return factor*bitRates[first][rate]/hz + int(b[2]>>1&1)
}
