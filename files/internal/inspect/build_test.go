package inspect_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// The files that the tests are about are built here.

// picture is a small image with something in it.
func picture(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 7), uint8(y * 5), uint8(x * y), 255})
		}
	}
	return m
}

func pngFile(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

func jpegFile(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func gifFile(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, gif.Encode(&b, m, nil))
	return b.Bytes()
}

func bmpFile(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, bmp.Encode(&b, m))
	return b.Bytes()
}

func tiffFile(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, tiff.Encode(&b, m, &tiff.Options{Compression: tiff.Deflate}))
	return b.Bytes()
}

// hugePNG is a black PNG of one bit per pixel and 20,000 pixels both ways: large
// when decoded, tiny as a file.
var hugePNG = sync.OnceValue(func() []byte {
	const side = 20000
	var data bytes.Buffer
	z, _ := zlib.NewWriterLevel(&data, zlib.BestCompression)
	row := make([]byte, 1+(side+7)/8)
	for range side {
		_, _ = z.Write(row)
	}
	_ = z.Close()
	head := binary.BigEndian.AppendUint32(nil, uint32(side))
	head = binary.BigEndian.AppendUint32(head, uint32(side))
	head = append(head, 1, 0, 0, 0, 0)
	out := []byte("\x89PNG\r\n\x1a\n")
	out = chunk(out, "IHDR", head)
	out = chunk(out, "IDAT", data.Bytes())
	return chunk(out, "IEND", nil)
})

func chunk(out []byte, kind string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	body := append([]byte(kind), data...)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// member is a file in an archive.
type member struct{ name, data string }

func zipFile(t testing.TB, members ...member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		require.NoError(t, err)
		_, err = w.Write([]byte(m.data))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

const rels = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`

// docxFile is a Word file with further parts.
func docxFile(t testing.TB, more ...member) []byte {
	return zipFile(t, append([]member{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", fmt.Sprintf(rels, `<Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>`)},
		{"word/document.xml", `<?xml version="1.0"?><w:document/>`},
	}, more...)...)
}

// overlapping repeats the only entry of a ZIP's directory.
func overlapping(t testing.TB, times int) []byte {
	one := zipFile(t, member{"zeros", strings.Repeat("\x00", 1<<20)})
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	dir := int(binary.LittleEndian.Uint32(one[end+16:]))
	entry := one[dir:end]
	out := bytes.Clone(one[:dir])
	for range times {
		out = append(out, entry...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(times))
	binary.LittleEndian.PutUint16(tail[10:], uint16(times))
	binary.LittleEndian.PutUint32(tail[12:], uint32(times*len(entry)))
	return append(out, tail...)
}

// quoting is a ZIP of which an entry's bytes are another entry.
func quoting(t testing.TB) []byte {
	split := func(z []byte) (local, dir, end []byte) {
		d, e := bytes.Index(z, []byte("PK\x01\x02")), bytes.LastIndex(z, []byte("PK\x05\x06"))
		return z[:d], z[d:e], z[e:]
	}
	innerLocal, innerDir, _ := split(zipFile(t, member{"inner", "some text"}))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "outer", Method: zip.Store})
	require.NoError(t, err)
	_, _ = w.Write(innerLocal)
	require.NoError(t, z.Close())
	local, dir, end := split(bytes.Clone(b.Bytes()[:b.Len()]))
	if d := bytes.LastIndex(b.Bytes(), []byte("PK\x01\x02")); d != len(local) {
		t.Fatal("not built as meant")
	}
	innerDir = bytes.Clone(innerDir)
	binary.LittleEndian.PutUint32(innerDir[42:], uint32(30+len("outer")))
	end = bytes.Clone(end)
	binary.LittleEndian.PutUint16(end[8:], 2)
	binary.LittleEndian.PutUint16(end[10:], 2)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(dir)+len(innerDir)))
	return bytes.Join([][]byte{local, dir, innerDir, end}, nil)
}

// pdfFile is a PDF with these objects after its catalogue.
func pdfFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+2, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+2, at)
	return b.Bytes()
}

// packedObjects is a PDF's stream of packed objects.
func packedObjects(content string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(content))
	_ = z.Close()
	return fmt.Sprintf("<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\r\n%s\nendstream", b.Len(), b.String())
}

// oleFile is a compound file with these streams; one whose name ends with / is a
// storage.
func oleFile(streams ...member) []byte {
	const sector = 512
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(head[24:], 0x3e)
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xfffe)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], 1)
	le.PutUint32(head[48:], 1) // the directory follows the table
	le.PutUint32(head[56:], 4096)
	le.PutUint32(head[60:], 0xfffffffe)
	le.PutUint32(head[68:], 0xfffffffe)
	for i := 76; i < sector; i += 4 {
		le.PutUint32(head[i:], 0xffffffff)
	}
	le.PutUint32(head[76:], 0) // the table
	table := bytes.Repeat([]byte{0xff}, sector)
	le.PutUint32(table[0:], 0xfffffffd)
	dirs := (len(streams) + 1 + 3) / 4
	for i := range dirs {
		le.PutUint32(table[4*(i+1):], uint32(i+2))
	}
	le.PutUint32(table[4*dirs:], 0xfffffffe)
	dir := make([]byte, dirs*sector)
	put := func(i int, name string, kind byte, start, size int) {
		e := dir[128*i:]
		u := utf16.Encode([]rune(name))
		for k, c := range u {
			le.PutUint16(e[2*k:], c)
		}
		le.PutUint16(e[64:], uint16(2*len(u)+2))
		e[66] = kind
		le.PutUint32(e[116:], uint32(start))
		le.PutUint32(e[120:], uint32(size))
	}
	put(0, "Root Entry", 5, 0xfffffffe, 0)
	var body []byte
	for i, s := range streams {
		if strings.HasSuffix(s.name, "/") {
			put(i+1, strings.TrimSuffix(s.name, "/"), 1, 0, 0)
			continue
		}
		data := append([]byte(s.data), make([]byte, max(0, 4096-len(s.data)))...)
		first := 1 + dirs + len(body)/sector
		put(i+1, s.name, 2, first, len(data))
		data = append(data, make([]byte, (sector-len(data)%sector)%sector)...)
		for k := range len(data) / sector {
			le.PutUint32(table[4*(first+k):], uint32(first+k+1))
		}
		le.PutUint32(table[4*(first+len(data)/sector-1):], 0xfffffffe)
		body = append(body, data...)
	}
	return bytes.Join([][]byte{head, table, dir, body}, nil)
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}
