package urlsafe_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/chatkernel/chatkernel/urlsafe"
)

// seen parses HTML as a browser does and gives its text. It reports whatever is
// not on the list of URL-8.
func seen(t testing.TB, markup string) string {
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"})
	require.NoError(t, err)
	var text strings.Builder
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, inLink bool) {
		switch {
		case n.Type == html.TextNode:
			text.WriteString(n.Data)
		case n.Type == html.ElementNode && n.Data == "br" && len(n.Attr) == 0:
			text.WriteByte('\n')
		case n.Type == html.ElementNode && n.Data == "a" && !inLink:
			require.Len(t, n.Attr, 3, "%q", markup)
			require.Equal(t, []string{"href", "rel", "title"}, []string{n.Attr[0].Key, n.Attr[1].Key, n.Attr[2].Key})
			href, title := n.Attr[0].Val, n.Attr[2].Val
			require.Regexp(t, `^(https?://|mailto:|tel:)[!-~]+$`, href)
			require.Equal(t, "noopener noreferrer nofollow", n.Attr[1].Val)
			require.True(t, title == href || strings.HasPrefix(title, href+"\n⚠ "), "%q has the title %q", href, title)
			inLink = true
		default:
			require.Failf(t, "active", "%v %q in %q", n.Type, n.Data, markup)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inLink)
		}
	}
	for _, n := range nodes {
		walk(n, false)
	}
	return text.String()
}

// drawn is what a person has to see of a text.
func drawn(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(string([]rune(text)))
}

func TestURL_8_HTML_has_links_and_line_breaks_and_nothing_else(t *testing.T) {
	l := urlsafe.New(nil)
	for text, want := range map[string]string{
		"":                       "",
		"hello":                  "hello",
		"grüße":                  "grüße",
		"a < b & \"c\" 'd' >":    "a &lt; b &amp; &#34;c&#34; &#39;d&#39; &gt;",
		"1\n2\r\n3\r4\n\r5":      "1<br>2<br>3<br>4<br><br>5",
		"\x00\xff\xc3\x28\ufffd": "\ufffd\ufffd\ufffd(\ufffd",
		"<b onclick=x>":          "&lt;b onclick=x&gt;",
		"see example.com.":       `see <a href="https://example.com/" rel="noopener noreferrer nofollow" title="https://example.com/">example.com</a>.`,
		"http://e.com/?a=1&b='2": `<a href="http://e.com/?a=1&amp;b=%272" rel="noopener noreferrer nofollow" title="http://e.com/?a=1&amp;b=%272">http://e.com/?a=1&amp;b=&#39;2</a>`,
		"http://a@e.com": `<a href="http://e.com/" rel="noopener noreferrer nofollow" title="http://e.com/` + "\n" +
			`⚠ What stands before the @ is a user name and not where it leads. It really leads to e.com.">http://a@e.com</a>`,
		"ftp://e.com/": "ftp://e.com/",
	} {
		require.Equal(t, want, l.HTML(text))
		require.Equal(t, drawn(text), seen(t, l.HTML(text)))
	}
	require.Contains(t, urlsafe.New(&urlsafe.Policy{NewTab: true}).HTML("http://a@e.com"), ` target="_blank">http://a@e.com</a>`)
}

func TestURL_8_plain_text_says_where_a_suspicious_link_leads(t *testing.T) {
	l := urlsafe.New(nil)
	for text, want := range map[string]string{
		"":                            "",
		"hello\n\xff example.com\x00": "hello\n\ufffd example.com\x00",
		"ftp://e.com/ joe@e.com":      "ftp://e.com/ joe@e.com",
		"see http://a@e.com.":         "see http://a@e.com [⚠ http://e.com/ What stands before the @ is a user name and not where it leads. It really leads to e.com.].",
		"a.com <http://b.com>!":       "a.com <http://b.com> [⚠ The text names a.com, but it leads to b.com.]!",
	} {
		require.Equal(t, want, l.Plain(text))
	}
}

func TestURL_8_segments_are_the_text(t *testing.T) {
	l := urlsafe.New(nil)
	require.Nil(t, l.Segments(""))
	require.Equal(t, []urlsafe.Segment{{Source: "\xffhello"}}, l.Segments("\xffhello"))
	segments := l.Segments("example.com ftp://e.com")
	require.Len(t, segments, 3)
	require.Equal(t, "example.com", segments[0].Source)
	require.Equal(t, urlsafe.Blocked, segments[2].Link.Level)
}

// Messages that were made to attack.
func TestURL_8_hostile_HTML_is_text(t *testing.T) {
	folder := os.Getenv("CHATKERNEL_CORPORA")
	if folder == "" {
		t.Skip("CHATKERNEL_CORPORA does not name the folder of the corpora")
	}
	file, err := os.Open(filepath.Join(folder, "html.jsonl"))
	require.NoError(t, err)
	defer file.Close()
	l := urlsafe.New(nil)
	n, lines := 0, bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct{ Text string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		n++
		require.Equal(t, drawn(c.Text), seen(t, l.HTML(c.Text)))
		m := l.FromHTML(c.Text)
		require.Equal(t, drawn(m.Text), seen(t, l.HTML(m.Text)))
		var source strings.Builder
		for _, s := range l.Segments(c.Text) {
			source.WriteString(s.Source)
		}
		require.Equal(t, c.Text, source.String())
	}
	require.NoError(t, lines.Err())
	require.GreaterOrEqual(t, n, 167)
}
