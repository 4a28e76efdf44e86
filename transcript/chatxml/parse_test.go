package chatxml_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/chatkernel/chatkernel/transcript/chatxml"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sample is a chat with a consultation, made up.
const sample = `<?xml version="1.0"?>
<chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="000AAaBBBB000001">
<newParty userId="0000000000000A01" timeShift="0" visibility="ALL" eventId="1"><userInfo personId="" userNick="Pat" userType="CLIENT" protocolType="FLEX" timeZoneOffset="60" clientVersion="106"/><userData><item key="Subject" type="string">Bill</item><item key="tier">gold</item><item key="path" type="kvlist"><item key="page">1</item></item></userData></newParty>
<newParty userId="0000000000000A02" timeShift="9" visibility="ALL" eventId="2"><userInfo personId="ag1" userNick="Ann" userType="AGENT" protocolType="BASIC" timeZoneOffset="0"/></newParty>
<message userId="0000000000000A01" timeShift="20" visibility="ALL" eventId="4"><msgText msgType="text">Hello</msgText></message>
<newParty userId="0000000000000A03" timeShift="31" visibility="INT" eventId="6"><userInfo personId="ag2" userNick="Bob" userType="AGENT" protocolType="BASIC" timeZoneOffset="0"/></newParty>
<message userId="0000000000000A03" timeShift="40" visibility="INT" eventId="8"><msgText treatAs="NORMAL">Offer a refund</msgText></message>
<partyLeft userId="0000000000000A03" timeShift="45" visibility="INT" eventId="9" askerId="0000000000000A03"><reason>left</reason></partyLeft>
<message userId="0000000000000A02" timeShift="50" visibility="ALL" eventId="11"><msgText>We pay it back.</msgText></message>
<partyLeft userId="0000000000000A02" timeShift="70" visibility="ALL" eventId="12" askerId="0000000000000A02"><reason code="1">left with request to close if no agents</reason></partyLeft>
<partyLeft userId="0000000000000A01" timeShift="70" visibility="ALL" eventId="13" askerId="0000000000000A02"><reason code="4">removed by other party</reason></partyLeft>
</chatTranscript>
`

func parse(t require.TestingT, text string) *chatxml.Document {
	d, err := chatxml.Parse(strings.NewReader(text))
	require.NoError(t, err, text)
	return d
}

func written(t require.TestingT, d *chatxml.Document) string {
	b, err := d.Bytes()
	require.NoError(t, err)
	return string(b)
}

// only is a transcript with nothing but what is given.
func only(inside string) string {
	return `<chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="s">` + inside + `</chatTranscript>`
}

func TestHIST_6_what_is_written_is_what_was_read(t *testing.T) {
	d := parse(t, sample)
	out := written(t, d)
	require.Equal(t, d, parse(t, out))
	require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>`+strings.TrimPrefix(sample, `<?xml version="1.0"?>`), out,
		"the sample is formatted as this package does")

	var b strings.Builder
	n, err := d.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, out, b.String())
	require.EqualValues(t, len(out), n)
	_, err = d.WriteTo(failing{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// What differs in form only is read alike.
func TestHIST_6_formatting_is_not_kept(t *testing.T) {
	want := parse(t, only(`<message userId="A" x="1"><msgText>a&amp;b</msgText></message>`))
	for name, text := range map[string]string{
		"encoding":         `<?xml version="1.0" encoding="utf-8"?>` + only(`<message userId="A" x="1"><msgText>a&amp;b</msgText></message>`),
		"byte order mark":  "\ufeff" + only(`<message userId="A" x="1"><msgText>a&amp;b</msgText></message>`),
		"white space":      only("\n\t <message  userId = \"A\"\n x=\"1\" >\n<msgText>a&amp;b</msgText >\r\n</message> \n"),
		"quotes":           only(`<message userId='A' x='1'><msgText>a&amp;b</msgText></message>`),
		"entities":         only(`<message userId="&#65;" x="1"><msgText>&#x61;&#38;b</msgText></message>`),
		"character data":   only(`<message userId="A" x="1"><msgText><![CDATA[a&b]]></msgText></message>`),
		"in pieces":        only(`<message userId="A" x="1"><msgText>a<![CDATA[&]]>b</msgText></message>`),
		"comments":         "<!-- x -->" + only(`<!-- & --><message userId="A" x="1"><msgText>a<!-- y -->&amp;b<?p q?></msgText></message>`),
		"line after it":    only(`<message userId="A" x="1"><msgText>a&amp;b</msgText></message>`) + "\n\n",
		"other stylesheet": `<?xml-stylesheet href="x"?>` + only(`<message userId="A" x="1"><msgText>a&amp;b</msgText></message>`),
	} {
		require.Equal(t, want, parse(t, text), name)
	}
	require.Equal(t, parse(t, only(`<message><msgText/></message>`)), parse(t, only(`<message><msgText></msgText></message>`)))
}

