package inspect_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/chatkernel/chatkernel/files/internal/inspect"
	"github.com/stretchr/testify/require"
)

// formats are the files of the truncation sweep.
func formats(t testing.TB) map[string][]byte {
	m := picture(60, 50)
	files := map[string][]byte{
		"a.png": pngFile(t, m), "a.jpg": jpegFile(t, m), "a.gif": gifFile(t, m), "a.bmp": bmpFile(t, m), "a.tiff": tiffFile(t, m),
	}
	progressive, err := os.ReadFile(filepath.Join(goImages(), "testdata", "video-001.progressive.jpeg"))
	if err != nil {
		t.Skip("the images of the Go distribution are not reachable: ", err)
	}
	files["progressive.jpg"] = progressive
	webp, err := os.ReadFile(filepath.Join(moduleDir(t, "golang.org/x/image"), "testdata", "blue-purple-pink.lossy.webp"))
	if err != nil {
		t.Skip("the images of golang.org/x/image are not reachable: ", err)
	}
	files["a.webp"] = webp
	return files
}

// Whatever is cut off, be it the last byte only, is found.
func TestFILE_2_truncation_sweep(t *testing.T) {
	cuts, truncated := 0, 0
	for name, data := range formats(t) {
		require.Equal(t, inspect.Good, look(t, data, name, "").Verdict, name)
		for i := range 49 {
			n := len(data) * (i + 1) / 50
			if i == 48 {
				n = len(data) - 1
			}
			r := look(t, data[:n], name, "")
			require.Equal(t, inspect.Broken, r.Verdict, "%s at %d of %d: %+v", name, n, len(data), r)
			if r.Code == "truncated" {
				truncated++
			}
			cuts++
		}
	}
	t.Logf("%d files cut short, all broken, %d of them said to be cut short", cuts, truncated)
	require.Equal(t, 343, cuts)
	require.Greater(t, truncated, 300)
}

// allocated is how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestFILE_3_bomb_costs_nothing(t *testing.T) {
	data := hugePNG()
	require.Less(t, len(data), 50_000)
	used := allocated(func() {
		r := look(t, data, "a.png", "image/png")
		require.Equal(t, "image-too-large", r.Code)
		require.Equal(t, [2]int{20000, 20000}, [2]int{r.Width, r.Height})
	})
	require.Less(t, used, uint64(1<<20))
	used = allocated(func() {
		_, _, _, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), 100, nil)
		require.ErrorIs(t, err, inspect.ErrNoThumbnail)
	})
	require.Less(t, used, uint64(1<<20))
}

// Each scan of a JPEG costs time by the pixel and a few bytes in the file.
func TestFILE_3_many_scans(t *testing.T) {
	data := jpegFile(t, picture(20, 20))
	at := bytes.Index(data, []byte{0xff, 0xda})
	scan := data[at : len(data)-2]
	many := append(bytes.Clone(data[:at]), bytes.Repeat(scan, 101)...)
	require.Equal(t, "too-complex", look(t, append(many, 0xff, 0xd9), "a.jpg", "").Code)
}

// The limits hold for what is declared, before it is decoded.
func TestFILE_3_limits(t *testing.T) {
	code := func(data []byte, l inspect.Limits) string {
		r, err := inspect.File(t.Context(), bytes.NewReader(data), int64(len(data)), "", "", &l)
		require.NoError(t, err)
		return r.Code
	}
	m := picture(100, 100)
	require.Empty(t, code(pngFile(t, m), inspect.Limits{Pixels: 10_000}))
	require.Equal(t, "image-too-large", code(pngFile(t, m), inspect.Limits{Pixels: 9_999}))
	require.Empty(t, code(pngFile(t, m), inspect.Limits{Memory: 80_000}))
	require.Equal(t, "image-too-large", code(pngFile(t, m), inspect.Limits{Memory: 79_999}))
	progressive := formats(t)["progressive.jpg"] // 150 by 103 pixels, whose coefficients are kept
	require.Empty(t, code(progressive, inspect.Limits{Memory: 300_000}))
	require.Equal(t, "image-too-large", code(progressive, inspect.Limits{Memory: 100_000}))
	require.Empty(t, code(jpegFile(t, picture(150, 103)), inspect.Limits{Memory: 100_000}))
	require.Empty(t, code(animation(t, 5), inspect.Limits{Frames: 5}))
	require.Equal(t, "image-too-large", code(animation(t, 5), inspect.Limits{Frames: 4}))
	require.Equal(t, "image-too-large", code(animation(t, 5), inspect.Limits{Pixels: 900}), "all frames together")
	require.Equal(t, "archive-entries", code(zipFile(t, member{"a", ""}, member{"b", ""}), inspect.Limits{Entries: 1}))
	require.Equal(t, "archive-bomb", code(zipFile(t, member{"a", "12345"}), inspect.Limits{Unpacked: 4}))
}

