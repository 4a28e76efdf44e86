package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/transcript"
)

// Why a text is no JSON export. They come in a [*SyntaxError].
var (
	ErrFormat   = errors.New("it is not a chat that this library wrote")
	ErrVersion  = errors.New("the version is not known")
	ErrTooLarge = errors.New("it is too large")
)

// maxJSON is the longest export that is read, in bytes: some 200,000 messages.
const maxJSON = 64 << 20

// A SyntaxError says where a text is no JSON, or no export.
type SyntaxError struct {
	Line, Column int    // where reading stopped; from 1, the column in characters
	Reason       string // for people
	Err          error  // one of the above, nil for JSON that is malformed or has a value of the wrong type
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("export: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Unwrap is what is wrong with it, if it has a name.
func (e *SyntaxError) Unwrap() error { return e.Err }

// ParseJSON reads what [JSON] wrote, up to 64 MB. Fields that are not known are
// passed over. What is wrong with the text is a [*SyntaxError]; other errors are
// the reader's.
func ParseJSON(r io.Reader) (Chat, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return Chat{}, err
	}
	if len(text) > maxJSON {
		return Chat{}, &SyntaxError{1, 1, ErrTooLarge.Error(), ErrTooLarge}
	}
	var c Chat
	e := envelope{Chat: &c}
	err = json.Unmarshal(text, &e)
	switch {
	case err != nil && !newer(text):
		return Chat{}, syntaxError(text, err)
	case err == nil && e.Format != Format:
		return Chat{}, &SyntaxError{1, 1, ErrFormat.Error(), ErrFormat}
	case err != nil || e.Version != Version:
		return Chat{}, &SyntaxError{1, 1, ErrVersion.Error(), ErrVersion}
	}
	if c.Parties == nil {
		c.Parties = []Party{}
	}
	if c.Entries == nil {
		c.Entries = []transcript.Entry{}
	}
	return c, nil
}

// newer reports whether a text is an export of a later version, in which fields
// may have other types.
func newer(text []byte) bool {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	return json.Unmarshal(text, &head) == nil && head.Format == Format && head.Version > Version
}

// syntaxError says where decoding stopped.
func syntaxError(text []byte, err error) error {
	var at int
	var malformed *json.SyntaxError
	var kind *json.UnmarshalTypeError
	reason := err.Error()
	switch {
	case errors.As(err, &malformed):
		at = int(malformed.Offset) - 1 // it counts the byte that it stumbled over
	case errors.As(err, &kind):
		at, reason = int(kind.Offset), fmt.Sprintf("%s has the wrong type: %s", field(kind.Field), kind.Value)
	default:
		at = place(text) // a time, a kind or a level that is none
	}
	before := text[:min(max(at, 0), len(text))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return &SyntaxError{Line: line, Column: column, Reason: strings.TrimPrefix(reason, "json: ")}
}

// place is where the first value of a chat or the first entry begins that cannot
// be decoded, for errors of which the decoder does not say where.
func place(text []byte) int {
	d := json.NewDecoder(bytes.NewReader(text))
	_, _ = d.Token() // the object's beginning
	for d.More() {
		key, err := d.Token()
		if err != nil {
			break
		}
		if key == "entries" {
			_, _ = d.Token() // the array's beginning
			for d.More() {
				if at := next(text, d); d.Decode(new(transcript.Entry)) != nil {
					return at
				}
			}
			_, _ = d.Token()
			continue
		}
		at := next(text, d)
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
		if one, err := json.Marshal(map[string]json.RawMessage{fmt.Sprint(key): value}); err != nil || json.Unmarshal(one, &Chat{}) != nil {
			return at
		}
	}
	return 0
}

// next is where the decoder's next value begins.
func next(text []byte, d *json.Decoder) int {
	at := int(d.InputOffset())
	return len(text) - len(bytes.TrimLeft(text[at:], " \t\r\n:,"))
}

func field(name string) string {
	if name == "" {
		return "the whole"
	}
	return name
}
