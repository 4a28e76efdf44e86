package urlsafe_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/urlsafe"
)

// one gives the only link of a text.
func one(t *testing.T, l *urlsafe.Links, text string) urlsafe.Link {
	t.Helper()
	links := l.Find(text)
	require.Len(t, links, 1, "%q", text)
	return links[0]
}

// sent gives the target of an anchor.
func sent(l *urlsafe.Links, target string) urlsafe.Link {
	links := l.FromHTML("x <a href='" + target + "'>y</a>").Links
	if len(links) != 1 {
		return urlsafe.Link{}
	}
	return links[0]
}

func codes(l urlsafe.Link) (list []urlsafe.Code) {
	for _, f := range l.Findings {
		list = append(list, f.Code)
	}
	return list
}

func TestURL_1_a_link_is_shown_as_the_address_that_is_opened(t *testing.T) {
	l := urlsafe.New(nil)
	for written, want := range map[string][2]string{ // href, text
		"http://example.com":                                                {"http://example.com/", "http://example.com"},
		"HTTP://EXAMPLE.com:80/":                                            {"http://example.com/", "http://example.com"},
		"example.com/a?b#c":                                                 {"https://example.com/a?b#c", "https://example.com/a?b#c"},
		"https://example.com:8080/a/../b":                                   {"https://example.com:8080/b", "https://example.com:8080/b"},
		"https://münchen.de/straße":                                         {"https://xn--mnchen-3ya.de/stra%C3%9Fe", "https://münchen.de/straße"},
		"https://xn--mnchen-3ya.de/":                                        {"https://xn--mnchen-3ya.de/", "https://münchen.de"},
		"https://example.com/caf%C3%A9":                                     {"https://example.com/caf%C3%A9", "https://example.com/café"},
		"https://example.com/?q=a%20b%2Fc%26d%25":                           {"https://example.com/?q=a%20b%2Fc%26d%25", "https://example.com/?q=a%20b%2Fc%26d%25"},
		"https://example.com/#%C3%A9%FF%C3":                                 {"https://example.com/#%C3%A9%FF%C3", "https://example.com/#é%FF%C3"},
		"https://example.com/?%%34%31%25%34%31":                             {"https://example.com/?%%34%31%25%34%31", "https://example.com/?%%341%2541"}, // no %41 comes into being
		"https://example.com/%CC%81/e%CC%81%CC%81":                          {"https://example.com/%CC%81/e%CC%81%CC%81", "https://example.com/%CC%81/e\u0301\u0301"},
		"https://example.com/%EF%BF%BD%E2%83%9D%F0%9F%94%92%C2%A0%E2%80%8B": {"https://example.com/%EF%BF%BD%E2%83%9D%F0%9F%94%92%C2%A0%E2%80%8B", "https://example.com/%EF%BF%BD%E2%83%9D%F0%9F%94%92%C2%A0%E2%80%8B"},
		"http://[0:0::1]:8080/":                                             {"http://[::1]:8080/", "http://[::1]:8080"},
	} {
		k := one(t, l, written)
		require.Equal(t, want, [2]string{k.Href, k.Text}, written)
		require.Equal(t, strings.Contains(written, "%E2%80%8B"), k.Level != urlsafe.OK, written)
	}
}

