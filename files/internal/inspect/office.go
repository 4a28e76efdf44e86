package inspect

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

const (
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	typeODF  = "application/vnd.oasis.opendocument."
)

// office is what a ZIP's entries say about the program that it is for.
type office struct {
	kind  string // empty for a mere archive
	parts bool   // made of parts and relations, as those of Office are
	code  code
}

func (o *office) say(c code) {
	if c.verdict() > o.code.verdict() || o.code == fine {
		o.code = c
	}
}

// office recognises Office files, books and Java programs by their entries, and
// finds in Office files what runs or loads something, whatever their extension.
func (a *archive) office() (o office) {
	var word, sheet, slides, manifest, class, android bool
	for i := range a.entries {
		e := &a.entries[i]
		name := strings.ToLower(e.name)
		base := name[strings.LastIndexByte(name, '/')+1:]
		switch {
		case name == "[content_types].xml":
			o.parts = true
			b, ok := a.part(e)
			if !ok {
				o.say(tooComplex)
			}
			low := bytes.ToLower(b)
			if bytes.Contains(low, []byte("macroenabled")) || bytes.Contains(low, []byte("vbaproject")) {
				o.say(macros)
			}
			word = word || bytes.Contains(low, []byte("wordprocessingml.document.main")) || bytes.Contains(low, []byte("wordprocessingml.template.main"))
			sheet = sheet || bytes.Contains(low, []byte("spreadsheetml.sheet.main")) || bytes.Contains(low, []byte("spreadsheetml.template.main"))
			slides = slides || bytes.Contains(low, []byte("presentationml.presentation.main")) ||
				bytes.Contains(low, []byte("presentationml.slideshow.main")) || bytes.Contains(low, []byte("presentationml.template.main"))
		case name == "mimetype" && e.unpacked < 128:
			if b, _ := a.part(e); bytes.HasPrefix(b, []byte("application/vnd.")) || string(b) == "application/epub+zip" {
				o.kind = strings.TrimSpace(string(b))
			}
		case name == "meta-inf/manifest.mf":
			manifest = true
		case name == "androidmanifest.xml":
			android = true
		case strings.HasSuffix(name, ".class"):
			class = true
		}
		switch {
		case name == "word/document.xml":
			word = true
		case name == "xl/workbook.xml", name == "xl/workbook.bin":
			sheet = true
		case name == "ppt/presentation.xml":
			slides = true
		}
		switch {
		case strings.HasPrefix(base, "vbaproject") || base == "vbadata.xml" || strings.Contains(name, "/macrosheets/"):
			o.say(macros)
		case strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/"):
			o.say(macros)
		case strings.HasPrefix(base, "oleobject") || strings.Contains(name, "/activex/"):
			o.say(embedded)
		case strings.Contains(name, "/externallinks/"):
			o.say(external)
		case strings.HasSuffix(base, ".rels"):
			o.say(a.relations(e))
		case name == "meta-inf/manifest.xml":
			if b, _ := a.part(e); bytes.Contains(b, []byte("encryption-data")) && !a.limits.Opaque {
				o.say(encrypted)
			}
		}
	}
	switch {
	case android:
		o.kind = "application/vnd.android.package-archive"
	case o.parts && word:
		o.kind = typeDOCX
	case o.parts && sheet:
		o.kind = typeXLSX
	case o.parts && slides:
		o.kind = typePPTX
	case manifest && class && o.kind == "":
		o.kind = "application/java-archive"
	}
	return o
}

// part reads one of the small parts that decide; ok is false if it is not small.
func (a *archive) part(e *entry) (b []byte, ok bool) {
	r, ok := a.open(e)
	if !ok {
		return nil, false
	}
	const most = 1 << 20
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || len(b) > most {
		return nil, false
	}
	enc, bom := encodingOf(b)
	if enc == bytewise && bom == 0 {
		return b, true
	}
	b, _ = io.ReadAll(utf8Reader(bytes.NewReader(b[bom:]), enc))
	return b, true
}

// relations looks for relations of a part that load something from elsewhere
// when the file is opened: templates, objects, frames.
func (a *archive) relations(e *entry) code {
	b, ok := a.part(e)
	if !ok {
		return tooComplex
	}
	if !bytes.Contains(b, []byte("External")) {
		return fine
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return fine
		}
		if err != nil {
			return corrupt
		}
		el, ok := t.(xml.StartElement)
		if !ok || el.Name.Local != "Relationship" {
			continue
		}
		var kind, mode string
		for _, attr := range el.Attr {
			switch attr.Name.Local {
			case "Type":
				kind = attr.Value[strings.LastIndexByte(attr.Value, '/')+1:]
			case "TargetMode":
				mode = attr.Value
			}
		}
		if mode != "External" {
			continue
		}
		switch kind {
		case "hyperlink", "image", "video", "audio", "media":
		default:
			return external
		}
	}
}

// rtf looks for objects in a text with formatting. Their keywords may be broken
// up, but not the control word that announces their data.
func (x *look) rtf() code {
	r := x.buffered(0)
	buf := make([]byte, 32<<10)
	carry, whole := 0, false
	for {
		n, err := r.Read(buf[carry:])
		b := buf[:carry+n]
		for _, word := range [...]string{`\objdata`, `\objupdate`, `\objocx`, `\objemb`, `\objautlink`} {
			if bytes.Contains(b, []byte(word)) {
				return embedded
			}
		}
		if err != nil {
			whole = bytes.HasSuffix(bytes.TrimRight(b, "\x00\r\n \t"), []byte("}"))
			break
		}
		carry = copy(buf, b[max(0, len(b)-64):])
	}
	if !whole {
		return truncated
	}
	return fine
}
