package export_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/transcript/export"
	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHIST_6_json_is_read_as_it_was_written(t *testing.T) {
	c := golden(t)
	for _, id := range []interaction.PartyID{pat, maria, zoe, kim} {
		for _, purpose := range []interaction.ViewPurpose{interaction.History, interaction.Live} {
			want := c.of(id, purpose)
			text := written(t, export.JSON, want)
			got, err := export.ParseJSON(strings.NewReader(text))
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, text, written(t, export.JSON, got), "and stays the same")
			require.Equal(t, written(t, export.HTML, want), written(t, export.HTML, got))
		}
	}
	var none export.Chat
	got, err := export.ParseJSON(strings.NewReader(written(t, export.JSON, none)))
	require.NoError(t, err)
	require.Equal(t, export.Chat{Parties: []export.Party{}, Entries: []transcript.Entry{}}, got)
}

// Any chat that could be built is read again.
func TestHIST_6_json_keeps_any_text(t *testing.T) {
	links := urlsafe.New(nil)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		name := rapid.String().Draw(t, "name")
		at := time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "at")).UTC()
		who := transcript.Who{Colour: rapid.IntRange(-1, 20).Draw(t, "colour"), Name: name, Role: "agent"}
		c := export.Chat{
			ID: name, Viewer: "agent", Subject: text, Started: at, Parties: []export.Party{{Who: who, Part: "chat", Joined: at}},
			Notes: []export.Note{{At: at, From: who, Text: text}}, Dispositions: []export.Disposition{{At: at, From: who, Code: name}},
			Entries: []transcript.Entry{{Position: 1, At: at, Kind: transcript.Message, From: who, Text: text, Segments: links.Segments(text + " https://example.com/ joe@example.com"), Audience: "everyone"}},
		}
		got, err := export.ParseJSON(strings.NewReader(written(t, export.JSON, c)))
		require.NoError(t, err)
		require.Equal(t, c, got)
	})
}