// animation is a GIF of frames of 30 by 30 pixels.
func animation(t testing.TB, frames int) []byte {
	var g gif.GIF
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, 30, 30), palette.Plan9)
		for k := range m.Pix {
			m.Pix[k] = uint8(k * (i + 1))
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 1)
	}
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &g))
	return b.Bytes()
}

// However many frames there are, one is held.
func TestFILE_3_animation(t *testing.T) {
	data := animation(t, 200)
	var r inspect.Report
	used := allocated(func() { r = look(t, data, "a.gif", "image/gif") })
	require.Equal(t, inspect.Report{Type: "image/gif", Icon: "image", Width: 30, Height: 30, Frames: 200}, r)
	require.Less(t, used, uint64(1<<20))
	require.Equal(t, "truncated", look(t, data[:len(data)/2], "a.gif", "").Code)
}

// A pixel must have a colour.
func TestFILE_2_gif_colours(t *testing.T) {
	one := func(codes string) []byte {
		return []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00aaabbb,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02" + codes + "\x00;")
	}
	require.Empty(t, look(t, one("\x4c\x01"), "a.gif", "").Code, "the second of two colours")
	require.Equal(t, "corrupt", look(t, one("\x5c\x01"), "a.gif", "").Code, "the fourth")
}

// An animated WebP is a row of still images in an envelope.
func TestFILE_3_animated_webp(t *testing.T) {
	dir := moduleDir(t, "golang.org/x/image")
	still, err := os.ReadFile(filepath.Join(dir, "testdata", "blue-purple-pink.lossless.webp"))
	if err != nil {
		t.Skip(err)
	}
	r := look(t, still, "a.webp", "")
	le := binary.LittleEndian
	u24 := func(b []byte, v int) []byte { return append(b, byte(v), byte(v>>8), byte(v>>16)) }
	frame := u24(u24([]byte{0, 0, 0, 0, 0, 0}, r.Width-1), r.Height-1)
	frame = append(append(frame, 100, 0, 0, 0), still[12:]...)
	body := []byte("WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00")
	body = u24(u24(body, r.Width-1), r.Height-1)
	body = append(body, "ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	for range 3 {
		body = append(le.AppendUint32(append(body, "ANMF"...), uint32(len(frame))), frame...)
	}
	data := append(le.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	want := r
	want.Frames = 3
	require.Equal(t, want, look(t, data, "a.webp", "image/webp"))
	_, w, h, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), 20, nil)
	require.NoError(t, err)
	require.Equal(t, 20, max(w, h))
}

// A remark is made of what cameras append.
func TestFILE_2_trailing_data(t *testing.T) {
	m := picture(20, 20)
	r := look(t, append(jpegFile(t, m), jpegFile(t, m)...), "a.jpg", "")
	require.Equal(t, inspect.Good, r.Verdict)
	require.Equal(t, "trailing-data", r.Code)
	require.Empty(t, look(t, append(jpegFile(t, m), make([]byte, 100)...), "a.jpg", "").Code)
	for i, tail := range []string{"MZ\x90", "\x7fELF", "%PDF-1.4", "Rar!\x1a\x07\x00", "x<ScRiPt>", "junk<?php", "#!/bin/sh"} {
		for _, data := range [][]byte{jpegFile(t, m), pngFile(t, m), gifFile(t, m), bmpFile(t, m), tiffFile(t, m)} {
			require.Equal(t, "polyglot", look(t, append(data, tail...), "", "").Code, "%d", i)
		}
	}
	far := append(pngFile(t, m), append(bytes.Repeat([]byte("x"), 100_000-3), "<?php"...)...)
	require.Equal(t, "polyglot", look(t, far, "", "").Code)
	for k := 16<<10 - 20; k < 16<<10+4; k++ { // across the pieces that it is read in
		data := append(pngFile(t, m), append(bytes.Repeat([]byte("x"), k), "<?php"...)...)
		require.Equal(t, "polyglot", look(t, data, "", "").Code, k)
	}
	inside := pngFile(t, m)
	inside = append(chunk(bytes.Clone(inside[:33]), "tEXt", []byte("%PDF-1.4")), inside[33:]...)
	require.Equal(t, "polyglot", look(t, inside, "", "").Code)
}

