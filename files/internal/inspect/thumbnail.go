package inspect

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// ErrNoThumbnail is the answer to a file of which no thumbnail can be made: it is
// not an image of a known format, it is broken, or it is over the limits.
var ErrNoThumbnail = errors.New("inspect: no thumbnail can be made of this file")

// Thumbnail makes a small picture of an image: a PNG of at most side pixels both
// ways (320 for a side that is not positive, and never more than 512), upright
// as its EXIF data say, of the first frame of an animation. It is drawn anew and
// holds nothing of the original but what it looks like. An image that is smaller
// is not enlarged. The formats are JPEG, PNG, GIF, WebP, BMP and TIFF.
//
// The error is [ErrNoThumbnail], or the one of reading or of ctx. What it costs is
// bounded by the limits before anything is decoded, and by the size of the thumbnail.
func Thumbnail(ctx context.Context, r io.ReaderAt, size int64, side int, l *Limits) (thumb []byte, width, height int, err error) {
	if size < 0 {
		return nil, 0, 0, errSize
	}
	s := &source{ctx: ctx, r: r, size: size}
	x := &look{source: s, limits: l.withDefaults()}
	thumb, width, height = x.thumbnail(side)
	if s.err == nil {
		s.err = ctx.Err()
	}
	if s.err != nil {
		return nil, 0, 0, s.err
	}
	if thumb == nil {
		return nil, 0, 0, ErrNoThumbnail
	}
	return thumb, width, height, nil
}

const (
	defaultSide = 320
	largestSide = 512
)

func (x *look) thumbnail(side int) (thumb []byte, width, height int) {
	defer func() {
		if recover() != nil { // as in caught
			thumb, width, height = nil, 0, 0
		}
	}()
	if side <= 0 {
		side = defaultSide
	}
	side = min(side, largestSide)
	t := sniff(x.at(0, sniffed))
	if !decodable(t) {
		return nil, 0, 0
	}
	cfg, s, c := x.measure(t)
	if c != fine {
		return nil, 0, 0
	}
	m, c := x.decode(t, &s)
	if c != fine || m.Bounds().Empty() {
		return nil, 0, 0
	}
	frame := m.Bounds()
	if t == "image/gif" { // the first frame need not fill the screen
		frame = image.Rect(0, 0, cfg.Width, cfg.Height)
	}
	turn := 1
	if t == "image/tiff" {
		turn = orientation(x.source)
	} else if len(s.exif) > 0 {
		turn = orientation(&source{ctx: x.ctx, r: bytes.NewReader(s.exif), size: int64(len(s.exif))})
	}
	small := upright(shrink(m, frame, side), turn)
	var out bytes.Buffer
	if png.Encode(&out, small) != nil {
		return nil, 0, 0
	}
	return out.Bytes(), small.Rect.Dx(), small.Rect.Dy()
}

// shrink scales the part of an image within a frame so that it fits into a square.
// A large one is first thinned out to four times the size, which bounds what the
// good scaler holds.
func shrink(m image.Image, frame image.Rectangle, side int) *image.RGBA {
	if frame != m.Bounds() {
		whole := image.Rectangle{Max: frame.Size()}
		if frame.Dx() > 4*side || frame.Dy() > 4*side {
			// Only its place matters at such a size: draw it where it is, scaled.
			w, h := fitted(frame.Dx(), frame.Dy(), 4*side)
			canvas := image.NewRGBA(image.Rect(0, 0, w, h))
			draw.ApproxBiLinear.Scale(canvas, scaled(m.Bounds(), frame, canvas.Rect), m, m.Bounds(), draw.Src, nil)
			m, frame = canvas, canvas.Rect
		} else {
			canvas := image.NewRGBA(whole)
			draw.Draw(canvas, m.Bounds().Sub(frame.Min), m, m.Bounds().Min, draw.Src)
			m, frame = canvas, whole
		}
	}
	if w, h := fitted(frame.Dx(), frame.Dy(), 4*side); w < frame.Dx() || h < frame.Dy() {
		middle := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.ApproxBiLinear.Scale(middle, middle.Rect, m, frame, draw.Src, nil)
		m, frame = middle, middle.Rect
	}
	w, h := fitted(frame.Dx(), frame.Dy(), side)
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == frame.Dx() && h == frame.Dy() {
		draw.Draw(small, small.Rect, m, frame.Min, draw.Src)
	} else {
		draw.CatmullRom.Scale(small, small.Rect, m, frame, draw.Src, nil)
	}
	return small
}

// fitted is the largest size of the same shape that fits into a square, at least
// one pixel both ways, and never larger than it was.
func fitted(w, h, side int) (int, int) {
	if w <= side && h <= side {
		return w, h
	}
	if w >= h {
		return side, max(1, (h*side+w/2)/w)
	}
	return max(1, (w*side+h/2)/h), side
}

// scaled is where a part of a frame lies when the frame is drawn into another.
func scaled(part, frame, into image.Rectangle) image.Rectangle {
	x := func(v int) int { return into.Min.X + (v-frame.Min.X)*into.Dx()/frame.Dx() }
	y := func(v int) int { return into.Min.Y + (v-frame.Min.Y)*into.Dy()/frame.Dy() }
	return image.Rect(x(part.Min.X), y(part.Min.Y), x(part.Max.X), y(part.Max.Y))
}

// upright turns an image as its EXIF orientation asks.
func upright(m *image.RGBA, turn int) *image.RGBA {
	if turn == 1 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			u, v := x, y
			switch turn {
			case 2:
				u = w - 1 - x
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				v = h - 1 - y
			case 5:
				u, v = y, x
			case 6:
				u, v = h-1-y, x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(u, v):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return out
}
