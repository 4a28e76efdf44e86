package inspect_test

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"testing"

	"github.com/chatkernel/chatkernel/files/internal/inspect"
)

func seed(f *testing.F) {
	m := picture(12, 9)
	for _, data := range [][]byte{
		pngFile(f, m), jpegFile(f, m), gifFile(f, m), bmpFile(f, m), tiffFile(f, m), animation(f, 2), []byte(evil), wide16(evil),
		zipFile(f, member{"a.txt", "hello"}, member{"b.docx", string(docxFile(f))}), docxFile(f), overlapping(f, 3),
		oleFile(member{"Workbook", "\x09\x08"}, member{"WordDocument", "x"}), pdfFile("<</S/GoTo>>", packedObjects("<</S/Launch>>")),
		[]byte(`{\rtf1 a}`), []byte("RIFF\x0c\x00\x00\x00WAVEdata"), []byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"),
		[]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"), nil,
	} {
		f.Add(data, "a.png", "image/png")
	}
}

func wide16(s string) []byte { return append([]byte{0xff, 0xfe}, wide(s, binary.LittleEndian)...) }

// fuzzLimits keep a single run short.
var fuzzLimits = inspect.Limits{Pixels: 1 << 20, Frames: 50, Memory: 16 << 20, Entries: 100, Unpacked: 16 << 20, Depth: 2}

// Any bytes under any name have a report that is in itself consistent, the same
// each time, for bounded memory.
func FuzzFile(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte, name, claim string) {
		var r inspect.Report
		used := allocated(func() {
			var err error
			if r, err = inspect.File(t.Context(), bytes.NewReader(data), int64(len(data)), name, claim, &fuzzLimits); err != nil {
				t.Fatal(err)
			}
		})
		if most := uint64(256<<20 + 64*len(data)); used > most {
			t.Errorf("%d bytes allocated for a file of %d", used, len(data))
		}
		if r.Type == "" || r.Icon == "" || (r.Code == "") != (r.Reason == "") {
			t.Errorf("incomplete: %+v", r)
		}
		if r.Verdict != inspect.Good && r.Code == "" || r.Verdict == inspect.Good && r.Code != "" && r.Code != "trailing-data" {
			t.Errorf("verdict and code: %+v", r)
		}
		again, err := inspect.File(t.Context(), bytes.NewReader(data), int64(len(data)), name, claim, &fuzzLimits)
		if err != nil || again != r {
			t.Errorf("%+v, then %+v (%v)", r, again, err)
		}
	})
}

// Any bytes have a thumbnail of the right size or none.
func FuzzThumbnail(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte, _, _ string) {
		b, w, h, err := inspect.Thumbnail(t.Context(), bytes.NewReader(data), int64(len(data)), 64, &fuzzLimits)
		if err != nil {
			if b != nil || w != 0 || h != 0 {
				t.Error("a thumbnail with an error")
			}
			return
		}
		c, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width != w || c.Height != h || w < 1 || h < 1 || w > 64 || h > 64 {
			t.Errorf("%d x %d, in truth %+v (%v)", w, h, c, err)
		}
	})
}
