package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrBody says that a body is not the JSON that a request needs.
var ErrBody = errors.New("gateway: the body is not what the request needs")

// maxDepth is how deep a body may be nested. None of the known ones is deeper
// than four.
const maxDepth = 8

// read gives the body of a request, which must be JSON and not too large.
func (g *Gateway) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, errContentType
	}
	// A client that sends its body a byte a minute is not waited for. Where the
	// server cannot say so, its own timeouts must do.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(g.opt.WriteTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, g.opt.MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errBody
	case err != nil:
		return nil, fmt.Errorf("%w: it could not be read", ErrBody)
	}
	return body, nil
}

// body reads the JSON object that is the body of a request.
func (g *Gateway) body(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := g.read(w, r)
	if err != nil {
		return err
	}
	return decode(body, into)
}

// decode reads one JSON object of known fields. An empty body is an empty
// object.
func decode(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if err := check(body); err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var typed *json.UnmarshalTypeError
		if errors.As(err, &typed) {
			err = fmt.Errorf("the field %q is not a %s", typed.Field, typed.Type.Kind())
		}
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	return nil
}

// check refuses what readers of JSON do not agree about: text that is not
// UTF-8, a field that is there twice, more than one value; and what is nested
// deeper than any request is.
func check(body []byte) error {
	if !utf8.Valid(body) {
		return errors.New("not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	type level struct {
		fields map[string]bool // nil in a list
		value  bool            // a field's value comes next
	}
	var open []level
	for first := true; first || len(open) > 0; first = false {
		token, err := d.Token()
		if err != nil {
			return errors.New("not JSON")
		}
		if first && token != json.Delim('{') {
			return errors.New("not an object")
		}
		if n := len(open); n > 0 && open[n-1].fields != nil {
			in := &open[n-1]
			if name, ok := token.(string); ok && !in.value {
				name = strings.ToLower(name)
				if in.fields[name] {
					return errors.New("a field is there twice")
				}
				in.fields[name], in.value = true, true
				continue
			}
			in.value = false
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if len(open) == maxDepth {
				return errors.New("nested too deep")
			}
			next := level{}
			if token == json.Delim('{') {
				next.fields = make(map[string]bool)
			}
			open = append(open, next)
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone needs no answer
	return nil
}
