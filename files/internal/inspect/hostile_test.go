package inspect_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/files/internal/inspect"
	"github.com/stretchr/testify/require"
)

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"%s>%s<rect width="9" height="9"/></svg>`

var evil = fmt.Sprintf(svg, ` onload="alert(1)"`, `<script>alert(1)</script>`)

// The hostile set: each kind is refused for what it is, and by nothing else.
func TestFILE_2_hostile_set(t *testing.T) {
	m := picture(40, 30)
	jar := zipFile(t, member{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"}, member{"A.class", "\xca\xfe\xba\xbe\x00\x00\x00\x34"})
	small := zipFile(t, member{"a.txt", "hello"})
	pe := append([]byte("MZ\x90\x00"), make([]byte, 60)...)
	for i, tt := range []struct {
		name, claim string
		data        []byte
		code        string
		kind        string
	}{
		{"a.svg", "image/svg+xml", []byte(evil), "active-content", "image/svg+xml"},
		{"a.svg", "image/svg+xml", append([]byte{0xff, 0xfe}, wide(evil, binary.LittleEndian)...), "active-content", "image/svg+xml"},
		{"a.svg", "image/svg+xml", []byte("<!--" + strings.Repeat("-x", 300) + "-->" + evil), "active-content", "image/svg+xml"},
		{"a.txt", "text/plain", []byte(strings.Repeat(" ", 600) + "<html><script>alert(1)</script>"), "active-content", "text/html"},
		{"a.hta", "", []byte("<html><hta:application id=a><script>new ActiveXObject('WScript.Shell')</script></html>"), "active-content", "text/html"},
		{"a.bat", "text/plain", []byte("rem harmless\r\ndel /q *\r\n"), "script", "text/plain"},
		{"a.url", "text/plain", []byte("[InternetShortcut]\r\nURL=file://evil/a.exe\r\n"), "script", "text/plain"},
		{"a.gif", "image/gif", append([]byte("GIF89a/*\x01\x00\x00\x00\x00"), "*/=1;alert(1)//;"...), "polyglot", "image/gif"},
		{"a.gif", "image/gif", append(gifFile(t, m), "<html><script>alert(1)</script>"...), "polyglot", "image/gif"},
		{"a.jpg", "image/jpeg", append(jpegFile(t, m), "<?php system($_GET[0]); ?>"...), "polyglot", "image/jpeg"},
		{"a.png", "image/png", append(pngFile(t, m), small...), "polyglot", "image/png"},
		{"a.gif", "image/gif", append(gifFile(t, m), jar...), "polyglot", "image/gif"},
		{"a.pdf", "application/pdf", append(bytes.Repeat([]byte("x"), 100), pdfFile()...), "polyglot", "application/pdf"},
		{"a.docx", typeDOCX, docxFile(t, member{"word/vbaProject.bin", string(oleFile(member{"VBA/", ""}))}), "macros", typeDOCX},
		{"a.zip", "application/zip", jar, "executable", "application/java-archive"},
		{"a.pdf", "application/pdf", pe, "executable", "application/vnd.microsoft.portable-executable"},
		{"a", "", append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 64)...), "executable", "application/x-elf"},
		{"a.txt", "", append([]byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"), make([]byte, 60)...), "script", "application/x-ms-shortcut"},
		{"a.txt", "text/plain", []byte("#!/bin/sh\nrm -rf ~\n"), "script", "text/x-shellscript"},
		{"a.txt", "text/plain", nil, "empty", "text/plain"},
		{"a.png", "image/png", hugePNG(), "image-too-large", "image/png"},
		{"a.zip", "application/zip", zipFile(t, member{"zeros", strings.Repeat("\x00", 11<<20)}), "archive-bomb", "application/zip"},
		{"a.zip", "application/zip", overlapping(t, 200), "archive-bomb", "application/zip"},
		{"a.zip", "application/zip", zipFile(t, member{"../../etc/passwd", "root::0:0"}), "archive-names", "application/zip"},
	} {
		r := look(t, tt.data, tt.name, tt.claim)
		require.NotEqual(t, inspect.Good, r.Verdict, "%d", i)
		require.Equal(t, tt.code, r.Code, "%d", i)
		require.Equal(t, tt.kind, r.Type, "%d", i)
		require.NotEmpty(t, r.Reason)
		if tt.code == "empty" {
			require.Equal(t, inspect.Broken, r.Verdict)
		} else {
			require.Equal(t, inspect.Blocked, r.Verdict)
		}
	}
}

// What is active is found in every encoding and behind whatever readers skip.
func TestFILE_2_active_text(t *testing.T) {
	utf32 := func(s string) (b []byte) {
		for _, r := range s {
			b = binary.BigEndian.AppendUint32(b, uint32(r))
		}
		return b
	}
	xhtml := `<?xml version="1.0"?><r><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></r>`
	for i, data := range [][]byte{
		append([]byte{0xfe, 0xff}, wide(evil, binary.BigEndian)...),
		wide(evil, binary.LittleEndian),
		wide(evil, binary.BigEndian),
		utf32(evil),
		append([]byte{0xef, 0xbb, 0xbf}, evil...),
		[]byte(fmt.Sprintf(svg, ` onload="alert(1)"`, "")),
		[]byte(fmt.Sprintf(svg, "", `<rect OnClick="alert(1)"/>`)),
		[]byte(`<?xml version="1.0"?><!DOCTYPE a [<!ELEMENT a ANY>]><a/>`),
		[]byte("\x00\x00" + evil),
		[]byte("garbage " + evil),
		[]byte(strings.Repeat("<!-- x -->\n", 2000) + evil),
		[]byte("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]>" + fmt.Sprintf(svg, "", "&a;")),
		[]byte(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`),
		[]byte(`<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>`),
		[]byte(`<?xml version="1.0" encoding="UTF-7"?><a>+ADw-script+AD4-</a>`),
		[]byte(xhtml),
		[]byte(fmt.Sprintf(svg, "", `<a href="java&#10;script:alert(1)"/>`)),
		[]byte(fmt.Sprintf(svg, "", `<image href="https://example.com/track.png"/>`)),
		[]byte(fmt.Sprintf(svg, "", `<use href="data:image/svg+xml;base64,AAAA"/>`)),
		[]byte(fmt.Sprintf(svg, "", `<style>@import 'https://example.com/a.css'</style>`)),
		[]byte(fmt.Sprintf(svg, "", `<rect style="fill: url( 'https://example.com/a#b' )"/>`)),
		[]byte(fmt.Sprintf(svg, "", `<foreignObject/>`)),
		[]byte(fmt.Sprintf(svg, "", `<animate attributeName="href" to="javascript:1"/>`)),
		[]byte(fmt.Sprintf(svg, "", `<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>`)),
		[]byte(strings.Replace(fmt.Sprintf(svg, "", `<script>1</script>`), "<svg", "<s:svg", 1)),
		[]byte("\x4c\x6f\xa7\x94\x93\x40"),
		[]byte("<!DOCTYPE html><p>hello"),
		[]byte("\xef\xbb\xbf \n<IFRAME src=//example.com>"),
	} {
		r := look(t, data, "", "")
		require.Equal(t, "active-content", r.Code, "%d: %+v", i, r)
	}
}

// What only looks like it is let through.
func TestFILE_2_passive_text(t *testing.T) {
	for _, tt := range []struct{ name, data, kind, icon string }{
		{"a.svg", fmt.Sprintf(svg, "", `<g style="fill:url(#b)"><a href="https://example.com/"/><use href="#c"/><image href="data:image/png;base64,AAAA"/></g>`), "image/svg+xml", "code"},
		{"a.svg", string(wide("<!-- a > b -->"+fmt.Sprintf(svg, "", ""), binary.LittleEndian)), "image/svg+xml", "code"},
		{"a.xml", `<?xml version="1.0"?><form><b>1</b></form>`, "text/xml", "code"},
		{"a.xml", `<?xml version="1.0" encoding="ISO-8859-1"?><invoice><script>no</script></invoice>`, "text/xml", "code"},
		{"a.txt", "Use <script> and <html> in your page.", "text/plain", "text"},
		{"a.md", "# Title\n\n<b>bold</b> and <?php", "text/plain", "text"},
		{"a.log", "2026-03-01 \x1b[31merror\x1b[0m", "text/plain", "text"},
		{"a.csv", "a,b\n1,2\n", "text/csv", "sheet"},
		{"a.json", `{"a":"<script>"}`, "application/json", "code"},
		{"a.txt", string(append([]byte{0xff, 0xfe}, wide("Grüße 😀", binary.LittleEndian)...)), "text/plain", "text"},
		{"a.txt", string(wide("hello, this is text", binary.LittleEndian)), "text/plain", "text"},
		{"a.txt", "Gr\xfc\xdfe", "text/plain", "text"},
		{"a.rtf", `{\rtf1 hello}`, "text/rtf", "document"},
	} {
		r := look(t, []byte(tt.data), tt.name, "")
		require.Equal(t, inspect.Good, r.Verdict, "%s %q: %+v", tt.name, tt.data, r)
		require.Equal(t, tt.kind, r.Type, tt.data)
		require.Equal(t, tt.icon, r.Icon, tt.data)
	}
}

// Bytes, name and claim must tell of one type; who claims nothing does not lie.
func TestFILE_2_name_and_claim(t *testing.T) {
	m := picture(8, 8)
	jpg, docx, text := jpegFile(t, m), docxFile(t), []byte("some text")
	for _, tt := range []struct {
		data        []byte
		name, claim string
		fits        bool
	}{
		{jpg, "a.jpg", "image/jpeg", true},
		{jpg, "A.JPEG", "image/pjpeg", true},
		{jpg, "a.jpg", "image/jpeg; charset=binary", true},
		{jpg, "photo", "", true},
		{jpg, "photo", "application/octet-stream", true},
		{jpg, "photo.2026-03-01", "image/jpg", true},
		{jpg, "a.png", "image/jpeg", false},
		{jpg, "a.jpg", "image/png", false},
		{jpg, "a.jpg", "application/pdf", false},
		{jpg, "a.pdf", "application/pdf", false},
		{jpg, "", "text/plain", false},
		{jpg, "", "not a type", true},
		{docx, "a.docx", typeDOCX, true},
		{docx, "a.docx", "application/zip", true},
		{docx, "a.zip", "", false},
		{docx, "a.doc", "application/msword", false},
		{text, "a.txt", "text/plain", true},
		{text, "a.log", "", true},
		{text, "a.csv", "application/vnd.ms-excel", true},
		{text, "a.txt", "image/png", false},
		{text, "a.png", "", false},
		{text, "a.md", "text/markdown", true},
		{text, "", "application/x-some-text", true},
		{zipFile(t, member{"a.txt", "a"}), "a.zip", "application/x-zip-compressed", true},
		{zipFile(t, member{"a.txt", "a"}), "a.docx", "", false},
		{[]byte("\xff\xd8"), "a.jpg", "image/jpeg", false},
	} {
		r := look(t, tt.data, tt.name, tt.claim)
		if tt.fits {
			require.Equal(t, inspect.Good, r.Verdict, "%s %s: %+v", tt.name, tt.claim, r)
			continue
		}
		require.Equal(t, inspect.Broken, r.Verdict, "%s %s", tt.name, tt.claim)
		require.Equal(t, "type-mismatch", r.Code, "%s %s", tt.name, tt.claim)
	}
}

// What a desktop would start is blocked by its name, however it is dressed up.
func TestFILE_7_names_that_start_something(t *testing.T) {
	for name, code := range map[string]string{
		"photo.jpg.exe": "executable", "x.exe. ": "executable", "invoice.pdf          .exe": "executable",
		"annexe\u202egpj.exe": "executable", "a.e\u200bxe": "executable", "a．exe": "executable", "A.SCR": "executable",
		"a.lnk": "script", "a.url": "script", "a.PS1": "script", "run.js": "script", "a.docm": "macros", "a.htm": "active-content",
		"a.xll": "executable", "a.iso": "executable", "a.hta": "script",
	} {
		require.Equal(t, code, look(t, []byte("text"), name, "").Code, "%q", name)
	}
	for _, name := range []string{"a.txt", "exe", ".exe", "exe.txt", "my exe", "a.exe/b", "日本.txt", "\xff.txt", "a.", ""} {
		require.Equal(t, inspect.Good, look(t, []byte("text"), name, "").Verdict, "%q", name)
	}
}

func TestFILE_2_archives(t *testing.T) {
	inner := string(zipFile(t, member{"a.txt", "hello"}))
	var secret bytes.Buffer
	z := zip.NewWriter(&secret)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a.txt", Flags: 1})
	require.NoError(t, err)
	_, _ = w.Write([]byte("0123456789ab"))
	require.NoError(t, z.Close())
	many := make([]member, 5001)
	for i := range many {
		many[i].name = fmt.Sprint(i)
	}
	forged := zipFile(t, member{"a.txt", strings.Repeat("hello", 20)})
	forged[8] = 0 // stored, says the entry itself
	packedOddly := bytes.Clone(zipFile(t, member{"a.txt", strings.Repeat("hello", 20)}))
	packedOddly[8], packedOddly[bytes.Index(packedOddly, []byte("PK\x01\x02"))+10] = 14, 14
	renamed := bytes.Replace(zipFile(t, member{"a.txt", "hello"}), []byte("a.txt"), []byte("b.txt"), 1)
	stored := bytes.Clone(forged)
	at := bytes.Index(stored, []byte("PK\x01\x02"))
	stored[at+10] = 0                // in the directory as well, where the two sizes differ
	sized := func(n uint32) []byte { // an entry whose own header says another size
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.CreateRaw(&zip.FileHeader{Name: "a", CRC32: crc32.ChecksumIEEE([]byte("hello")), CompressedSize64: 5, UncompressedSize64: 5})
		require.NoError(t, err)
		_, _ = w.Write([]byte("hello"))
		require.NoError(t, z.Close())
		binary.LittleEndian.PutUint32(b.Bytes()[18:], n)
		binary.LittleEndian.PutUint32(b.Bytes()[22:], n)
		return b.Bytes()
	}
	var link bytes.Buffer
	z = zip.NewWriter(&link)
	h := &zip.FileHeader{Name: "link"}
	h.SetMode(os.ModeSymlink | 0o777)
	w, err = z.CreateHeader(h)
	require.NoError(t, err)
	_, _ = w.Write([]byte("/etc/passwd"))
	require.NoError(t, z.Close())
	prefixed := append([]byte("junk!"), zipFile(t, member{"a.txt", "a"})...)
	whole := zipFile(t, member{"a.txt", "hello"})

	for i, tt := range []struct {
		data []byte
		code string
	}{
		{whole, ""},
		{whole[:len(whole)-1], "truncated"},
		{whole[:40], "truncated"},
		{append(bytes.Clone(whole), "junk"...), "trailing-data"},
		{zipFile(t, member{"a/", ""}, member{"a/b.txt", "1"}, member{"a/c.txt", "2"}), ""},
		{zipFile(t), ""},
		{zipFile(t, member{"a.txt", "1"}, member{"A.TXT", "2"}), "archive-twins"},
		{zipFile(t, member{"/etc/passwd", "1"}), "archive-names"},
		{zipFile(t, member{`..\a`, "1"}), "archive-names"},
		{zipFile(t, member{`C:\a`, "1"}), "archive-names"},
		{zipFile(t, member{"a\x00b", "1"}), "archive-names"},
		{zipFile(t, member{"a/../../b", "1"}), "archive-names"},
		{zipFile(t, member{"annexe\u202etxt.b", "1"}), "archive-names"},
		{zipFile(t, member{"b.zip", inner}), "nested-archive"},
		{zipFile(t, member{"b.txt", inner}), "nested-archive"},
		{zipFile(t, member{"b.rar", "Rar!\x1a\x07\x01\x00"}), "nested-archive"},
		{zipFile(t, member{"a.docx", string(docxFile(t))}), ""},
		{zipFile(t, member{"a.docx", string(docxFile(t, member{"word/vbaProject.bin", "x"}))}), "macros"},
		{zipFile(t, member{"a.doc", string(oleFile(member{"Macros/", ""}))}), "macros"},
		{zipFile(t, member{"setup.exe", "text"}), "executable"},
		{zipFile(t, member{"readme.txt", "MZ" + strings.Repeat("\x00", 100)}), "executable"},
		{zipFile(t, member{"a.js", "1"}), "script"},
		{zipFile(t, member{"a.svg", evil}), "active-content"},
		{zipFile(t, member{"a.svg", fmt.Sprintf(svg, "", strings.Repeat("<rect/>", 1000)+"<script/>")}), "active-content"},
		{zipFile(t, member{"a.svg", fmt.Sprintf(svg, "", strings.Repeat("<rect/>", 1000))}), ""},
		{zipFile(t, member{"a", "<p>hello"}), "active-content"},
		{secret.Bytes(), "encrypted"},
		{zipFile(t, many...), "archive-entries"},
		{forged, "archive-forged"},
		{prefixed, "polyglot"},
		{append(bytes.Clone(whole), "<?php 1"...), "polyglot"},
		{zipFile(t, member{"[Content_Types].xml", "<Types/>"}, member{"odd/vbaProject.bin", "x"}), "macros"},
		{zipFile(t, member{"docs/vbaProject.bin", "x"}), ""},
		{packedOddly, "opaque-archive"},
		{append([]byte(strings.Repeat("some text\n", 1000)), whole...), "polyglot"},
		{append(bytes.Clone(whole), whole...), "polyglot"},
		{quoting(t), "archive-bomb"},
		{renamed, "archive-forged"},
		{stored, "archive-forged"},
		{sized(5), ""},
		{sized(4), "archive-forged"},
		{link.Bytes(), "archive-names"},
		{[]byte("7z\xbc\xaf\x27\x1c\x00\x04"), "opaque-archive"},
	} {
		require.Equal(t, tt.code, look(t, tt.data, "", "").Code, "%d", i)
	}
	deep := zipFile(t, member{"b.zip", inner})
	r, err := inspect.File(t.Context(), bytes.NewReader(deep), int64(len(deep)), "a.zip", "", &inspect.Limits{Depth: 2})
	require.NoError(t, err)
	require.Equal(t, inspect.Good, r.Verdict)
	r, err = inspect.File(t.Context(), bytes.NewReader(secret.Bytes()), int64(secret.Len()), "a.zip", "", &inspect.Limits{Opaque: true})
	require.NoError(t, err)
	require.Equal(t, inspect.Good, r.Verdict)
}

func TestFILE_2_office(t *testing.T) {
	relation := func(kind, mode string) member {
		return member{"word/_rels/settings.xml.rels", fmt.Sprintf(rels, fmt.Sprintf(
			`<Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="https://example.com/a" TargetMode="%s"/>`, kind, mode))}
	}
	workbook := func(kind byte) member {
		b := []byte{0x09, 0x08, 4, 0, 0, 6, 5, 0}
		b = append(b, 0x85, 0, 8, 0, 0, 0, 0, 0, 0, kind, 1, 'A')
		return member{"Workbook", string(append(b, 0x0a, 0, 0, 0))}
	}
	circle := oleFile(member{"Workbook", ""})
	binary.LittleEndian.PutUint32(circle[512+4:], 1) // the directory's sector follows itself
	for i, tt := range []struct {
		data []byte
		kind string
		code string
	}{
		{docxFile(t), typeDOCX, ""},
		{docxFile(t, relation("hyperlink", "External")), typeDOCX, ""},
		{docxFile(t, relation("attachedTemplate", "Internal")), typeDOCX, ""},
		{docxFile(t, relation("attachedTemplate", "Internal"), member{"word/_rels/External.rels", fmt.Sprintf(rels, `<Relationship Type="a/oleObject" Target="External"/><Relationship Type="a/hyperlink" TargetMode="External"/>`)}), typeDOCX, ""},
		{docxFile(t, relation("attachedTemplate", "External")), typeDOCX, "external-link"},
		{docxFile(t, relation("oleObject", "External")), typeDOCX, "external-link"},
		{docxFile(t, member{"word/embeddings/oleObject1.bin", "x"}), typeDOCX, "embedded-object"},
		{docxFile(t, member{"word/embeddings/sheet.xlsx", string(docxFile(t))}), typeDOCX, ""},
		{docxFile(t, member{"word/embeddings/sheet.xlsx", string(docxFile(t, member{"xl/vbaProject.bin", "x"}))}), typeDOCX, "macros"},
		{docxFile(t, member{"xl/externalLinks/externalLink1.xml", "<a/>"}), typeDOCX, "external-link"},
		{docxFile(t, member{"xl/macrosheets/sheet1.xml", "<a/>"}), typeDOCX, "macros"},
		{zipFile(t, member{"[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}, member{"word/document.xml", "<a/>"}), typeDOCX, "macros"},
		{zipFile(t, member{"[Content_Types].xml", `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`}, member{"odd/main2.xml", "<a/>"}), typeDOCX, ""},
		{zipFile(t, member{"word/document.xml", "<?xml version='1.0'?><a/>"}), "application/zip", ""},
		{oleFile(member{"WordDocument", "\xec\xa5\xc1\x00"}), "", ""},
		{oleFile(member{"WordDocument", "\xec\xa5\xc1\x00"}, member{"Macros/", ""}), "", "macros"},
		{oleFile(member{"_VBA_PROJECT_CUR/", ""}), "", "macros"},
		{oleFile(member{"EncryptedPackage", ""}), "", "encrypted"},
		{oleFile(member{"\x01Ole10Native", ""}), "", "embedded-object"},
		{oleFile(workbook(0)), "", ""},
		{oleFile(workbook(1)), "", "macros"},
		{oleFile(member{"WordDocument", "\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x01"}), "", "encrypted"},
		{oleFile(member{"PowerPoint Document", strings.Repeat("\x00", 505) + "\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00" + strings.Repeat("\x00", 4096)}), "", "macros"},
		{oleFile(workbook(0))[:1500], "", "truncated"},
		{oleFile(workbook(0))[:4700], "", "truncated"},
		{circle, "", "corrupt"},
		{[]byte(`{\rtf1{\object\objocx{\*\objdata 0105}}}`), "text/rtf", "embedded-object"},
		{[]byte(`{\rtf1 cut`), "text/rtf", "truncated"},
	} {
		r := look(t, tt.data, "", "")
		require.Equal(t, tt.code, r.Code, "%d: %+v", i, r)
		if tt.kind != "" {
			require.Equal(t, tt.kind, r.Type, "%d", i)
		}
	}
}

func TestFILE_2_pdf(t *testing.T) {
	good := pdfFile("<</Type/Pages>>", "<</Length 30>>\nstream\n/JS /XFA /Encrypt xxxx\nendstream")
	for i, tt := range []struct {
		data []byte
		code string
	}{
		{good, ""},
		{append([]byte("\r\n\r\n"), good...), ""},
		{append(bytes.Clone(good), "\x00\x00\r\n"...), ""},
		{good[:len(good)-8], "truncated"},
		{good[:len(good)/2], "truncated"},
		{pdfFile("<</S/JavaScript/JS(app.alert(1))>>"), "active-content"},
		{pdfFile("<</S/J#61va#53cript/JS(app.alert(1))>>"), "active-content"},
		{pdfFile("<</S /Launch /F(cmd.exe)>>"), "active-content"},
		{pdfFile("<</XFA 5 0 R>>"), "active-content"},
		{pdfFile(packedObjects("1 0 <</S/JavaScript>>")), "active-content"},
		{pdfFile(packedObjects("1 0 <</S/GoTo>>")), ""},
		{pdfFile("<</Length 9>>\nstream\nx\nendstream", packedObjects("1 0 <</S/Launch>>")), "active-content"},
		{pdfFile("<</Encrypt 5 0 R>>"), "encrypted"},
		{append(bytes.Clone(good), zipFile(t, member{"a", "b"})...), "polyglot"},
		{append(bytes.Clone(good), "<script>"...), "polyglot"},
		{pdfFile("<</Length 9>>\nstream\n" + string(zipFile(t, member{"a", "b"})) + "\nendstream" + strings.Repeat(" ", 1024)), ""},
	} {
		r := look(t, tt.data, "a.pdf", "application/pdf")
		require.Equal(t, tt.code, r.Code, "%d: %+v", i, r)
		require.Equal(t, "pdf", r.Icon)
	}
	large := pdfFile(packedObjects(strings.Repeat(" ", 1<<20)))
	r, err := inspect.File(t.Context(), bytes.NewReader(large), int64(len(large)), "", "", &inspect.Limits{Unpacked: 1 << 20})
	require.NoError(t, err)
	require.Equal(t, "too-complex", r.Code)
}

const (
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// Command files and shortcuts are known by their first words too.
func TestFILE_2_scripts_by_content(t *testing.T) {
	for _, text := range []string{"@ECHO OFF\r\ndel *", "\ufeff@echo off\n", "[InternetShortcut]\nURL=x", "[Desktop Entry]\nExec=x", "#!/usr/bin/env python\n"} {
		require.Equal(t, "script", look(t, []byte(text), "a.txt", "text/plain").Code, text)
	}
}

func TestFILE_2_encrypted_odf(t *testing.T) {
	odt := func(manifest string) []byte {
		return zipFile(t, member{"mimetype", "application/vnd.oasis.opendocument.text"}, member{"META-INF/manifest.xml", manifest}, member{"content.xml", "<?xml version='1.0'?><a/>"})
	}
	r := look(t, odt("<manifest/>"), "a.odt", "application/vnd.oasis.opendocument.text")
	require.Equal(t, inspect.Report{Type: "application/vnd.oasis.opendocument.text", Icon: "document"}, r)
	require.Equal(t, "encrypted", look(t, odt("<manifest><encryption-data/></manifest>"), "a.odt", "").Code)
}

func TestFILE_2_gzip_and_tar(t *testing.T) {
	gz := func(data string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(data))
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	tarball := func(members ...tar.Header) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range members {
			data := h.Linkname
			h.Mode, h.Size = 0o644, int64(len(data))
			if h.Typeflag != 0 {
				h.Size = 0
			} else {
				h.Linkname = ""
			}
			require.NoError(t, w.WriteHeader(&h))
			_, _ = w.Write([]byte(data)[:h.Size])
		}
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	text := tar.Header{Name: "a.txt", Linkname: "hello"}
	log := gz(strings.Repeat("a log line\n", 100))
	zeros := gz(strings.Repeat("\x00", 17<<20))
	for i, tt := range []struct {
		data []byte
		code string
	}{
		{log, ""},
		{gz(""), ""},
		{log[:len(log)-1], "truncated"},
		{log[:len(log)/2], "truncated"},
		{log[:11], "truncated"},
		{append(log[:len(log)-8:len(log)-8], "12345678"...), "corrupt"},
		{zeros, "archive-bomb"},
		{gz("MZ" + strings.Repeat("\x00", 100)), "executable"},
		{gz(evil), "active-content"},
		{gz(string(tarball(text))), "opaque-archive"},
		{gz(string(log)), "opaque-archive"},
		{tarball(text), ""},
		{tarball(text, text), "archive-twins"},
		{tarball(tar.Header{Name: "../a", Linkname: "x"}), "archive-names"},
		{tarball(tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "/etc"}), "archive-names"},
		{tarball(tar.Header{Name: "a.exe", Linkname: "x"}), "executable"},
		{tarball(tar.Header{Name: "a", Linkname: string(log)}), "nested-archive"},
		{tarball(tar.Header{Name: "a", Linkname: strings.Repeat("x", 2000)})[:1500], "truncated"},
	} {
		r := look(t, tt.data, "", "")
		require.Equal(t, tt.code, r.Code, "%d: %+v", i, r)
		require.Equal(t, "archive", r.Icon)
	}
	r, err := inspect.File(t.Context(), bytes.NewReader(tarball(text)), int64(len(tarball(text))), "", "", &inspect.Limits{Unpacked: 4})
	require.NoError(t, err)
	require.Equal(t, "archive-bomb", r.Code)
}