// Everything else is kept, whether or not somebody knows it.
func TestHIST_6_unknown_things_are_kept(t *testing.T) {
	for name, inside := range map[string]string{
		"attributes":        `<message userId="A" x:new="1" eventId="7" later="2"><msgText a="b">x</msgText></message>`,
		"their order":       `<message eventId="7" userId="A"/>`,
		"elements":          `<whatever><x:deep xmlns:x="urn:x"><more/></x:deep></whatever><message/>`,
		"order of events":   `<message eventId="9"/><message eventId="3"/>`,
		"line breaks":       "<newParty><userInfo timeZoneOffset=\"\n0\" userNick=\" a\tb&#10; \"/></newParty>",
		"stray text":        `<message><msgText>a</msgText>stray &lt; <x/> more </message>`,
		"text between":      "text<message/>more\n",
		"blank nick":        `<newParty><userInfo userNick=" "/></newParty>`,
		"blank text":        `<message><msgText> </msgText></message>`,
		"quotes":            `<message><msgText a="&quot;'&lt;&gt;&amp;">&quot;&apos;]]&gt;</msgText></message>`,
		"astral characters": `<message><msgText>😀 👩‍👩‍👧 &#x1F600;</msgText></message>`,
		"carriage return":   `<message><msgText a="&#13;">a&#13;b</msgText></message>`,
		"names":             `<é:ß ö="1"/>`,
	} {
		d := parse(t, only(inside))
		require.Equal(t, d, parse(t, written(t, d)), name)
		require.Len(t, d.Root.Attrs, 2, name)
		require.NotEmpty(t, d.Root.Nodes, name)
	}
	d := parse(t, only(`<message eventId="7" userId="A" later="2"/>stray<x/>`))
	require.Contains(t, written(t, d), `<message eventId="7" userId="A" later="2"/>stray<x/></chatTranscript>`)
}

// Trap: values from hand-wrapped storage have line breaks.
func TestHIST_6_line_breaks_in_values(t *testing.T) {
	d := parse(t, only("<newParty eventId=\"\n12 \"><userInfo timeZoneOffset=\"\n0\"/></newParty>"))
	e := d.Root.Child("newParty")
	require.Equal(t, "12", e.Attr("eventId"))
	require.Equal(t, "0", e.Child("userInfo").Attr("timeZoneOffset"))
	require.Equal(t, "\n0", e.Child("userInfo").Attrs[0].Value, "and kept")
	require.Contains(t, written(t, d), `timeZoneOffset="&#xA;0"`)
	require.Empty(t, e.Attr("missing"))
	require.Empty(t, e.Child("missing").Attr("x"))
	require.Empty(t, e.Child("missing").Child("x").Text())
}

