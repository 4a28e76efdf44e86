package files

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const maxName = 255

// SafeName makes a name for people of one that a stranger chose (FILE-7). It is
// never a path, shows all that is in it, can be saved on every common system,
// and stays as readable as can be. It may hold any letters, and is in Unicode's
// composed form.
//
//   - Of a path only the last part stays, also where its separators are percent
//     encoded. Characters that systems reserve, and look-alikes of separators,
//     become "_".
//   - Characters that do not show, or turn the direction, are removed; what shows
//     as blank becomes a space, and of several spaces one stays; more than four
//     marks on a letter are too many.
//   - The last extension is the only one that can be taken for one: photo.jpg.exe
//     becomes photo_jpg.exe. Extensions that a desktop obeys without showing them
//     become "download".
//   - Names of devices, and those that begin with a dot or a hyphen, get a "_".
//   - At most 255 bytes, cut before the extension. An empty name is "file".
//
// A safe name stays the same.
func SafeName(name string) string {
	name = lastPart(undisguised(strings.ToValidUTF8(name, "_")))
	name = limitMarks(norm.NFC.String(visible(name)))
	name = trimEnd(strings.TrimLeft(name, " "))
	switch {
	case name == "":
		return "file"
	case name[0] == '.':
		name = "_" + strings.TrimLeft(name, ". ")
	case name[0] == '-':
		name = "_" + name[1:]
	}
	stem, ext := split(name)
	if obeyed(ext) {
		ext = "download"
	}
	stem = single(stem, ext)
	if device(stem) {
		stem = "_" + stem
	}
	return fit(stem, "", ext)
}

// undisguised undoes the percent encoding of separators and dots, and of what
// must not be in a name at all.
func undisguised(name string) string {
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '%' || i+2 >= len(name) {
			b.WriteByte(name[i])
			continue
		}
		code, err := strconv.ParseUint(name[i+1:i+3], 16, 8)
		switch {
		case err != nil || name[i+1] == '+' || name[i+1] == '-':
			b.WriteByte('%')
			continue
		case code == '/' || code == '\\' || code == '.':
			b.WriteByte(byte(code))
		case code < ' ' || code == ':' || code == 0x7f:
			b.WriteByte('_')
		default:
			b.WriteByte('%')
			continue
		}
		i += 2
	}
	return b.String()
}

// lastPart is what stands behind the last separator; separators at the end do
// not count.
func lastPart(name string) string {
	name = strings.TrimRight(name, `/\`)
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// visible leaves only what shows, with single spaces.
func visible(name string) string {
	var b strings.Builder
	space := false
	for _, r := range name {
		switch {
		case blank(r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case unicode.Is(unicode.Cf, r) || invisibleMark(r):
			continue
		case reserved(r) || !unicode.IsPrint(r):
			r = '_'
		case r == '．' || r == '｡' || r == '․': // taken for dots
			r = '.'
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// reserved characters mean something to a file system or a shell, or look like
// one that does.
func reserved(r rune) bool {
	return strings.ContainsRune(`/\:*?"<>|／＼：＊？＂＜＞｜⁄∕⧵⧸⧹∖﹨`, r)
}

func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) ||
		r == 0x2800 || r == 0x3164 || r == 0x115f || r == 0x1160 || r == 0xffa0 // letters that show nothing
}

func invisibleMark(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || r == 0x034f || r == 0x17b4 || r == 0x17b5
}

// limitMarks leaves at most four marks on each letter and none without one.
func limitMarks(name string) string {
	var b strings.Builder
	marks := 4 // at the beginning and behind a dot or space there is no letter
	for _, r := range name {
		switch {
		case unicode.Is(unicode.M, r):
			if marks++; marks > 4 {
				continue
			}
		case r == '.' || r == ' ':
			marks = 4
		default:
			marks = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

func trimEnd(name string) string { return strings.TrimRight(name, ". ") }

// split takes a name apart at its last dot. Where no extension follows, the stem
// is all.
func split(name string) (stem, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return name, ""
	}
	ext = strings.TrimLeft(name[i+1:], " ")
	if ext == "" || len(ext) > 40 || strings.IndexByte(ext, ' ') >= 0 { // "Mr. Smith writes" has none
		return name, ""
	}
	return strings.TrimRight(name[:i], " ."), ext
}

// extension is the last extension in lower case, or empty.
func extension(name string) string {
	_, ext := split(name)
	return strings.ToLower(ext)
}

// obeyed are extensions that Windows never shows, and acts on.
func obeyed(ext string) bool {
	switch strings.ToLower(ext) {
	case "lnk", "local", "url", "scf", "pif":
		return true
	}
	return strings.HasPrefix(ext, "{") // a class id: the file is what that program takes it for
}

// single makes the extension the only one that can be taken for one, unless it
// belongs to something harmless.
func single(stem, ext string) string {
	if ext == "" || ext == "download" || slices.Contains(familiar, strings.ToLower(ext)) {
		return stem
	}
	inner, last, ok := cutLast(stem)
	if !ok || !slices.Contains(familiar, strings.ToLower(last)) {
		return stem
	}
	return inner + "_" + last
}

func cutLast(stem string) (inner, last string, ok bool) {
	i := strings.LastIndexByte(stem, '.')
	if i <= 0 {
		return stem, "", false
	}
	return strings.TrimRight(stem[:i], " "), strings.TrimSpace(stem[i+1:]), true
}

// familiar are the extensions that people trust.
var familiar = []string{
	"avi", "bmp", "csv", "doc", "docx", "gif", "gz", "heic", "ics", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4", "odp", "ods",
	"odt", "pdf", "png", "ppt", "pptx", "rtf", "tar", "tif", "tiff", "txt", "wav", "webp", "xls", "xlsx", "xml", "zip",
}

// device reports whether the name would be a device's on Windows, whatever its
// extension.
func device(stem string) bool {
	name, _, _ := strings.Cut(stem, ".")
	name = strings.ToUpper(strings.TrimRight(name, " "))
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	number, ok := strings.CutPrefix(name, "COM")
	if !ok {
		number, ok = strings.CutPrefix(name, "LPT")
	}
	if !ok || utf8.RuneCountInString(number) != 1 {
		return false
	}
	return strings.Contains("0123456789¹²³", number)
}

// fit puts a name together that is not too long: only the stem is cut.
func fit(stem, between, ext string) string {
	tail := between
	if ext != "" {
		tail += "." + ext
	}
	if room := maxName - len(tail); len(stem) > room {
		for room > 0 && !utf8.RuneStart(stem[room]) {
			room--
		}
		stem = trimEnd(stem[:room])
	}
	return stem + tail
}

// A nameSet makes names unique on systems that fold case: the second photo.jpg
// is "photo (2).jpg".
type nameSet map[string]int

func (s nameSet) add(name string) string {
	key := folded(name)
	n, taken := s[key]
	if !taken {
		s[key] = 1
		return name
	}
	stem, ext := split(name)
	for {
		n++
		next := fit(stem, " ("+strconv.Itoa(n)+")", ext)
		if _, taken := s[folded(next)]; !taken {
			s[key], s[folded(next)] = n, 1
			return next
		}
	}
}

func folded(name string) string { return strings.ToLower(strings.ToUpper(norm.NFC.String(name))) }