// Verdicts on hosts are remembered, a few at a time.
func TestURL_3_many_hosts_keep_their_own_verdicts(t *testing.T) {
	l := urlsafe.New(nil)
	for range 2 {
		for i := range 1000 {
			good, bad := fmt.Sprintf("https://host%d.example.com/", i), fmt.Sprintf("https://paypa1.com.host%d.example.com/", i)
			require.Equal(t, good, one(t, l, good).Href)
			require.Empty(t, one(t, l, good).Findings)
			require.Equal(t, strings.TrimSuffix(bad, "/"), one(t, l, bad).Text)
		}
	}
	k := one(t, l, "https://paypa1.com")
	k.Findings[0].Sentence = "changed by the host"
	require.NotEqual(t, k.Findings, one(t, l, "https://paypa1.com").Findings)

	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 500 {
				text := fmt.Sprintf("https://münchen%d.de", i%50)
				if got := l.Find(text)[0].Text; got != text {
					t.Errorf("%s is shown as %s", text, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestURL_3_an_encoded_host_in_a_text_is_shown_decoded(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Protected: []string{"bank.example"}})
	for written, want := range map[string]urlsafe.Link{
		"http://%65xample.com":         {Href: "http://example.com/", Text: "http://example.com"},
		"http://example%2ecom/a":       {Href: "http://example.com/a", Text: "http://example.com/a"},
		"https://m%C3%BCnchen.de":      {Href: "https://xn--mnchen-3ya.de/", Text: "https://münchen.de"},
		"https://shop.%65xample.com:8": {Href: "https://shop.example.com:8/", Text: "https://shop.example.com:8"},
	} {
		k := one(t, l, written)
		require.Equal(t, []string{want.Href, want.Text}, []string{k.Href, k.Text}, written)
		require.Contains(t, codes(k), urlsafe.EncodedHost, written)
		require.Equal(t, urlsafe.Suspicious, k.Level)
	}
	require.Contains(t, codes(one(t, l, "http://bank.example%2Eevil.com")), urlsafe.LookAlike)
	require.Equal(t, []urlsafe.Code{urlsafe.OddIP}, codes(one(t, l, "http://127.0.0.%31")))
	require.Empty(t, l.Find("http://a.com%EF%BC%8Fevil.com"), "browsers read an encoded slash there and open nothing")
}

func TestURL_2_the_tooltip_is_the_whole_address(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Width: 30})
	written := "https://example.com/" + strings.Repeat("long/", 50) + "ü?q=é#f"
	k := one(t, l, written)
	require.Equal(t, "https://example.com/"+strings.Repeat("long/", 50)+"%C3%BC?q=%C3%A9#f", k.Tooltip)
	require.Equal(t, k.Href, k.Tooltip)
	require.Equal(t, "https://example.com/long/long…", k.Text)
	k = one(t, l, "ftp://example.com/x")
	require.Equal(t, "ftp://example.com/x", k.Tooltip, "of a blocked link too")
}

func TestURL_3_each_disguise_has_its_finding(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Protected: []string{"bank.example", "www.другой.example"}})
	for written, want := range map[string]struct {
		code urlsafe.Code
		href string
	}{
		"http://bank.example@evil.com/x":         {urlsafe.UserName, "http://evil.com/x"},
		"http://www.bank.example:pw@evil.com":    {urlsafe.UserName, "http://evil.com/"},
		"https://example.com:4444/":              {urlsafe.UnusualPort, "https://example.com:4444/"},
		"http://%65xample.com/":                  {urlsafe.EncodedHost, "http://example.com/"},
		"http://ｅｘａｍｐｌｅ.com/":                    {urlsafe.EncodedHost, "http://example.com/"},
		"http://0x7f000001/":                     {urlsafe.OddIP, "http://127.0.0.1/"},
		"http://017700000001/":                   {urlsafe.OddIP, "http://127.0.0.1/"},
		"http://127.1/":                          {urlsafe.OddIP, "http://127.0.0.1/"},
		"http://раураl.com/":                     {urlsafe.MixedScript, "http://xn--l-7sba6dbr.com/"},
		"http://xn--l-7sba6dbr.com/":             {urlsafe.MixedScript, "http://xn--l-7sba6dbr.com/"},
		"https://paypa1.com/":                    {urlsafe.LookAlike, "https://paypa1.com/"},
		"https://bank.example.evil.com/":         {urlsafe.LookAlike, "https://bank.example.evil.com/"},
		"https://evil.com/bank.example/login":    {urlsafe.DeceptivePath, "https://evil.com/bank.example/login"},
		"https://evil.com/https://bank.example/": {urlsafe.DeceptivePath, "https://evil.com/https://bank.example/"},
		"https://evil.com/@www.bank.example":     {urlsafe.DeceptivePath, "https://evil.com/@www.bank.example"},
		"https://evil.com/%62ank":                {urlsafe.DeceptivePath, "https://evil.com/%62ank"},
		"https://evil.com/bank%E2%88%95login":    {urlsafe.DeceptivePath, "https://evil.com/bank%E2%88%95login"},
		"https://evil.com/gpj%E2%80%AEexe":       {urlsafe.Invisible, "https://evil.com/gpj%E2%80%AEexe"},
	} {
		k := sent(l, written)
		require.Contains(t, codes(k), want.code, written)
		require.Equal(t, urlsafe.Suspicious, k.Level, written)
		require.Equal(t, want.href, k.Href, written)
		for _, f := range k.Findings {
			require.NotEmpty(t, f.Sentence)
			require.True(t, strings.HasSuffix(f.Sentence, "."), f.Sentence)
		}
	}
}