func TestHIST_6_json_errors_say_where(t *testing.T) {
	good := written(t, export.JSON, golden(t).export(maria))
	for _, c := range []struct {
		text, reason string
		line, column int
		err          error
	}{
		{"", "unexpected end of JSON input", 1, 1, nil},
		{"[]", "the whole has the wrong type: array", 1, 2, nil},
		{"{\n  \"format\": \"x\"\n}", "it is not a chat that this library wrote", 1, 1, export.ErrFormat},
		{"{}", "it is not a chat that this library wrote", 1, 1, export.ErrFormat},
		{`{"format":"chatkernel-transcript","version":2}`, "the version is not known", 1, 1, export.ErrVersion},
		{`{"format":"chatkernel-transcript"}`, "the version is not known", 1, 1, export.ErrVersion},
		{`{"started":"x","format":"chatkernel-transcript","version":2}`, "the version is not known", 1, 1, export.ErrVersion},
		{"{\n\"ü\": x}", "invalid character 'x' looking for beginning of value", 2, 6, nil},
		{good + "x", "invalid character 'x' after top-level value", strings.Count(good, "\n") + 1, 1, nil},
		{good[:len(good)/2], "unexpected end of JSON input", strings.Count(good[:len(good)/2], "\n") + 1, -1, nil},
		{"{\"viewer\":\n 7}", "viewer has the wrong type: number", 2, -1, nil},
		{"{\"id\":\"x\",\n  \"started\": \"today\"}", `parsing time "today"`, 2, 14, nil},
		{"{\"entries\":[\n{\"at\":\"2026-03-01T12:00:00Z\"},\n  {\"at\":\"never\"}]}", `parsing time "never"`, 3, 3, nil},
		{"{\"parties\":[],\n\"entries\":[\n{\"segments\":[{\"link\":{\"level\":\"worst\"}}]}]}", `urlsafe: unknown level "worst"`, 3, 1, nil},
	} {
		_, err := export.ParseJSON(strings.NewReader(c.text))
		var wrong *export.SyntaxError
		require.True(t, errors.As(err, &wrong), "%.40q: %v", c.text, err)
		require.Contains(t, wrong.Reason, c.reason, "%.40q", c.text)
		require.Equal(t, c.line, wrong.Line, "%.40q: %v", c.text, err)
		if c.column > 0 {
			require.Equal(t, c.column, wrong.Column, "%.40q: %v", c.text, err)
		}
		require.Equal(t, c.err, errors.Unwrap(err))
		require.Regexp(t, `^export: line \d+, column \d+: `, err.Error())
	}
	_, err := export.ParseJSON(iotest.ErrReader(errFull))
	require.Equal(t, errFull, err, "the reader's own")
	_, err = export.ParseJSON(io.LimitReader(spaces{}, 70<<20))
	require.ErrorIs(t, err, export.ErrTooLarge)
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestHIST_6_json_has_no_time_beyond_the_year_9999(t *testing.T) {
	for _, c := range []export.Chat{
		{Started: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, {Entries: []transcript.Entry{{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}},
	} {
		require.ErrorContains(t, export.JSON(io.Discard, &c), "export: ")
		for _, f := range formats {
			if f.name != "json" {
				_ = written(t, f.write, c)
			}
		}
	}
}

// Later versions of the library may add fields.
func TestHIST_6_json_passes_over_what_it_does_not_know(t *testing.T) {
	text := strings.Replace(written(t, export.JSON, golden(t).export(pat)), `"version":1`, `"version":1,"new":{"a":[1]}`, 1)
	_, err := export.ParseJSON(strings.NewReader(text))
	require.NoError(t, err)
}

func FuzzHIST_6_parse_json(f *testing.F) {
	f.Add(written(f, export.JSON, golden(f).export(pat)))
	f.Add(`{"format":"chatkernel-transcript","version":1,"entries":[{"at":"x"}]}`)
	f.Add("{\"entries\":[[]],\"entries\":{}")
	f.Add("{\"entries\":7,\"started\":\"x\"}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := export.ParseJSON(strings.NewReader(text))
		if err != nil {
			var wrong *export.SyntaxError
			require.True(t, errors.As(err, &wrong))
			require.LessOrEqual(t, wrong.Line, strings.Count(text, "\n")+1)
			return
		}
		again := written(t, export.JSON, c)
		d, err := export.ParseJSON(strings.NewReader(again))
		require.NoError(t, err)
		require.Equal(t, again, written(t, export.JSON, d))
		read(t, written(t, export.HTML, c))
		_, _ = written(t, export.Text, c), written(t, export.Connect, c)
	})
}

// What is written is what the schema says, field by field.
func TestHIST_6_json_keeps_to_its_schema(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal([]byte(export.Schema()), &schema))
	check := func(text string) error {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			return err
		}
		return conforms(schema, schema, value, "$")
	}
	c := golden(t)
	for _, id := range []interaction.PartyID{pat, maria, zoe, kim} {
		for _, purpose := range []interaction.ViewPurpose{interaction.History, interaction.Live} {
			require.NoError(t, check(written(t, export.JSON, c.of(id, purpose))))
		}
	}
	require.NoError(t, check(written(t, export.JSON, told(t, func(c *chat) {
		for _, step := range hidden {
			step(c)
		}
	}).of(maria, interaction.Live))))

	good := written(t, export.JSON, c.export(maria))
	for was, is := range map[string]string{
		`"version":1`: `"version":3`, `"kind":"message"`: `"kind":"noise"`, `"at":"2026`: `"at":"26`, `"id":"chat-7"`: `"id":7`,
		`"viewer":"agent"`: `"viewers":"agent"`, `"colour":0`: `"colour":-2`,
	} {
		require.Contains(t, good, was)
		require.Error(t, check(strings.Replace(good, was, is, 1)), is)
	}
}

