package inspect

import (
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// A shape is what the walk over an image's parts finds, before any is decoded.
type shape struct {
	end    int64 // where its own data ends
	frames int
	exif   []byte // TIFF structure of the EXIF data; nil if none
	code   code   // why it is broken already

	palette int // PNG: entries of the palette

	samples     int64 // JPEG: of all components
	progressive bool

	still io.ReaderAt // WebP: the first frame of an animation as a file of its own
	size  int64
}

// image walks over the parts of an image and then decodes it under the limits.
func (x *look) image(head []byte) {
	if hiddenScript(head) || hiddenPDF(head) {
		x.says(polyglot)
	}
	cfg, s, c := x.measure(x.Type)
	x.Width, x.Height, x.Frames = cfg.Width, cfg.Height, s.frames
	if c == fine && x.Type != "image/gif" { // a GIF is decoded by its walk
		var m image.Image
		if m, c = x.decode(x.Type, &s); c == fine && s.palette > 0 {
			if p, ok := m.(*image.Paletted); ok && len(p.Palette) > s.palette {
				c = corrupt // the decoder has added the colours that pixels ask for
			}
		}
	}
	if c.verdict() == Broken && x.err == nil {
		x.Frames = 0
	}
	x.says(c)
	x.tailOf(s.end)
}

// measure finds an image's size and shape, and says what keeps it from being decoded.
func (x *look) measure(t string) (image.Config, shape, code) {
	cfg, err := config(t, x.all())
	if err != nil {
		return image.Config{}, shape{}, codeOf(err)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return cfg, shape{}, corrupt
	}
	if int64(cfg.Width) > x.limits.Pixels/int64(cfg.Height) {
		return cfg, shape{}, tooLarge
	}
	var s shape
	switch t {
	case "image/jpeg":
		s = x.walkJPEG()
	case "image/png", "image/apng":
		s = x.walkPNG()
	case "image/gif":
		s = x.walkGIF()
	case "image/webp":
		s = x.walkWebP()
	case "image/tiff":
		s = x.walkTIFF()
	default:
		s = x.walkBMP()
	}
	switch {
	case s.code != fine:
	case s.frames > x.limits.Frames:
		s.code = tooLarge
	case need(t, &cfg, &s) > x.limits.Memory:
		s.code = tooLarge
	}
	return cfg, s, s.code
}

// need estimates how many bytes decoding an image holds.
func need(t string, cfg *image.Config, s *shape) int64 {
	pixels := int64(cfg.Width) * int64(cfg.Height)
	switch t {
	case "image/jpeg":
		n := s.samples
		if s.progressive {
			n += 4 * s.samples // its coefficients are kept until the end
		}
		if cfg.ColorModel == color.RGBAModel || cfg.ColorModel == color.CMYKModel {
			n += 4 * pixels
		}
		return n
	case "image/gif":
		return pixels
	case "image/webp":
		return 12 * pixels // of the lossless kind, with its transforms
	}
	switch cfg.ColorModel {
	case color.GrayModel:
		pixels *= 1
	case color.Gray16Model:
		pixels *= 2
	case color.RGBA64Model, color.NRGBA64Model:
		pixels *= 8
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel:
		pixels *= 4
	}
	return 2 * pixels // with the parts that are put together
}

// decoders are what reads the header of an image of a type, and what reads it
// all.
func decoders(t string) (func(io.Reader) (image.Config, error), func(io.Reader) (image.Image, error)) {
	switch t {
	case "image/jpeg":
		return jpeg.DecodeConfig, jpeg.Decode
	case "image/png", "image/apng":
		return png.DecodeConfig, png.Decode
	case "image/gif":
		return gif.DecodeConfig, gif.Decode
	case "image/webp":
		return webp.DecodeConfig, webp.Decode
	case "image/tiff":
		return tiff.DecodeConfig, tiff.Decode
	default:
		return bmp.DecodeConfig, bmp.Decode
	}
}

// config reads an image's header.
func config(t string, r io.Reader) (c image.Config, err error) {
	defer caught(&err)
	read, _ := decoders(t)
	return read(r)
}

// decode decodes an image that measure has let through; the first frame, of an
// animation.
func (x *look) decode(t string, s *shape) (image.Image, code) {
	r := x.all()
	if s.still != nil {
		r = io.NewSectionReader(s.still, 0, s.size)
	}
	m, err := decode(t, r)
	if err != nil {
		return nil, codeOf(err)
	}
	return m, fine
}

func decode(t string, r io.Reader) (m image.Image, err error) {
	defer caught(&err)
	_, read := decoders(t)
	return read(r)
}

// errPanic is what a decoder's panic becomes: whatever bytes make it do that are
// not an image.
var errPanic = errors.New("inspect: decoder failed")

func caught(err *error) {
	if recover() != nil {
		*err = errPanic
	}
}

// codeOf is what a decoder's error says about the file.
func codeOf(err error) code {
	var (
		j jpeg.UnsupportedError
		p png.UnsupportedError
		t tiff.UnsupportedError
	)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return truncated
	case errors.As(err, &j), errors.As(err, &p), errors.As(err, &t), errors.Is(err, bmp.ErrUnsupported):
		return unsupported
	}
	return corrupt
}