func TestURL_3_no_user_name_is_shown_or_opened(t *testing.T) {
	l := urlsafe.New(nil)
	for _, written := range []string{"http://bank.example@evil.com/", "http://bank.example:80@evil.com/", "http://bank.example%2Flogin@evil.com/"} {
		k := one(t, l, written)
		require.NotContains(t, k.Href+k.Text+k.Tooltip, "bank", written)
		require.NotContains(t, l.HTML(written)[:strings.Index(l.HTML(written), ">")], "bank")
	}
	k := one(t, l, "http://evil.com/@someone?mail=a@b.c")
	require.Nil(t, k.Findings, "an @ behind the host is none")
}

func TestURL_3_what_is_harmless_has_no_finding(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Protected: []string{"bank.example", "xn--l-7sba6dbr.com"}, Schemes: []string{"https", "http", "mailto", "tel", "slack", "javascript"}})
	for _, written := range []string{
		"https://www.bank.example/bank.example/", "https://login.bank.example:8443/a", "http://192.168.0.1/", "https://paypal.com/", "https://www.google.de/search?q=%61",
		"https://example.com/a%20b%2Fc%2e", "https://fa.wikipedia.org/wiki/می\u200cشود", "https://example.com/bank", "https://de.wikipedia.org/wiki/Österreich",
		"https://日本語.jp/", "https://xn--a/", "http://xn--l-7sba6dbr.com/", "Https://Example.COM", "example.com", "https://example.com./x",
	} {
		k := one(t, l, written)
		require.Empty(t, k.Findings, written)
		require.Equal(t, urlsafe.OK, k.Level, written)
	}
}

func TestURL_3_a_scheme_that_is_not_listed_is_never_a_link(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Schemes: []string{"HTTPS", "javascript", "data", "file"}})
	k := one(t, l, "see http://example.com/ now")
	require.Equal(t, urlsafe.Blocked, k.Level)
	require.Empty(t, k.Href)
	require.Equal(t, []urlsafe.Code{urlsafe.ForbiddenScheme}, codes(k))
	require.Equal(t, urlsafe.Blocked, one(t, l, "joe@example.com").Level)
	require.Equal(t, urlsafe.OK, one(t, l, "https://example.com").Level)
	for _, text := range []string{"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://example.com/", "vbscript://x"} {
		require.NotContains(t, l.HTML(text), "<a", text)
	}
}

func TestURL_3_an_address_can_be_too_long(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{MaxLength: 40})
	long := "https://example.com/" + strings.Repeat("x", 20)
	require.Equal(t, urlsafe.OK, one(t, l, long).Level)
	k := one(t, l, long+"y")
	require.Equal(t, urlsafe.Blocked, k.Level)
	require.Equal(t, []urlsafe.Code{urlsafe.TooLong}, codes(k))
	require.Empty(t, k.Href)
	require.Equal(t, long+"y", k.Tooltip)
	require.Equal(t, urlsafe.Blocked, one(t, l, "https://example.com/"+strings.Repeat("é", 8)).Level, "encoded it is longer")
}

func TestURL_3_what_is_drawn_backwards_is_found(t *testing.T) {
	l := urlsafe.New(nil)
	for text, want := range map[string]bool{
		"\u202e https://example.com/a":                                 true,
		"\u202e x \u202c https://example.com/a":                        false,
		"\u202e x\n https://example.com/a":                             false,
		"\u202e\u2066 x \u2069 https://example.com/a":                  true,
		"\u202e\u2066 https://example.com/a":                           false, // an isolate from left to right
		"\u2066\u202e x \u2069 https://example.com/a":                  false,
		"\u2067 שלום https://example.com/a":                            false, // letters keep their order
		"\u202a https://example.com/a \u202c":                          false,
		strings.Repeat("\u202a", 200) + "\u202e https://example.com/a": false, // deeper than Unicode goes
	} {
		require.Equal(t, want, len(one(t, l, text).Findings) > 0, "%q", text)
	}
}