// Some writers make two references of one character.
func TestHIST_6_halves_of_characters(t *testing.T) {
	for _, text := range []string{`&#xD83D;&#xDE00;`, `&#55357;&#56832;`, `&#xd83d;&#56832;`, `&#x00D83D;&#xDE00;`} {
		d := parse(t, only(`<message><msgText a="`+text+`">`+text+`x</msgText></message>`))
		require.Equal(t, "😀x", d.Root.Child("message").Child("msgText").Text(), text)
		require.Equal(t, "😀", d.Root.Child("message").Child("msgText").Attr("a"), text)
	}
	d := parse(t, only(`<message><msgText><![CDATA[&#xD83D;]]></msgText><!-- &#xD83D; --></message>`))
	require.Equal(t, "&#xD83D;", d.Root.Child("message").Child("msgText").Text())
	for _, text := range []string{`&#xD83D;`, `&#xDE00;&#xD83D;`, `&#57343;`, `&#xD83D; &#xDE00;`} {
		_, err := chatxml.Parse(strings.NewReader(only("\n<message>" + text + "</message>")))
		var syntax *chatxml.SyntaxError
		require.ErrorAs(t, err, &syntax, text)
		require.Equal(t, [2]int{2, 10}, [2]int{syntax.Line, syntax.Column}, text)
	}
}

func TestHIST_6_encodings(t *testing.T) {
	latin := "<?xml version='1.0' encoding='ISO-8859-1'?><chatTranscript sessionId='\xe9'/>"
	require.Equal(t, "é", parse(t, latin).Root.Attr("sessionId"))
	_, err := chatxml.Parse(strings.NewReader("<?xml version='1.0' encoding='UTF-16'?><chatTranscript/>"))
	require.ErrorIs(t, err, chatxml.ErrEncoding)
	require.EqualError(t, err, `chatxml: line 1, column 31: the encoding "UTF-16" is not known`)
}

// Malformed XML gives errors with line and column.
func TestHIST_6_errors_have_a_place(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		reason       string
		is           error
	}{
		{"", 1, 1, "there is no element", nil},
		{"<chatTranscript>\n<message>\n</chatTranscript>", 3, 1, "</chatTranscript> stands where </message> is expected", nil},
		{"<chatTranscript>\nä<message", 2, 10, "unexpected EOF", nil},
		{"<chatTranscript>\n<message>", 2, 10, "the text ends inside <message>", nil},
		{"<chatTranscript/>\n<message/>", 2, 1, "there is a second outermost element", nil},
		{"<chatTranscript/>\n x", 1, 18, "there is text outside of the outermost element", nil},
		{"</x>", 1, 1, "</x> closes nothing", nil},
		{"<chatTranscript>\n  &nbsp;</chatTranscript>", 2, 9, "invalid character entity &nbsp;", nil},
		{"<chatTranscript a='1' a='2'/>", 1, 1, "the attribute a is there twice", nil},
		{"<chatTranscript a=1/>", 1, 20, "unquoted or missing attribute value in element", nil},
		{"<chatTranscript>\x01</chatTranscript>", 1, 18, "illegal character code U+0001", nil},
		{"<chatTranscript>\xff</chatTranscript>", 1, 18, "invalid UTF-8", nil},
		{"<transcript>\n</transcript>", 1, 1, "the outermost element is not chatTranscript", chatxml.ErrRoot},
		{"<!DOCTYPE x [<!ENTITY e 'ee'>]>\n<chatTranscript>&e;</chatTranscript>", 1, 1, "a document type is not allowed", chatxml.ErrDoctype},
	} {
		_, err := chatxml.Parse(strings.NewReader(c.text))
		var syntax *chatxml.SyntaxError
		require.ErrorAs(t, err, &syntax, c.text)
		require.Equal(t, chatxml.SyntaxError{Line: c.line, Column: c.column, Reason: c.reason, Err: c.is}, *syntax, c.text)
	}
	_, err := chatxml.Parse(iotest.ErrReader(io.ErrClosedPipe))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestHIST_6_hostile_input_is_bounded(t *testing.T) {
	l := chatxml.Limits{Bytes: 100, Depth: 3, Nodes: 5}
	for _, c := range []struct {
		text string
		want error
	}{
		{"<chatTranscript>" + strings.Repeat(" ", 67) + "</chatTranscript>", nil},
		{"<chatTranscript>" + strings.Repeat(" ", 68) + "</chatTranscript>", chatxml.ErrTooLarge},
		{"<chatTranscript><a><b/></a></chatTranscript>", nil},
		{"<chatTranscript><a><b><c/></b></a></chatTranscript>", chatxml.ErrTooDeep},
		{"<chatTranscript><a/><a/><a/>x</chatTranscript>", nil},
		{"<chatTranscript><a/><a/><a/>x<a/></chatTranscript>", chatxml.ErrTooMany},
		{"<chatTranscript a='1' b='1' c='1' d='1'>x</chatTranscript>", chatxml.ErrTooMany},
	} {
		_, err := l.Parse(strings.NewReader(c.text))
		if c.want == nil {
			require.NoError(t, err, c.text)
			continue
		}
		require.ErrorIs(t, err, c.want, c.text)
		require.ErrorAs(t, err, new(*chatxml.SyntaxError), c.text)
	}
	_, err := chatxml.Parse(strings.NewReader(strings.Repeat("<chatTranscript>", 100_000)))
	require.ErrorIs(t, err, chatxml.ErrTooDeep)
	_, err = chatxml.Limits{Depth: 1 << 30}.Parse(strings.NewReader(strings.Repeat("<chatTranscript>", 100_000)))
	require.ErrorIs(t, err, chatxml.ErrTooDeep, "no limit lets the stack grow")
}

