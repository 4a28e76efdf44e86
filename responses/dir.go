package responses

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// Dir is a [Source]: a folder with one text file for each response and language.
// "billing/refund.de.txt" is the response "billing/refund" in German, and
// "billing/refund.txt" the one for all other languages. A file begins with a
// header of lines "key: value", then comes an empty line, then the text:
//
//	title: Refund on its way
//	shortcut: /refund /rf
//	attach: terms.pdf
//
//	Dear {contact.name|customer}, your refund is on its way.
//
// Every key may be left out, and so may all of them; the empty line stays. The
// keys are title, category (a path with slashes, otherwise the folder's),
// shortcut (several with spaces or in several lines) and attach (one a line). A
// line that begins with "#" is a remark. White space around values and around
// the text is taken away; CRLF is a line end.
//
// Only files that end in .txt are read, so that attachments can lie beside them,
// and nothing whose name begins with "." or "_". Everything else is strict: what
// is wrong is told by file and line, all of it at once, and nothing is loaded.
type Dir struct {
	FS fs.FS
	// Known says which fields there are; nil is [KnownField]. A text with another
	// one is refused, so that nobody finds out in front of a contact.
	Known func(field string) bool
}

const maxFile = maxText + 1<<14 // bytes, with the header

// Responses reads all files. Its error is [*FileError], several of them joined,
// or the context's.
func (d Dir) Responses(ctx context.Context) ([]Response, error) {
	var all []Response
	var wrong []error
	err := fs.WalkDir(d.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			wrong = append(wrong, &FileError{Path: name, Err: err})
			return nil // WalkDir leaves the folder out
		}
		hidden := name != "." && strings.IndexByte("._", entry.Name()[0]) >= 0
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden || !strings.EqualFold(path.Ext(name), ".txt"):
			return nil
		}
		r, err := d.read(name)
		if err != nil {
			wrong = append(wrong, err)
			return nil
		}
		all = append(all, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return all, nil
}

func (d Dir) read(name string) (Response, error) {
	f, err := d.FS.Open(name)
	if err != nil {
		return Response{}, &FileError{Path: name, Err: err}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Response{}, &FileError{Path: name, Err: err}
	}
	known := d.Known
	if known == nil {
		known = KnownField
	}
	return parseFile(name, data, known)
}

// parseFile reads the file of one response.
func parseFile(name string, data []byte, known func(string) bool) (Response, error) {
	fail := func(line int, err error) (Response, error) {
		return Response{}, &FileError{name, line, err}
	}
	r := Response{ID: strings.TrimSuffix(name, path.Ext(name))}
	if i := strings.LastIndexByte(r.ID, '.'); i > strings.LastIndexByte(r.ID, '/') {
		r.ID, r.Language = r.ID[:i], r.ID[i+1:]
		if !languageTag(r.Language) {
			return fail(0, invalid("%q is no language tag", r.Language))
		}
	}
	if r.Category = path.Dir(name); r.Category == "." {
		r.Category = ""
	}
	if len(data) > maxFile {
		return fail(0, invalid("the file is longer than %d bytes", maxFile))
	}
	if !utf8.Valid(data) {
		return fail(badLine(data), invalid("the line is not valid UTF-8"))
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	line := 1
	seen := make(map[string]bool)
	for ; ; line++ {
		header, rest, more := strings.Cut(text, "\n")
		header = strings.TrimSpace(header)
		if header == "" {
			text = rest
			break
		}
		if err := r.header(header, seen); err != nil {
			return fail(line, err)
		}
		if text = rest; !more {
			break
		}
	}
	// text begins on the line after the present one.
	trimmed := strings.TrimLeft(text, "\n \t")
	line += 1 + strings.Count(text[:len(text)-len(trimmed)], "\n")
	r.Text = strings.TrimRight(trimmed, "\n \t")

	err := parse(r.Text, func(string) {}, func(f field) error {
		if !known(f.name) {
			return &FieldError{f.name, f.offset, ErrUnknownField}
		}
		return nil
	})
	if wrong := (*FieldError)(nil); errors.As(err, &wrong) {
		return fail(line+strings.Count(r.Text[:wrong.Offset], "\n"), err)
	}
	if i := strings.IndexFunc(r.Text, forbidden); i >= 0 {
		return fail(line+strings.Count(r.Text[:i], "\n"), invalid("the line has a control character"))
	}
	if err := r.check(); err != nil {
		return fail(0, err)
	}
	return r, nil
}

// header takes in one line of the header.
func (r *Response) header(line string, seen map[string]bool) error {
	if line[0] == '#' {
		return nil
	}
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		return invalid("a header's line is \"key: value\", and an empty line stands before the text")
	}
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
	switch key {
	case "title", "category":
		if seen[key] {
			return fmt.Errorf("%w: %s", ErrDuplicate, key)
		}
	case "shortcut", "attach":
	default:
		return invalid("no such key: %q (they are title, category, shortcut, attach)", key)
	}
	seen[key] = true
	if value == "" {
		return invalid("%s has no value", key)
	}
	if err := checkLine(key, value); err != nil {
		return err
	}
	switch key {
	case "title":
		r.Title = value
	case "category":
		r.Category = value
	case "shortcut":
		r.Shortcuts = append(r.Shortcuts, strings.Fields(value)...)
	case "attach":
		r.Attachments = append(r.Attachments, value)
	}
	return nil
}

// badLine is the first line that is not valid UTF-8.
func badLine(data []byte) int {
	line := 1
	for l := range bytes.Lines(data) {
		if !utf8.Valid(l) {
			break
		}
		line++
	}
	return line
}
