package media

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

// shrink returns the picture no larger than it may be once it is turned
// upright.
func shrink(m image.Image, turn int) *image.NRGBA {
	b := m.Bounds()
	maxW, maxH := MaxWidth, MaxHeight
	if turn >= 5 { // it lies on its side
		maxW, maxH = maxH, maxW
	}
	w, h := b.Dx(), b.Dy()
	if w > maxW {
		w, h = maxW, max(1, h*maxW/w)
	}
	if h > maxH {
		w, h = max(1, w*maxH/h), maxH
	}
	return scale(m, w, h)
}

// scale makes a picture smaller: every dot is the mean of those it stands for.
// It goes through the dots once and keeps one line of sums.
func scale(m image.Image, w, h int) *image.NRGBA {
	b := m.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	column := make([]int, b.Dx())
	for x := range column {
		column[x] = x * w / b.Dx()
	}
	sums := make([][5]uint32, w) // red, green, blue, alpha, dots
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	for y := range b.Dy() {
		draw.Draw(row, row.Rect, m, image.Pt(b.Min.X, b.Min.Y+y), draw.Src)
		for x, to := range column {
			s, dot := &sums[to], row.Pix[4*x:4*x+4]
			s[0] += uint32(dot[0])
			s[1] += uint32(dot[1])
			s[2] += uint32(dot[2])
			s[3] += uint32(dot[3])
			s[4]++
		}
		line := y * h / b.Dy()
		if y+1 < b.Dy() && (y+1)*h/b.Dy() == line {
			continue
		}
		for x, s := range sums {
			mean := color.RGBA{R: uint8(s[0] / s[4]), G: uint8(s[1] / s[4]), B: uint8(s[2] / s[4]), A: uint8(s[3] / s[4])}
			out.Set(x, line, mean)
			sums[x] = [5]uint32{}
		}
	}
	return out
}

// upright undoes what a camera notes about how it was held (1 to 8 as in EXIF).
func upright(m *image.NRGBA, turn int) *image.NRGBA {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	from := func(x, y int) (int, int) { return x, y }
	switch turn {
	case 2:
		from = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		from = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		from = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		from = func(x, y int) (int, int) { return y, x }
	case 6:
		from = func(x, y int) (int, int) { return y, h - 1 - x }
	case 7:
		from = func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }
	case 8:
		from = func(x, y int) (int, int) { return w - 1 - y, x }
	default:
		return m
	}
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := from(x, y)
			out.SetNRGBA(x, y, m.NRGBAAt(fx, fy))
		}
	}
	return out
}

// orientation reads how the camera was held from a JPEG's EXIF; 1 is upright.
func orientation(raw []byte) int {
	turn := 1
	segments(raw, func(marker byte, body []byte) bool {
		if marker == 0xE1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			turn = orientationTag(body[6:])
			return false
		}
		return true
	})
	return turn
}

func orientationTag(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for n := range int64(order.Uint16(tiff[at:])) {
		entry := at + 2 + n*12
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if turn := int(order.Uint16(tiff[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}
