package urlsafe_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel/urlsafe"
)

func TestURL_5_a_pushed_address_is_normalised(t *testing.T) {
	l := urlsafe.New(nil)
	for raw, want := range map[string]string{
		"https://example.com":            "https://example.com/",
		"  HTTP://Example.COM:80/a/../b": "http://example.com/b",
		"example.com/help":               "https://example.com/help",
		"Example.com/help desk":          "https://example.com/help%20desk",
		"example.com:8080/x":             "https://example.com:8080/x",
		"https://example.com/a b\n":      "https://example.com/a%20b",
		"https://münchen.de/ö":           "https://xn--mnchen-3ya.de/%C3%B6",
		"https://example.com:4444/":      "https://example.com:4444/", // a warning
		"http://localhost:8080/":         "http://localhost:8080/",
	} {
		link, err := l.Check(raw)
		require.NoError(t, err, raw)
		require.Equal(t, want, link.Href)
		require.Equal(t, strings.TrimSpace(raw), strings.TrimSpace(raw)[link.Start:link.End])
		again, err := l.Check(link.Href)
		require.NoError(t, err)
		require.Equal(t, want, again.Href)
		require.Equal(t, strings.Contains(raw, "4444"), link.Level == urlsafe.Suspicious)
	}
}

func TestURL_5_a_bad_address_is_refused_with_all_reasons(t *testing.T) {
	l := urlsafe.New(&urlsafe.Policy{Schemes: []string{"https", "http", "slack"}})
	for raw, want := range map[string][]urlsafe.Code{
		"":                              {urlsafe.Malformed},
		"hello":                         {urlsafe.Malformed},
		"http://":                       {urlsafe.Malformed},
		"https://a b.com/":              {urlsafe.Malformed},
		"https://example.com:99999/":    {urlsafe.Malformed},
		"example.com and more":          {urlsafe.Malformed},
		"/path":                         {urlsafe.Malformed},
		"joe@example.com":               {urlsafe.Malformed},
		"\xff":                          {urlsafe.Malformed},
		"javascript:alert(1)":           {urlsafe.ForbiddenScheme},
		"java\nscript:alert(1)":         {urlsafe.ForbiddenScheme, urlsafe.Invisible},
		"ftp://example.com/":            {urlsafe.ForbiddenScheme},
		"mailto:joe@example.com":        {urlsafe.ForbiddenScheme},
		"slack://open":                  {urlsafe.ForbiddenScheme},
		"https://bank.com@example.com/": {urlsafe.UserName},
		"https://@example.com/":         {urlsafe.UserName},
		`https:\\@example.com/`:         {urlsafe.UserName},
		"https://exam\u200bple.com/":    {urlsafe.EncodedHost, urlsafe.Invisible},
		"https://u@paypa1.com:99/":      {urlsafe.UserName, urlsafe.LookAlike, urlsafe.UnusualPort},
		"http://0x7f.1/":                {urlsafe.OddIP},
		"https://example.com/%61":       {urlsafe.DeceptivePath},
		"https://e.com/" + strings.Repeat("x", 2048): {urlsafe.TooLong},
		"https://e.com/" + strings.Repeat("é", 700):  {urlsafe.TooLong}, // 4200 when encoded
	} {
		link, err := l.Check(raw)
		var refused *urlsafe.RefusedError
		require.ErrorAs(t, err, &refused, "%q", raw)
		require.Zero(t, link)
		require.Equal(t, want, codes(urlsafe.Link{Findings: refused.Findings}), "%q", raw)
		require.True(t, strings.HasPrefix(err.Error(), "urlsafe: the address is refused: "), err)
		for _, f := range refused.Findings {
			require.Contains(t, err.Error(), f.Sentence)
		}
	}
}

func TestURL_5_the_wording_is_the_policys(t *testing.T) {
	const address = "https://example.com/"
	require.Equal(t, "Please navigate to the link: https://example.com/", urlsafe.PushText("", address))
	require.Equal(t, "<https://example.com/>, https://example.com/", urlsafe.PushText("<<url>>, <url>", address))
	require.Equal(t, "Look here https://example.com/", urlsafe.PushText("Look here", address))
	require.Equal(t, "Look here https://example.com/<url>", urlsafe.PushText("Look here <url>", address+"<url>"))
}

