package web_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
	"github.com/stretchr/testify/require"
)

// corpus reads a list of cases of the web platform's tests. Its first entries and
// some others are comments, plain strings.
func corpus[T any](t *testing.T, name string) []T {
	t.Helper()
	dir := os.Getenv("CHATKERNEL_CORPORA")
	if dir == "" {
		t.Skip("CHATKERNEL_CORPORA does not name the folder of the public test data")
	}
	data, err := os.ReadFile(filepath.Join(dir, "wpt", name))
	require.NoError(t, err)
	var raw []json.RawMessage
	require.NoError(t, json.Unmarshal(data, &raw))
	var cases []T
	for _, r := range raw {
		if r[0] != '{' {
			continue
		}
		var c T
		require.NoError(t, json.Unmarshal(r, &c))
		cases = append(cases, c)
	}
	return cases
}

func TestURL_1_an_address_is_parsed_as_the_web_platform_parses_it(t *testing.T) {
	type part = *string
	cases := corpus[struct {
		Input                                                        string
		Base                                                         *string
		Failure                                                      bool
		Href, Protocol, Username, Password, Hostname, Port, Pathname part
		Search, Hash                                                 part
	}](t, "urltestdata.json")
	require.Len(t, cases, 891)
	for _, c := range cases {
		var base *web.URL
		if c.Base != nil {
			b, err := web.Parse(*c.Base)
			if err != nil {
				require.True(t, c.Failure, "base of %q", c.Input)
				continue
			}
			base = &b
		}
		u, err := web.ParseRef(c.Input, base)
		if c.Failure {
			if err == nil {
				t.Errorf("%q (base %v): accepted as %s", c.Input, c.Base, u.Href())
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v, want %s", c.Input, err, *c.Href)
			continue
		}
		search, hash := "", ""
		if u.Query() != "" {
			search = "?" + u.Query()
		}
		if u.Fragment() != "" {
			hash = "#" + u.Fragment()
		}
		for name, p := range map[string]struct {
			want part
			got  string
		}{
			"href": {c.Href, u.Href()}, "protocol": {c.Protocol, u.Scheme() + ":"},
			"username": {c.Username, u.Username()}, "password": {c.Password, u.Password()},
			"hostname": {c.Hostname, u.Hostname()}, "port": {c.Port, u.Port()},
			"pathname": {c.Pathname, u.Path()}, "search": {c.Search, search}, "hash": {c.Hash, hash},
		} {
			if p.want != nil && *p.want != p.got {
				t.Errorf("%q: %s is %q, want %q", c.Input, name, p.got, *p.want)
			}
		}
	}
}

func TestURL_1_a_host_becomes_ASCII_as_the_web_platform_has_it(t *testing.T) {
	type host struct {
		Input  string
		Output *string
	}
	for _, name := range []string{"toascii.json", "IdnaTestV2.json"} {
		cases := corpus[host](t, name)
		right := 0
		for _, c := range cases {
			got, err := web.ToASCII(c.Input)
			switch {
			case err == nil && c.Output == nil:
				t.Errorf("%s: %q is accepted as %q", name, c.Input, got)
			case err != nil && c.Output == nil, err == nil && got == *c.Output:
				right++
			case err != nil:
				t.Logf("%s: %+q is refused, want %q", name, c.Input, *c.Output)
			default:
				t.Logf("%s: %+q is %q, want %q", name, c.Input, got, *c.Output)
			}
		}
		t.Logf("%s: %d of %d", name, right, len(cases))
		require.GreaterOrEqual(t, float64(right), 0.99*float64(len(cases)))
	}
}