// Files in boxes and chunks that say how long they are.
func TestFILE_2_boxes(t *testing.T) {
	box := func(kind, data string) []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(data))), kind+data...)
	}
	mp4 := bytes.Join([][]byte{box("ftyp", "isom\x00\x00\x00\x00isom"), box("moov", "12345678"), box("mdat", "video")}, nil)
	heic := bytes.Join([][]byte{box("ftyp", "heic\x00\x00\x00\x00mif1heic"), box("mdat", "picture")}, nil)
	require.Equal(t, inspect.Report{Type: "video/mp4", Icon: "video"}, look(t, mp4, "a.mp4", "video/mp4"))
	require.Equal(t, inspect.Report{Type: "image/heic", Icon: "image"}, look(t, heic, "a.heic", ""))
	require.Equal(t, "truncated", look(t, mp4[:len(mp4)-1], "a.mp4", "").Code)
	require.Equal(t, "truncated", look(t, heic[:len(heic)-3], "a.heic", "").Code)
	wav := []byte("RIFF\x0c\x00\x00\x00WAVEdata\x00\x00\x00\x00")
	require.Equal(t, inspect.Report{Type: "audio/wav", Icon: "audio"}, look(t, wav, "a.wav", "audio/x-wav"))
	require.Equal(t, "truncated", look(t, wav[:16], "a.wav", "").Code)
}

// broken gives out an error after some bytes.
type broken struct {
	data []byte
	n    int64
	err  error
}

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.n {
		return 0, b.err
	}
	return bytes.NewReader(b.data).ReadAt(p, off)
}

// A disk that fails says nothing about the file.
func TestFILE_2_reading_fails(t *testing.T) {
	data := pngFile(t, picture(300, 300))
	disk := errors.New("disk on fire")
	for _, n := range []int64{0, 5000, int64(len(data)) - 1} {
		_, err := inspect.File(t.Context(), broken{data, n, disk}, int64(len(data)), "a.png", "", nil)
		require.ErrorIs(t, err, disk)
		_, _, _, err = inspect.Thumbnail(t.Context(), broken{data, n, disk}, int64(len(data)), 0, nil)
		require.ErrorIs(t, err, disk)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := inspect.File(ctx, bytes.NewReader(data), int64(len(data)), "", "", nil)
	require.ErrorIs(t, err, context.Canceled)
	_, _, _, err = inspect.Thumbnail(ctx, bytes.NewReader(data), int64(len(data)), 0, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = inspect.File(t.Context(), bytes.NewReader(data), int64(len(data))+1, "", "", nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "it is shorter than we were told")
	_, err = inspect.File(t.Context(), bytes.NewReader(nil), -1, "", "", nil)
	require.Error(t, err)
}

// thumb makes a thumbnail and decodes it.
func thumb(t testing.TB, data []byte, side int) image.Image {
	t.Helper()
	b, w, h, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), side, nil)
	require.NoError(t, err)
	m, kind, err := image.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	require.Equal(t, "png", kind)
	require.Equal(t, m.Bounds(), image.Rect(0, 0, w, h))
	return m
}

func TestFILE_3_thumbnail_size(t *testing.T) {
	for _, tt := range []struct{ w, h, side, tw, th int }{
		{400, 200, 100, 100, 50}, {200, 400, 100, 50, 100}, {50, 40, 100, 50, 40}, {1000, 1, 100, 100, 1}, {1, 1000, 100, 1, 100},
		{600, 400, 0, 320, 213}, {800, 400, 5000, 512, 256}, {1, 1, -1, 1, 1},
	} {
		m := thumb(t, pngFile(t, picture(tt.w, tt.h)), tt.side)
		require.Equal(t, image.Pt(tt.tw, tt.th), m.Bounds().Size(), "%+v", tt)
	}
	for name, data := range formats(t) {
		require.LessOrEqual(t, thumb(t, data, 32).Bounds().Dx(), 32, name)
	}
	for _, data := range [][]byte{nil, []byte("text"), pdfFile(), pngFile(t, picture(9, 9))[:60]} {
		_, _, _, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), 32, nil)
		require.ErrorIs(t, err, inspect.ErrNoThumbnail)
	}
}

// A thumbnail is cheap even of a large photo: one picture is held, and little else.
func TestFILE_3_thumbnail_memory(t *testing.T) {
	data := jpegFile(t, picture(1500, 1000))
	used := allocated(func() { thumb(t, data, 320) })
	require.Less(t, used, uint64(1500*1000*3+30<<20))
}

