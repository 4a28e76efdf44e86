package export

import (
	"io"
	"unicode/utf8"
)

// A sink collects what is written and passes it on in pieces.
type sink struct {
	to  io.Writer
	out []byte
	err error // the writer's first one; nothing is written after it
}

// piece is how much is passed on at once.
const piece = 16 << 10

func newSink(to io.Writer) *sink { return &sink{to: to, out: make([]byte, 0, piece+piece/4)} }

func (s *sink) put(texts ...string) {
	for _, text := range texts {
		s.out = append(s.out, text...)
	}
}

// rest passes on what is there once it is a piece. It is called after each
// entry, so that no more than one is held.
func (s *sink) rest() (ok bool) {
	if len(s.out) >= piece {
		_ = s.flush()
	}
	return s.err == nil
}

// flush passes everything on.
func (s *sink) flush() error {
	if s.err == nil && len(s.out) > 0 {
		n, err := s.to.Write(s.out)
		if err == nil && n < len(s.out) {
			err = io.ErrShortWrite
		}
		s.err = err
	}
	s.out = s.out[:0]
	return s.err
}

// escape writes a text so that HTML shows it as it is, in an element or in an
// attribute in double quotes. U+0000 and bytes that are not UTF-8 are U+FFFD.
func (s *sink) escape(text string) {
	from := 0
	for i := 0; i < len(text); {
		as, n := "", 1
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			var r rune
			if r, n = utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && n == 1 {
				as = "\ufffd"
			}
		case c > '>' || c > '\'' && c < '<':
		case c == '&':
			as = "&amp;"
		case c == '<':
			as = "&lt;"
		case c == '>':
			as = "&gt;"
		case c == '"':
			as = "&#34;"
		case c == '\'':
			as = "&#39;"
		case c == '\r':
			as = "&#13;" // as it stands, it would be a line break
		case c == 0:
			as = "\ufffd"
		}
		if as != "" {
			s.out = append(append(s.out, text[from:i]...), as...)
			from = i + n
		}
		i += n
	}
	s.out = append(s.out, text[from:]...)
}