func TestURL_5_the_wording_is_there_in_two_languages(t *testing.T) {
	for language, want := range map[string]string{
		"": urlsafe.DefaultPushText, "en": urlsafe.DefaultPushText, "fr-CA": urlsafe.DefaultPushText, "den": urlsafe.DefaultPushText,
		"de": "Bitte öffnen Sie den Link: <url>", "DE-at": "Bitte öffnen Sie den Link: <url>",
	} {
		require.Equal(t, want, urlsafe.PushWording(language), language)
		require.Contains(t, want, "<url>", "a kernel replaces that and adds nothing")
	}
}

func TestURL_5_a_gate_fits_the_commands_of_a_kernel(t *testing.T) {
	type pushURL struct{ URL string }
	gate := urlsafe.Gate[int, string, pushURL](urlsafe.New(nil))
	push, err := gate(t.Context(), "chat", 1, "agent", pushURL{"example.com"})
	require.NoError(t, err)
	require.Equal(t, pushURL{"https://example.com/"}, push)
	push, err = gate(t.Context(), "chat", 1, "agent", pushURL{"javascript:x"})
	var refused *urlsafe.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, pushURL{"javascript:x"}, push)
}

// lists is a store as small as can be.
type lists struct {
	list []string
	err  error
}

func (s *lists) Remember(_ context.Context, _, address string, limit int) error {
	s.list = append([]string{address}, s.list...)
	return s.err
}
func (s *lists) Recent(context.Context, string) ([]string, error) { return s.list, s.err }
func (s *lists) Forget(_ context.Context, _, address string) error {
	s.list = []string{"forgot " + address}
	return s.err
}

func TestURL_7_suggestions_match_anywhere(t *testing.T) {
	store := &lists{list: []string{
		"https://example.com/Bill", "https://xn--mnchen-3ya.de/", "https://example.org/caf%C3%A9", "http://bill.example/",
	}}
	h := urlsafe.NewHistory(urlsafe.New(nil), store, 0)
	suggest := func(typed string, limit int) []string {
		list, err := h.Suggest(t.Context(), "a", typed, limit)
		require.NoError(t, err)
		return list
	}
	require.Equal(t, []string{store.list[0], store.list[3]}, suggest("bill", 0))
	require.Equal(t, []string{store.list[0], store.list[3]}, suggest(" BILL ", 9))
	require.Equal(t, []string{store.list[0]}, suggest("bill", 1))
	require.Equal(t, []string{store.list[1]}, suggest("MÜNCH", 0), "as it is shown")
	require.Equal(t, []string{store.list[1]}, suggest("xn--m", 0), "as it is")
	require.Equal(t, []string{store.list[2]}, suggest("CAFÉ", 0))
	require.Equal(t, store.list, suggest("", 0))
	require.Empty(t, suggest("nothing", 0))
	require.Len(t, must(urlsafe.NewHistory(urlsafe.New(nil), store, 2).Suggest(t.Context(), "a", "", 0)), 2, "a smaller setting counts at once")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestURL_7_the_history_holds_what_can_be_pushed(t *testing.T) {
	store := new(lists)
	h := urlsafe.NewHistory(urlsafe.New(nil), store, 3)
	require.NoError(t, h.Add(t.Context(), "a", " EXAMPLE.com"))
	require.Equal(t, []string{"https://example.com/"}, store.list)
	var refused *urlsafe.RefusedError
	require.ErrorAs(t, h.Add(t.Context(), "a", "javascript:x"), &refused)
	require.Len(t, store.list, 1)
	require.NoError(t, h.Forget(t.Context(), "a", "example.com"))
	require.Equal(t, []string{"forgot https://example.com/"}, store.list)

	store.err = errors.New("down")
	require.ErrorIs(t, h.Add(t.Context(), "a", "example.com"), store.err)
	require.ErrorIs(t, h.Forget(t.Context(), "a", "example.com"), store.err)
	_, err := h.Suggest(t.Context(), "a", "", 0)
	require.ErrorIs(t, err, store.err)
}