// Every field that the types have is in the schema, so that none is forgotten.
func TestHIST_6_json_schema_has_every_field(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	full := export.Chat{Entries: []transcript.Entry{{
		Position: 1, Public: 1, At: at, Kind: transcript.Message, From: transcript.Who{Colour: 1, Name: "n", Role: "agent"}, Own: true, Text: "t",
		About: &transcript.Who{Role: "bot"}, Audience: "internal", Consultation: "c",
		Segments: []urlsafe.Segment{{Source: "t", Link: &urlsafe.Link{Href: "h", Text: "t", Tooltip: "t", Findings: []urlsafe.Finding{{Code: "c", Sentence: "s"}}}}},
		Data: transcript.Data{
			Event: "e", Why: "w", Reason: "r", Via: "v", Owner: true, Invitation: "i", Purpose: "p", Target: "t", Medium: "m", Note: "n", Message: "m", URL: "u",
			File: &transcript.FileData{ID: "i", Name: "n", Type: "t", Size: 1, Icon: "i", Verdict: "broken", Code: "c", Reason: "r"}, Stage: "s", Through: 1, Subject: "s",
			Channel: "c", Language: "l", Code: "c", Label: "l", Key: "k", Value: &transcript.Value{Type: "bool", Text: "t"}, Address: "a", Ref: "r", At: &at,
			Contact: &transcript.Person{ID: "i", Name: "n"}, Side: "s", Missing: true, Coaching: true, Hidden: true, Deleted: true, Consultation: "c",
		},
	}}, Viewer: "bot"}
	var schema map[string]any
	require.NoError(t, json.Unmarshal([]byte(export.Schema()), &schema))
	var value any
	require.NoError(t, json.Unmarshal([]byte(written(t, export.JSON, full)), &value))
	require.NoError(t, conforms(schema, schema, value, "$"))
}

// conforms checks a value against the part of JSON Schema that the package's
// schema uses. A keyword that it does not know is an error.
func conforms(root, schema map[string]any, value any, at string) error {
	for keyword, rule := range schema {
		var ok = true
		switch keyword {
		case "$schema", "$defs", "title", "description", "format":
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/$defs/")
			def, is := root["$defs"].(map[string]any)[name].(map[string]any)
			if !is {
				return fmt.Errorf("%s: no definition %s", at, name)
			}
			if err := conforms(root, def, value, at); err != nil {
				return err
			}
		case "type":
			switch v := value.(type) {
			case string:
				ok = rule == "string"
			case float64:
				ok = rule == "integer" && v == float64(int64(v))
			case bool:
				ok = rule == "boolean"
			case []any:
				ok = rule == "array"
			case map[string]any:
				ok = rule == "object"
			default:
				ok = false
			}
		case "const":
			ok = rule == value
		case "enum":
			ok = false
			for _, one := range rule.([]any) {
				ok = ok || one == value
			}
		case "pattern":
			text, is := value.(string)
			ok = is && regexp.MustCompile(rule.(string)).MatchString(text)
		case "minimum":
			n, is := value.(float64)
			ok = is && n >= rule.(float64)
		case "items":
			all, _ := value.([]any)
			for i, one := range all {
				if err := conforms(root, rule.(map[string]any), one, fmt.Sprintf("%s[%d]", at, i)); err != nil {
					return err
				}
			}
		case "required":
			object, _ := value.(map[string]any)
			for _, name := range rule.([]any) {
				if _, has := object[name.(string)]; !has {
					return fmt.Errorf("%s lacks %s", at, name)
				}
			}
		case "properties":
			object, _ := value.(map[string]any)
			for name, one := range object {
				if of, has := rule.(map[string]any)[name].(map[string]any); has {
					if err := conforms(root, of, one, at+"."+name); err != nil {
						return err
					}
				}
			}
		case "additionalProperties":
			object, _ := value.(map[string]any)
			for name := range object {
				if _, has := schema["properties"].(map[string]any)[name]; !has {
					return fmt.Errorf("%s.%s is not in the schema", at, name)
				}
			}
		default:
			return fmt.Errorf("%s: keyword %s", at, keyword)
		}
		if !ok {
			return fmt.Errorf("%s: %v is not %s %v", at, value, keyword, rule)
		}
	}
	return nil
}
