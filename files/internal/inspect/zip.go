package inspect

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// isZip reports whether the file is a ZIP, of whatever kind.
func (x *look) isZip() bool { return within(x.Type, "application/zip") || x.has(0, "PK\x03\x04") }

// An archive is a ZIP that is looked into.
type archive struct {
	*source
	limits  *Limits
	entries []entry
	depth   int    // how many archives it lies in
	memory  *int64 // what may still be held of entries that are looked into
	flate   io.ReadCloser
}

// open reads an entry's bytes, until the next is opened; ok is false if they are
// packed in another way than ZIP usually does, or encrypted.
func (a *archive) open(e *entry) (r io.Reader, ok bool) {
	s := a.section(e.data, e.packed)
	switch {
	case e.data == 0 || e.flags&1 != 0 || e.method != 0 && e.method != 8:
		return nil, false
	case e.method == 0:
		return s, true
	case a.flate == nil:
		a.flate = flate.NewReader(s)
	default:
		_ = a.flate.(flate.Resetter).Reset(s, nil)
	}
	return a.flate, true
}

// zip looks into the file and finds out what kind of ZIP it is.
func (x *look) zip() {
	memory := x.limits.Memory
	a := &archive{source: x.source, limits: &x.limits, memory: &memory}
	c := a.read()
	x.says(c)
	if a.entries == nil {
		return
	}
	t, c := a.inside()
	if t != "" {
		x.Type = t
	} else if x.Type == typeDOCX || x.Type == typeXLSX || x.Type == typePPTX {
		x.Type = "application/zip" // it only began like one
	}
	x.says(dangerousType(x.Type))
	x.says(c)
}

// read reads the directory and judges it.
func (a *archive) read() code {
	at, end, ok := findZipEnd(a.source)
	if !ok {
		return truncated
	}
	if end.entries > uint64(a.limits.Entries) {
		return tooMany
	}
	dir := end.off
	if !end.zip64 {
		dir = at - end.size // right in front of the end, whatever precedes the archive
	}
	if dir < 0 || end.size > a.size || end.off > a.size {
		return truncated
	}
	base := dir - end.off
	if base != 0 && !(end.entries == 0 && dir == 0) {
		return polyglot // something stands in front
	}
	if end.size > int64(a.limits.Entries)*1024 || end.size > a.limits.Memory/8 {
		return tooMany
	}
	b := a.at(dir, end.size)
	entries := make([]entry, 0, min(end.entries, uint64(len(b)/zipEntryLen)))
	for len(b) > 0 && bytes.HasPrefix(b, []byte("PK\x01\x02")) {
		if len(entries) == a.limits.Entries {
			return tooMany
		}
		var e entry
		if b, ok = e.next(b, base); !ok {
			return corrupt
		}
		entries = append(entries, e)
	}
	if uint64(len(entries)) != end.entries {
		return corrupt
	}
	a.entries = entries
	grave := fine
	say := func(c code) {
		if c.verdict() > grave.verdict() || grave == fine {
			grave = c
		}
	}
	say(a.sizes())
	say(a.names())
	say(a.layout())
	if left := a.size - at - zipEndLen - end.comment; left > 0 {
		tail := a.at(a.size-left, left)
		switch {
		case foreignStart(tail) || foreignInside(tail):
			say(polyglot)
		case len(bytes.Trim(tail, "\x00\r\n ")) != 0:
			say(trailingData)
		}
	} else if left < 0 {
		say(truncated)
	}
	return grave
}

// sizes adds up what the archive claims to hold.
func (a *archive) sizes() code {
	var sum int64
	for i := range a.entries {
		e := &a.entries[i]
		if e.unpacked > a.limits.Unpacked-sum || a.limits.unlikely(e.unpacked, e.packed) {
			return bomb
		}
		sum += e.unpacked
	}
	if a.limits.unlikely(sum, a.size) {
		return bomb
	}
	return fine
}

// names looks for names that lead out of the directory that they are unpacked
// to, and for two of one name, of which readers take one or the other.
func (a *archive) names() code {
	seen := make(map[string]struct{}, len(a.entries))
	double := false
	for i := range a.entries {
		e := &a.entries[i]
		if unsafeName(e.name) || e.mode&0xf000 == 0xa000 { // a symbolic link leads out as well
			return unsafeNames
		}
		key := strings.ToLower(strings.TrimSuffix(e.name, "/"))
		if _, ok := seen[key]; ok && e.unpacked > 0 {
			double = true
		}
		seen[key] = struct{}{}
	}
	if double {
		return twins
	}
	return fine
}

