package media

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	"mangxanh/contest"
)

// Limits of what is taken in and what is given out.
const (
	MaxPictureBytes = 10 << 20
	MaxPixels       = 40_000_000
	MaxWidth        = 720
	MaxHeight       = 1440
	MaxServed       = 60 << 10

	// maxMemory bounds what reading a picture holds; only an interlaced one
	// takes half as much again.
	maxMemory = 192 << 20
)

// Image is a picture ready to be served.
type Image struct {
	Body          []byte
	MIME          string // image/jpeg or image/png
	Width, Height int
}

// Picture reads a JPEG, PNG or GIF and writes it anew: upright, at most MaxWidth
// wide and MaxServed bytes long, with nothing in it but its dots. Of a moving
// picture the first frame stays. What is too large or no picture is refused
// before its dots are looked at.
func Picture(raw []byte) (Image, error) {
	if len(raw) > MaxPictureBytes {
		return Image{}, contest.Refuse(contest.TooLarge, "picture_too_large", "a picture has at most %d MiB", MaxPictureBytes>>20)
	}
	kind, err := checkSize(raw)
	if err != nil {
		return Image{}, err
	}
	var decoded image.Image
	switch kind {
	case "jpeg":
		decoded, err = jpeg.Decode(bytes.NewReader(raw))
	case "png":
		decoded, err = png.Decode(bytes.NewReader(raw))
	case "gif":
		decoded, err = gif.Decode(bytes.NewReader(raw))
	}
	if err != nil {
		return Image{}, contest.Refuse(contest.Invalid, "picture_damaged", "the picture cannot be read to its end")
	}
	turn := 1
	if kind == "jpeg" {
		turn = orientation(raw)
	}
	return serve(upright(shrink(decoded, turn), turn), kind != "jpeg")
}

// checkSize reads the head alone and refuses what would take too much memory.
func checkSize(raw []byte) (kind string, err error) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || kind != "jpeg" && kind != "png" && kind != "gif" {
		return "", contest.Refuse(contest.Unsupported, "not_a_picture", "a picture is a JPEG, PNG or GIF file")
	}
	if c.Width < 1 || c.Height < 1 || c.Width > MaxPixels/c.Height {
		return "", contest.Refuse(contest.TooLarge, "too_many_pixels", "%d × %d dots are more than %d million", c.Width, c.Height, MaxPixels/1_000_000)
	}
	perDot := 1
	switch c.ColorModel {
	case color.YCbCrModel:
		perDot = 3
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel:
		perDot = 4
	case color.RGBA64Model, color.NRGBA64Model:
		perDot = 8
	case color.Gray16Model:
		perDot = 2
	}
	if kind == "jpeg" && !baseline(raw) {
		perDot *= 5 // every coefficient is held until the last scan
	}
	if need := c.Width * c.Height * perDot; need > maxMemory {
		return "", contest.Refuse(contest.TooLarge, "too_many_pixels", "the picture would take %d MiB to read", need>>20)
	}
	return kind, nil
}

// baseline reports whether a JPEG surely comes in one scan: one that is written
// oddly counts as one of several, which take more memory.
func baseline(raw []byte) bool {
	sure := false
	segments(raw, func(marker byte, _ []byte) bool {
		sure = marker == 0xC0 || marker == 0xC1
		return !sure && marker != 0xC2
	})
	return sure
}

// segments calls each for the segments of a JPEG before its dots begin, and
// stops at whatever a decoder might read otherwise.
func segments(raw []byte, each func(marker byte, body []byte) (more bool)) {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xFF; {
		marker := raw[at+1]
		if marker == 0xFF { // padding
			at++
			continue
		}
		if marker == 0 || marker == 0x01 || marker >= 0xD0 && marker <= 0xDA { // without a length, or the dots
			return
		}
		size := int(raw[at+2])<<8 | int(raw[at+3])
		if size < 2 || at+2+size > len(raw) || !each(marker, raw[at+4:at+2+size]) {
			return
		}
		at += 2 + size
	}
}

// serve tries forms until one is small enough: every picture gets there, since
// in the end it gets smaller.
func serve(m *image.NRGBA, drawn bool) (Image, error) {
	clear := !m.Opaque()
	for range 12 {
		b := m.Bounds()
		var best []byte
		mime := ""
		if drawn || clear {
			var out bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, m); err != nil {
				return Image{}, fmt.Errorf("write a picture: %w", err)
			}
			best, mime = out.Bytes(), "image/png"
		}
		if !clear || len(best) > MaxServed {
			small, err := writeJPEG(m)
			if err != nil {
				return Image{}, err
			}
			if best == nil || len(small) < len(best) {
				best, mime = small, "image/jpeg"
			}
		}
		if len(best) <= MaxServed {
			return Image{Body: best, MIME: mime, Width: b.Dx(), Height: b.Dy()}, nil
		}
		m = scale(m, max(1, b.Dx()*3/4), max(1, b.Dy()*3/4))
	}
	return Image{}, contest.Refuse(contest.TooLarge, "picture_too_large", "the picture cannot be made small enough")
}

// writeJPEG writes the picture on white, as good as fits.
func writeJPEG(m *image.NRGBA) ([]byte, error) {
	page := image.NewRGBA(m.Bounds())
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(page, page.Bounds(), m, m.Bounds().Min, draw.Over)
	var out bytes.Buffer
	for _, quality := range []int{82, 70, 55} {
		out.Reset()
		if err := jpeg.Encode(&out, page, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("write a picture: %w", err)
		}
		if out.Len() <= MaxServed {
			break
		}
	}
	return out.Bytes(), nil
}