// Documents made by hand are checked when they are written.
func TestHIST_6_what_cannot_be_written(t *testing.T) {
	require.Equal(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<chatTranscript/>\n", written(t, new(chatxml.Document)))
	for _, name := range []string{"", "a b", "1", "-a", "a<", "a:b:c", "é>", "a=", "ä b", "\x00", "\xff", "é/"} {
		d := chatxml.Document{Root: chatxml.Element{Nodes: []chatxml.Node{{Element: &chatxml.Element{Name: name}}}}}
		_, err := d.Bytes()
		require.ErrorIs(t, err, chatxml.ErrName, "%q", name)
		d = chatxml.Document{Root: chatxml.Element{Attrs: []chatxml.Attr{{Name: name}}}}
		_, err = d.Bytes()
		require.ErrorIs(t, err, chatxml.ErrName, "%q", name)
	}
	e := &chatxml.Element{Name: "a"}
	e.Nodes = []chatxml.Node{{Element: e}}
	_, err := (&chatxml.Document{Root: chatxml.Element{Nodes: e.Nodes}}).Bytes()
	require.ErrorIs(t, err, chatxml.ErrTooDeep)
	_, err = (&chatxml.Document{Root: chatxml.Element{Name: "other"}}).Bytes()
	require.ErrorIs(t, err, chatxml.ErrRoot)

	d := chatxml.Document{Root: chatxml.Element{Nodes: []chatxml.Node{{Text: "a\x00b\ufffe\xff"}}}}
	require.Equal(t, "a\ufffdb\ufffd\ufffd", parse(t, written(t, &d)).Root.Text())
}

func TestHIST_6_any_document_is_read_as_it_was_written(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		require.Equal(t, d, parse(t, written(t, d)))
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(only("x<message eventId='2'><msgText a='\n'>&#xD83D;&#xDE00;<![CDATA[<]]></msgText>y</message>")))
	f.Add([]byte("<?xml version='1.0' encoding='ISO-8859-1'?><chatTranscript startAt='2024-01-02T03:04:05Z'>\xe9</chatTranscript>"))
	f.Add([]byte("<!DOCTYPE x><chatTranscript/>"))
	f.Add([]byte("<a:b><ä:c d='e'/></a:b>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := chatxml.Parse(strings.NewReader(string(data)))
		if err != nil {
			var syntax *chatxml.SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.Positive(t, syntax.Line)
			require.Positive(t, syntax.Column)
			return
		}
		require.Equal(t, d, parse(t, written(t, d)))
		m, err := chatxml.Import(d, nil)
		if err != nil {
			require.True(t, errors.Is(err, chatxml.ErrStart) || errors.Is(err, chatxml.ErrTooMany), err)
			return
		}
		replays(t, d, m)
	})
}