// unsafeName reports whether an entry's name is absolute, climbs, or is read
// differently by different systems.
func unsafeName(name string) bool {
	if name == "" || name[0] == '/' || strings.ContainsAny(name, "\x00\\") && strings.Contains(name, "\x00") {
		return true
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if name[0] == '/' || len(name) > 1 && name[1] == ':' {
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return true
		}
	}
	return utf8.ValidString(name) && strings.ContainsAny(name, "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
}

// layout compares the entries with their own headers, and finds those that share
// bytes, with which little is made to look like much.
func (a *archive) layout() code {
	grave := fine
	for i := range a.entries {
		if c := a.entries[i].local(a.source); c != fine {
			if c.verdict() == Blocked {
				return c
			}
			grave = c
		}
	}
	if grave != fine {
		return grave
	}
	sorted := slices.Clone(a.entries)
	slices.SortFunc(sorted, func(e, f entry) int {
		switch {
		case e.header < f.header:
			return -1
		case e.header > f.header:
			return 1
		}
		return 0
	})
	for i := 1; i < len(sorted); i++ {
		if e := &sorted[i-1]; e.data+e.packed > sorted[i].header {
			return bomb
		}
	}
	return fine
}

// inside judges the entries by their names and first bytes. The type is empty if
// the archive is of no special kind.
func (a *archive) inside() (t string, c code) {
	say := func(d code) {
		if d.verdict() > c.verdict() || c == fine {
			c = d
		}
	}
	o := a.office()
	t = o.kind
	if o.kind != "" || o.parts {
		say(o.code)
	}
	for i := range a.entries {
		e := &a.entries[i]
		if strings.HasSuffix(e.name, "/") && e.unpacked == 0 {
			continue
		}
		if o.kind == "" {
			say(dangerousName(extension(e.name)))
		}
		if e.flags&1 != 0 || e.method != 0 && e.method != 8 {
			switch {
			case a.limits.Opaque:
			case e.flags&1 != 0:
				say(encrypted)
			default:
				say(opaque)
			}
			continue
		}
		say(a.peek(e, o.kind))
		if a.err != nil {
			return t, c
		}
	}
	return t, c
}

// peek looks at the first bytes of an entry, and into it if it is an archive or
// an Office file itself.
func (a *archive) peek(e *entry, kind string) code {
	r, ok := a.open(e)
	if !ok {
		return corrupt // its own header was not found, which has been said
	}
	var buf [1024]byte
	n, err := io.ReadFull(r, buf[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return corrupt
	}
	head := buf[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), isOLE(head):
		return a.nested(e, head, kind)
	case bytes.HasPrefix(head, []byte("MZ")) && n > 64, bytes.HasPrefix(head, []byte("\x7fELF")):
		return executable
	case kind != "":
		return fine
	}
	t := sniff(head)
	if c := dangerousType(t); c != fine {
		return c
	}
	if opaqueArchive(t) || t == "application/gzip" || t == "application/x-tar" {
		if a.depth+1 >= a.limits.Depth || !a.limits.Opaque && opaqueArchive(t) {
			return nested
		}
	}
	if t != "image/svg+xml" && t != plain && t != octets {
		return fine
	}
	enc, bom := encodingOf(head)
	start, _ := io.ReadAll(utf8Reader(bytes.NewReader(head[bom:]), enc))
	root, _ := firstElement(start)
	switch {
	case isHTML(root, start):
		return active
	case root == "svg" && e.unpacked > 32<<20:
		return tooComplex
	case root == "svg":
		return markup(utf8Reader(io.MultiReader(bytes.NewReader(head[bom:]), r), enc), true)
	}
	return fine
}

// errBudget stops reading an entry that is more than what may be held.
var errBudget = errors.New("inspect: over the budget")

// nested looks into an entry that is itself a ZIP or an OLE file. Its bytes are
// held meanwhile.
func (a *archive) nested(e *entry, head []byte, kind string) code {
	b, err := a.hold(e)
	switch {
	case err == errBudget:
		return tooComplex
	case err != nil:
		return corrupt
	}
	defer func() { *a.memory += int64(cap(b)) }()
	s := &source{ctx: a.ctx, r: bytes.NewReader(b), size: int64(len(b))}
	if isOLE(head) {
		return lookOLE(s, a.limits)
	}
	if a.depth >= 3 {
		return nested
	}
	in := &archive{source: s, limits: a.limits, depth: a.depth + 1, memory: a.memory}
	c := in.read()
	if c.verdict() == Blocked || in.entries == nil {
		return c
	}
	t, d := in.inside()
	switch {
	case dangerousType(t) != fine:
		return dangerousType(t)
	case t == "" && (kind != "" || in.depth >= a.limits.Depth):
		return nested
	case d != fine:
		return d
	}
	return c
}

// hold reads a whole entry within what may be held.
func (a *archive) hold(e *entry) ([]byte, error) {
	r, ok := a.open(e)
	if !ok {
		return nil, errBudget
	}
	if e.unpacked > *a.memory/2 {
		return nil, errBudget
	}
	b := make([]byte, 0, e.unpacked+bytes.MinRead)
	*a.memory -= int64(cap(b))
	buf := bytes.NewBuffer(b)
	n, err := buf.ReadFrom(io.LimitReader(r, e.unpacked+1))
	if err == nil && n != e.unpacked {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		*a.memory += int64(cap(b))
		return nil, err
	}
	return buf.Bytes(), nil
}