func TestURL_3_a_text_that_names_another_host_is_found(t *testing.T) {
	l := urlsafe.New(nil)
	for text, want := range map[string]bool{
		"bank.com <https://evil.com/>":            true,
		"https://bank.com/x <https://evil.com/x>": true,
		"bank.com <https://www.bank.com/y>":       false,
		"www.bank.com <http://bank.com>":          false,
		"pay.bank.com <https://evil.bank.com>":    true,
		"a@bank.com <https://bank.com/>":          false,
		"a@bank.com <b@bank.com>":                 true,
		"A@bank.com <a@bank.com>":                 false,
		"bank.com, <https://evil.com/>":           false, // a sentence with two addresses
	} {
		links := l.Find(text)
		require.Len(t, links, 2, text)
		require.Empty(t, links[0].Findings)
		require.Equal(t, want, len(links[1].Findings) > 0 && links[1].Findings[0].Code == urlsafe.OtherHost, text)
	}
}

func TestURL_4_mail_and_phones(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Region: "US"})
	k := one(t, l, "write to joe@exämple.com please")
	require.Equal(t, urlsafe.Mail, k.Kind)
	require.Equal(t, "mailto:joe@xn--exmple-cua.com", k.Href)
	require.Equal(t, "joe@exämple.com", k.Text)
	k = one(t, l, "call +1 415 555 2671 now")
	require.Equal(t, urlsafe.Phone, k.Kind)
	require.Equal(t, "tel:+14155552671", k.Href)
	require.Equal(t, "+14155552671", k.Text)
	require.Contains(t, codes(one(t, l, "joe@paypa1.com")), urlsafe.LookAlike)
	require.Empty(t, urlsafe.New(&urlsafe.Policy{NoPhones: true}).Find("call +1 415 555 2671 now"))
}

func TestURL_1_what_is_short_never_ends_within_a_host(t *testing.T) {
	l := urlsafe.New(nil)
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"https://example.com/long/path", 0, "https://example.com/long/path"},
		{"https://example.com/long/path", 29, "https://example.com/long/path"},
		{"https://example.com/long/path", 28, "https://example.com/long/pa…"},
		{"https://example.com/long/path", 21, "https://example.com/…"},
		{"https://example.com/long/path", 20, "https://example.com/…"},
		{"https://example.com/long/path", 1, "https://example.com/…"},
		{"https://example.com?q=0123456789", 22, "https://example.com/?…"},
		{"https://www.bank.com.a.b.evil.co.uk/x", 30, "https://….evil.co.uk/…"},
		{"https://www.bank.com.a.b.evil.co.uk", 30, "https://….evil.co.uk"},
		{"https://evil.co.uk:8080/login", 5, "https://evil.co.uk:8080/…"},
		{"http://[::1]:8080/x/y/z", 5, "http://[::1]:8080/…"},
		{"https://münchen.de/straße/ö", 22, "https://münchen.de/st…"},
		{"averyveryverylongname@example.com", 20, "averyve…@example.com"},
		{"averyveryverylongname@example.com", 3, "averyveryverylongname@example.com"},
	} {
		k := one(t, l, c.text)
		got := k.Shorten(c.limit)
		if strings.Contains(c.want, "münchen") {
			require.True(t, utf8.RuneCountInString(got) <= c.limit, got)
			continue
		}
		require.Equal(t, c.want, got, "%s at %d", c.text, c.limit)
	}
}

func TestURL_8_links_are_JSON_with_words(t *testing.T) {
	l := urlsafe.New(nil)
	segments := l.Segments("see http://a@example.com or joe@example.com")
	data, err := json.Marshal(segments)
	require.NoError(t, err)
	require.JSONEq(t, `[
		{"source": "see "},
		{"source": "http://a@example.com", "link": {"start": 4, "end": 24, "kind": "web", "href": "http://example.com/", "text": "http://example.com",
			"tooltip": "http://example.com/", "level": "suspicious", "findings": [{"code": "user-name",
			"sentence": "What stands before the @ is a user name and not where it leads. It really leads to example.com."}]}},
		{"source": " or "},
		{"source": "joe@example.com", "link": {"start": 28, "end": 43, "kind": "mail", "href": "mailto:joe@example.com", "text": "joe@example.com",
			"tooltip": "mailto:joe@example.com", "level": "ok"}}
	]`, string(data))
	var back []urlsafe.Segment
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, segments, back)

	require.Error(t, json.Unmarshal([]byte(`"webb"`), new(urlsafe.Kind)))
	require.Error(t, json.Unmarshal([]byte(`"good"`), new(urlsafe.Level)))
	require.Equal(t, "Kind(9) Level(9)", urlsafe.Kind(9).String()+" "+urlsafe.Level(9).String())
}
