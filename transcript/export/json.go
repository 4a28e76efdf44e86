package export

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
)

// Format and Version stand in every JSON export. A later version of the library
// may add fields under the same Version; ParseJSON passes over those it does not
// know.
const (
	Format  = "chatkernel-transcript"
	Version = 1
)

//go:embed schema.json
var schema string

// Schema is the JSON Schema (2020-12) of what [JSON] writes.
func Schema() string { return schema }

// envelope is the object that holds a chat.
type envelope struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	*Chat
}

// JSON writes the chat as one JSON object, an entry a line, all times in UTC by
// RFC 3339. [Schema] describes it, and [ParseJSON] reads it. Angle brackets and
// ampersands are escaped, so that it may stand in a page.
func JSON(w io.Writer, c *Chat) error {
	s := newSink(w)
	head := *c
	head.Entries = nil
	if head.Parties == nil {
		head.Parties = []Party{}
	}
	b, err := json.Marshal(envelope{Format, Version, &head})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	// The entries come last in it: a null, and the object's end.
	s.out = append(s.out, bytes.TrimSuffix(b, []byte("null}"))...)
	s.put("[")
	for i := range c.Entries {
		e := c.Entries[i]
		e.At = e.At.UTC()
		if b, err = json.Marshal(&e); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if i > 0 {
			s.put(",")
		}
		s.put("\n")
		s.out = append(s.out, b...)
		if !s.rest() {
			return s.err
		}
	}
	s.put("\n]}\n")
	return s.flush()
}