// exifJPEG puts EXIF data with an orientation, a secret and a comment into a JPEG.
func exifJPEG(data []byte, turn int, order binary.AppendByteOrder) []byte {
	t := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		t = []byte("MM\x00*")
	}
	t = order.AppendUint32(t, 8)
	t = order.AppendUint16(t, 1)
	t = order.AppendUint16(order.AppendUint16(t, 274), 3)
	t = order.AppendUint16(order.AppendUint32(t, 1), uint16(turn))
	t = append(order.AppendUint32(append(t, 0, 0), 0), "SECRET GPS"...)
	out := append(bytes.Clone(data[:2]), 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(t)+8))
	out = append(append(out, "Exif\x00\x00"...), t...)
	return append(out, data[2:]...)
}

// Eight ways to hold a camera give one thumbnail, without the metadata.
func TestFILE_3_orientation(t *testing.T) {
	corner := [...]image.Point{{}, {0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {0, 1}}
	// where the stored top left corner belongs, as a share of the upright picture
	const w, h = 96, 64
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/3 && y < h/3 {
				c = color.RGBA{255, 0, 0, 255} // top left
			} else if x >= 2*w/3 && y < h/3 {
				c = color.RGBA{0, 0, 255, 255} // top right
			}
			m.Set(x, y, c)
		}
	}
	plain := jpegFile(t, m)
	red := func(c color.Color) bool { r, g, b, _ := c.RGBA(); return r > 0x9000 && g < 0x7000 && b < 0x7000 }
	blue := func(c color.Color) bool { r, g, b, _ := c.RGBA(); return b > 0x9000 && g < 0x7000 && r < 0x7000 }
	for turn := 1; turn <= 8; turn++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := exifJPEG(plain, turn, order)
			require.Equal(t, inspect.Good, look(t, data, "a.jpg", "").Verdict)
			b, _, _, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), 48, nil)
			require.NoError(t, err)
			require.NotContains(t, string(b), "SECRET")
			up := thumb(t, data, 48)
			size := image.Pt(48, 32)
			if turn >= 5 {
				size = image.Pt(32, 48)
			}
			require.Equal(t, size, up.Bounds().Size(), turn)
			at := func(c image.Point) color.Color { return up.At(3+c.X*(size.X-7), 3+c.Y*(size.Y-7)) }
			require.True(t, red(at(corner[turn])), "%d: %v", turn, at(corner[turn]))
			right := corner[turn] // the stored top right corner: along the rows, which are columns from 5 on
			if turn < 5 {
				right.X = 1 - right.X
			} else {
				right.Y = 1 - right.Y
			}
			require.True(t, blue(at(right)), "%d: %v", turn, at(right))
		}
	}
	for _, turn := range []int{0, 9, 65535} {
		require.Equal(t, thumb(t, plain, 48), thumb(t, exifJPEG(plain, turn, binary.LittleEndian), 48))
	}
}

// TIFF says how it is to be turned in a directory of its own.
func TestFILE_3_orientation_of_tiff(t *testing.T) {
	data := tiffFile(t, picture(30, 20))
	le := binary.LittleEndian
	at := int(le.Uint32(data[4:]))
	n := int(le.Uint16(data[at:]))
	dir := le.AppendUint16(nil, uint16(n+1))
	entries, done := data[at+2:], false
	for i := range n {
		e := entries[12*i : 12*i+12]
		if !done && le.Uint16(e) > 274 || le.Uint16(e) == 273 {
			if le.Uint16(e) == 273 {
				dir = append(dir, e...)
			}
			if !done {
				dir = le.AppendUint16(le.AppendUint16(dir, 274), 3)
				dir = le.AppendUint32(le.AppendUint32(dir, 1), 6)
				done = true
			}
			if le.Uint16(e) == 273 {
				continue
			}
		}
		dir = append(dir, e...)
	}
	dir = append(dir, 0, 0, 0, 0)
	le.PutUint32(data[4:], uint32(len(data)))
	data = append(data, dir...)
	require.Equal(t, inspect.Good, look(t, data, "a.tiff", "").Verdict)
	require.Equal(t, image.Pt(20, 30), thumb(t, data, 100).Bounds().Size())
}

// The first frame of a GIF is shown where it is on the screen.
func TestFILE_3_partial_frame(t *testing.T) {
	for _, side := range []int{200, 20} { // as it is, and scaled
		m := image.NewPaletted(image.Rect(50, 50, 100, 100), color.Palette{color.RGBA{255, 0, 0, 255}})
		var b bytes.Buffer
		require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{0}, Config: image.Config{Width: 100, Height: 100}}))
		up := thumb(t, b.Bytes(), side)
		n := up.Bounds().Dx()
		require.Equal(t, min(side, 100), n)
		_, _, _, a := up.At(n/4, n/4).RGBA()
		require.Zero(t, a)
		r, _, _, _ := up.At(3*n/4, 3*n/4).RGBA()
		require.Equal(t, uint32(0xffff), r)
	}
}
