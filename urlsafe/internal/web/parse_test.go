package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
	"github.com/stretchr/testify/require"
)

func TestURL_1_the_host_is_the_one_that_a_browser_opens(t *testing.T) {
	for raw, host := range map[string]string{
		`http:\\a\b:c\d@foo.example\`:          "a",
		"http:@www.example.com":                "www.example.com",
		"https:example.com/":                   "example.com",
		"http:/:b@www.example.com":             "www.example.com",
		"http://bank.example@evil.example":     "evil.example",
		"http://bank.example:80@evil.example":  "evil.example",
		"http://bank.example%2F@evil.example/": "evil.example",
		"http://0xffffffff":                    "255.255.255.255",
		"http://192.0x00A80001":                "192.168.0.1",
		"http://017700000001/":                 "127.0.0.1",
		"http://2130706433/":                   "127.0.0.1",
		"http://1.2.3":                         "1.2.0.3",
		"http://１２７。0。0。1/":                    "127.0.0.1",
		"http://GOO\u200b\u2060\ufeffgoo.com":  "googoo.com",
		"http://Ｇｏ.com":                        "go.com",
		"https://a%C2%ADb/":                    "ab",
		"https://%65xample.com":                "example.com",
		"https://xn--bogus-/":                  "xn--bogus-",
		"http://[0:0::1]:80/":                  "[::1]",
		"http://[::ffff:1.2.3.4]":              "[::ffff:102:304]",
		"http://[1:0:0:2::3]":                  "[1:0:0:2::3]",
		"http://[1:0:2:3:4:5:6:7]":             "[1:0:2:3:4:5:6:7]",
		"http://[1:2:3:4:5:6::]":               "[1:2:3:4:5:6::]",
		"http://[::]":                          "[::]",
		"ht\ntp://ex\tample.com\r":             "example.com",
		" \x00http://example.com\x1f":          "example.com",
	} {
		u, err := web.Parse(raw)
		require.NoError(t, err, "%q", raw)
		require.Equal(t, host, u.Hostname(), "%q", raw)
	}
}

func TestURL_1_the_parts_of_an_address(t *testing.T) {
	u, err := web.Parse("HTTPS://User:Pa:ss@Example.com:0443/a/./b/../c d?q=ä'#f`")
	require.NoError(t, err)
	require.Equal(t, "https://User:Pa%3Ass@example.com/a/c%20d?q=%C3%A4%27#f%60", u.Href())
	require.Equal(t, "https", u.Scheme())
	require.Equal(t, "User", u.Username())
	require.Equal(t, "Pa%3Ass", u.Password())
	require.Equal(t, "example.com", u.Hostname())
	require.Equal(t, "", u.Port())
	require.Equal(t, "/a/c%20d", u.Path())
	require.Equal(t, "q=%C3%A4%27", u.Query())
	require.Equal(t, "f%60", u.Fragment())
	require.False(t, u.Opaque())

	u, err = web.Parse("mailto:someone@example.com?subject=x")
	require.NoError(t, err)
	require.True(t, u.Opaque())
	require.False(t, u.HasHost())
	require.Equal(t, "someone@example.com", u.Path())
	require.Equal(t, "", u.Hostname()+u.Username()+u.Password()+u.Port())
	require.True(t, u.HasQuery())

	u, err = web.Parse("http://h:8080?#")
	require.NoError(t, err)
	require.Equal(t, "8080", u.Port())
	require.True(t, u.HasQuery())
	require.True(t, u.HasFragment())
	require.Equal(t, "http://h:8080/?#", u.Href())
}

func TestURL_1_an_address_is_written_in_its_final_form(t *testing.T) {
	for raw, href := range map[string]string{
		"http://u@h":             "http://u@h/",
		"http://:p@h":            "http://:p@h/",
		"http://@h:80":           "http://h/",
		"http://h/%2e/a/.%2E/b":  "http://h/b",
		"http://h/%2e":           "http://h/",
		"https://h/a/%2e%2e":     "https://h/",
		"http://1.2.3.4./":       "http://1.2.3.4/",
		"file:///C|/../x":        "file:///C:/x",
		"file://localhost/x":     "file:///x",
		"file:x":                 "file:///x",
		"mailto:a b  ?x":         "mailto:a b %20?x",
		"x:/..//y":               "x:/.//y",
		"x://h/..//y":            "x://h//y",
		"javascript:alert(1)":    "javascript:alert(1)",
		"http://STRAẞE.Ⴀ\u206a/": "http://xn--strae-oqa.xn--rkj/",
		"https://example.com?q":  "https://example.com/?q",
		"http://h/\xff":          "http://h/%EF%BF%BD",
	} {
		u, err := web.Parse(raw)
		require.NoError(t, err, "%q", raw)
		require.Equal(t, href, u.Href(), "%q", raw)
	}
}

func TestURL_1_a_relative_address_goes_on_from_its_base(t *testing.T) {
	for _, c := range [][3]string{
		{"http://u:p@h:81/a/b?q#f", "c", "http://u:p@h:81/a/c"},
		{"http://u:p@h:81/a/b?q#f", "?r", "http://u:p@h:81/a/b?r"},
		{"http://u:p@h:81/a/b?q#f", "#g", "http://u:p@h:81/a/b?q#g"},
		{"http://u:p@h:81/a/b?q#f", "", "http://u:p@h:81/a/b?q"},
		{"http://u:p@h:81/a/b?q#f", "\\c", "http://u:p@h:81/c"},
		{"http://u:p@h:81/a/b?q#f", "//i", "http://i/"},
		{"http://u:p@h:81/a/b?q#f", "http:c", "http://u:p@h:81/a/c"},
		{"http://u:p@h:81/a/b?q#f", "https:c", "https://c/"},
		{"x:/.//a/b", "c", "x:/.//a/c"},
		{"x:/.//a/b", "/c", "x:/c"},
		{"mailto:a?q#f", "#g", "mailto:a?q#g"},
		{"file:///C:/a/b", "/c", "file:///C:/c"},
		{"file:///C:/a/b", "D|/c", "file:///D:/c"},
		{"file:///C:/a", "../../..", "file:///C:/"},
	} {
		base, err := web.Parse(c[0])
		require.NoError(t, err)
		u, err := web.ParseRef(c[1], &base)
		require.NoError(t, err, "%q", c)
		require.Equal(t, c[2], u.Href(), "%q", c)
	}
}

func TestURL_1_the_zero_address_is_empty(t *testing.T) {
	var u web.URL
	require.Equal(t, "", u.Href()+u.Scheme()+u.Username()+u.Password()+u.Hostname()+u.Port()+u.Path()+u.Query()+u.Fragment())
	require.False(t, u.HasHost() || u.Opaque() || u.HasQuery() || u.HasFragment())
	_, err := web.ParseRef("x", &u)
	require.ErrorIs(t, err, web.ErrNoScheme)
}

func TestURL_1_what_no_browser_opens_is_refused_with_the_reason(t *testing.T) {
	for raw, want := range map[string]error{
		"":                     web.ErrNoScheme,
		"example.com":          web.ErrNoScheme,
		"//example.com":        web.ErrNoScheme,
		"1http://a":            web.ErrNoScheme,
		"http://":              web.ErrHost,
		"http://a b/":          web.ErrHost,
		"http://user@/":        web.ErrHost,
		"http://:80/":          web.ErrHost,
		"http://a%00b/":        web.ErrHost,
		"http://a%2fb/":        web.ErrHost,
		"http://www.a⩴80/":     web.ErrHost, // the mapping makes a colon of it
		"http://1.2.3.4.5/":    web.ErrHost,
		"http://256.1.1.1/":    web.ErrHost,
		"http://4294967296/":   web.ErrHost,
		"http://a.0x/":         web.ErrHost,
		"http://[::1%25eth0]/": web.ErrHost,
		"http://[1.2.3.4]/":    web.ErrHost,
		"http://[::1/":         web.ErrHost,
		"http://\u00ad/":       web.ErrHost,
		"http://a\xff/":        web.ErrHost,
		"foo://a^b/":           web.ErrHost,
		"http://a:99999/":      web.ErrPort,
		"http://a:8o/":         web.ErrPort,
		"http://[::1]8080/":    web.ErrHost,
		"http://" + strings.Repeat("ä", 600) + ".example/": web.ErrHost,
		strings.Repeat("a", web.MaxLength+1):               web.ErrTooLong,
	} {
		u, err := web.Parse(raw)
		require.ErrorIs(t, err, want, "%.40q", raw)
		require.Zero(t, u)
	}
}

func TestURL_1_the_registrable_part_of_a_host(t *testing.T) {
	for host, want := range map[string]string{
		"www.example.com":      "example.com",
		"a.b.example.co.uk":    "example.co.uk",
		"example.co.uk.":       "example.co.uk",
		"co.uk":                "co.uk",
		"me.github.io":         "me.github.io",
		"localhost":            "localhost",
		"192.168.0.1":          "192.168.0.1",
		"[2001:db8::1]":        "[2001:db8::1]",
		"www.xn--bcher-kva.de": "xn--bcher-kva.de",
		"":                     "",
		"..":                   "..",
	} {
		require.Equal(t, want, web.Registrable(host), "%q", host)
	}
}

func TestURL_3_only_valid_labels_become_Unicode(t *testing.T) {
	for host, want := range map[string]string{
		"www.xn--bcher-kva.example":             "www.bücher.example",
		"xn--bcher-kva.xn--a.com":               "bücher.xn--a.com",
		"xn--example-.com":                      "xn--example-.com",
		"xn--.com":                              "xn--.com",
		"xn--BCHER-KVA.com":                     "xn--BCHER-KVA.com", // not as ToASCII returns it
		"example.com":                           "example.com",
		"xn--" + strings.Repeat("a", 70) + ".x": "xn--" + strings.Repeat("a", 70) + ".x",
	} {
		require.Equal(t, want, web.ToUnicode(host))
	}
}

func TestURL_3_a_label_longer_than_any_stays_in_ASCII(t *testing.T) {
	host, err := web.ToASCII(strings.Repeat("ü", 70) + ".example")
	require.NoError(t, err)
	require.Equal(t, host, web.ToUnicode(host))
}

func TestURL_1_a_usual_address_costs_no_memory(t *testing.T) {
	raw := "https://www.example.com/path/to/page.html?x=1&y=2#top"
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := web.Parse(raw); err != nil {
			t.Fatal(err)
		}
	}))
}

// Time for a byte must not grow with the length. The bound is generous: what is
// quadratic takes a hundred times as long.
func TestURL_1_parsing_takes_linear_time(t *testing.T) {
	for _, pattern := range []string{
		"/", "/..", "/a/../", "@", "a@", ":", "%", "%41", "?", "ä", "\\", "[", ".", "1.", "xn--a.", " ", "\t", "ä.", "\xff",
	} {
		for _, prefix := range []string{"http://", "http://h/", "x:", "x://h", "file:", "x:/", "http://u:"} {
			cost := func(n, times int, enough ...time.Duration) time.Duration {
				raw := prefix + strings.Repeat(pattern, n/len(pattern))
				best := time.Hour
				for range times {
					start := time.Now()
					_, _ = web.Parse(raw)
					best = min(best, time.Since(start))
					if len(enough) > 0 && best < enough[0] {
						break // another process may have had the core before
					}
				}
				return best
			}
			limit := max(100*cost(1_000, 5)*20, 20*time.Millisecond)
			require.Less(t, cost(100_000, 20, limit), limit, "%q after %q", pattern, prefix)
		}
	}
}
