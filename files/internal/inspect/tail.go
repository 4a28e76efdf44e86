package inspect

import (
	"bytes"
	"encoding/binary"
)

// tailOf judges what lies behind the end of a file's own data. Padding is
// nothing. Cameras append pictures and videos, which is worth a remark. Anything
// that another program would take for its own file is a polyglot.
func (x *look) tailOf(end int64) {
	if end <= 0 || end >= x.size {
		return
	}
	r := x.buffered(end)
	first, padding, carry := true, true, 0
	buf := make([]byte, 16<<10)
	for {
		n, err := r.Read(buf[carry:])
		b := buf[:carry+n]
		if first && n > 0 {
			first = false
			if foreignStart(b) {
				x.says(polyglot)
				return
			}
		}
		padding = padding && len(bytes.Trim(b, "\x00 \r\n\xff")) == 0
		if !padding && foreignInside(b) {
			x.says(polyglot)
			return
		}
		if err != nil {
			break
		}
		carry = copy(buf, b[max(0, len(b)-16):])
	}
	if !padding {
		x.says(trailingData)
	}
}

// foreignStart reports whether a tail begins as another kind of file does.
func foreignStart(b []byte) bool {
	if root, _ := firstElement(b); root == "svg" || htmlElement(root) {
		return true
	}
	b = bytes.TrimLeft(b, "\x00 \t\r\n")
	for _, magic := range [...]string{"MZ", "\x7fELF", "#!", "PK\x03\x04", "%PDF", "\xca\xfe\xba\xbe", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// foreignInside reports whether a tail holds, anywhere, what a lenient reader
// looks for in the middle of a file.
func foreignInside(b []byte) bool {
	for _, magic := range [...]string{"<?php", "<?PHP", "%PDF-1.", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "MSCF\x00\x00\x00\x00"} {
		if bytes.Contains(b, []byte(magic)) {
			return true
		}
	}
	if !bytes.Contains(b, []byte{'<'}) {
		return false
	}
	low := bytes.ToLower(b)
	return bytes.Contains(low, []byte("<script")) || bytes.Contains(low, []byte("<html")) || bytes.Contains(low, []byte("<iframe"))
}

// hiddenZip reports whether a file that does not begin as a ZIP ends as one:
// archives are read from their ends. In images one may lie anywhere before the
// end; other files may have one inside of them rightly, if more follows.
func (x *look) hiddenZip() bool {
	at, end, ok := findZipEnd(x.source)
	if !ok || end.entries == 0 || !decodable(x.Type) && at+zipEndLen+end.comment < x.size-1024 {
		return false
	}
	return x.has(at-end.size, "PK\x01\x02") || end.zip64
}

// hiddenPDF finds a PDF that starts inside another file's first bytes, where its
// readers look for it.
func hiddenPDF(head []byte) bool {
	return bytes.Contains(head[:min(len(head), 1024+5)], []byte("%PDF-"))
}

// hiddenScript finds a comment opened in an image's header so that the image is
// a script as well.
func hiddenScript(head []byte) bool {
	return bytes.HasPrefix(head, []byte("GIF8")) && len(head) > 8 && string(head[6:8]) == "/*" ||
		bytes.HasPrefix(head, []byte("BM/*")) || len(head) > 6 && head[0] == 0xff && string(head[4:6]) == "/*"
}

// riff compares a RIFF file's own length with the file's.
func (x *look) riff(head []byte) code {
	if n := int64(binary.LittleEndian.Uint32(head[4:])); n != 0xffffffff && n+8 > x.size {
		return truncated
	}
	return fine
}

// boxed reports whether files of a type are a row of boxes that begin with their
// lengths (ISO base media).
func boxed(t string) bool {
	switch t {
	case "video/mp4", "video/x-m4v", "audio/mp4", "audio/x-m4a", "video/3gpp", "video/3gpp2", "image/heic", "image/heif",
		"image/heic-sequence", "image/heif-sequence", "image/avif", "video/mj2":
		return true
	}
	return false
}

// boxes follows the boxes of the file to its end.
func (x *look) boxes() code {
	var off int64
	for n := 0; off < x.size; n++ {
		h := x.at(off, 16)
		if len(h) < 8 {
			return truncated
		}
		length := int64(binary.BigEndian.Uint32(h))
		switch {
		case length == 0:
			return fine // to the end
		case length == 1 && len(h) == 16:
			length = int64(binary.BigEndian.Uint64(h[8:]))
			if length < 16 {
				return corrupt
			}
		case length < 8:
			return corrupt
		}
		if length > x.size-off {
			return truncated
		}
		if n > 100_000 {
			return tooComplex
		}
		off += length
	}
	return fine
}
