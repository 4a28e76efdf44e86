package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// archiveSite is a site with histories, and three chats of Pat: one that is done,
// with a consultation in it, one that another agent had, and one that goes on.
func archiveSite(t *testing.T) (s *site, past, bens, current string) {
	store := memstore.New(nil)
	options := gateway.Options{}
	k := chatkernel.New(store, memstore.NewTransport(), nil)
	t.Cleanup(func() { require.NoError(t, k.Close()) })
	options.History = history.New(k, nil)
	s = newSite(t, setup{store: store, options: options})
	p := policy()
	p.Dispositions = []interaction.Disposition{{Code: "sold", Label: "Sold"}}
	past = s.active(p)
	s.does(pat, past, "say", say("my lamp is broken"))
	s.does(maria, past, "consult", `{"id":"con","to":"agent:ben","agent":"agent:ben"}`)
	s.does(ben, past, "accept", `{"invitation":"con"}`)
	s.does(ben, past, "say", `{"text":"SECRET lamp","consultation":"con"}`)
	s.does(maria, past, "set-note", `{"text":"a kind person"}`)
	s.does(maria, past, "set-disposition", `{"code":"sold"}`)
	s.does(maria, past, "end", "")
	s.does(maria, past, "mark-done", "")
	bens = s.waiting(p, interaction.Target(ben))
	s.does(ben, bens, "accept", `{"invitation":"`+s.asked(bens, ben)+`"}`)
	s.does(ben, bens, "say", say("the parcel is on its way"))
	s.does(ben, bens, "end", "")
	s.does(ben, bens, "mark-done", "")
	current = s.active(p)
	s.does(pat, current, "say", say("hello again"))
	return s, past, bens, current
}

func ids(r reply) (all []string) {
	for _, c := range r.body["chats"].([]any) {
		all = append(all, c.(map[string]any)["id"].(string))
	}
	return all
}

func TestHIST_1_HIST_2_gateway_histories(t *testing.T) {
	s, past, bens, current := archiveSite(t)
	of := "/contacts/" + string(pat) + "/history"
	require.Equal(t, []string{current, bens, past}, ids(s.get(maria, of)))
	require.Equal(t, []string{current, bens, past}, ids(s.get(pat, of)))
	require.Equal(t, []string{current, past}, ids(s.get(maria, "/history")))
	require.Equal(t, []string{bens}, ids(s.get(ben, "/history")), "not the one in which he was consulted")
	require.Equal(t, []string{past}, ids(s.get(maria, of+"?text=LAMP&phase=done&disposition=sold")))
	require.Equal(t, []string{bens}, ids(s.get(maria, of+"?owner=agent:ben")))
	require.NotContains(t, s.get(maria, of+"?text=lamp").raw, "SECRET")
	require.Empty(t, ids(s.get(sam, of+"?text=secret")))
	require.NotContains(t, s.get(pat, of).raw, "sold")

	for path, want := range map[string][]any{
		of + "?cursor=x":                                     {400, "cursor"},
		of + "?since=yesterday":                              {422, "value"},
		"/contacts/contact:kat/history":                      {403, "viewer"},
		"/history?phase=nothing":                             {403, "staff-only"},
		of + "?disposition=sold":                             {422, "filter"},
		"/interactions/" + past + "/older?zone=Nowhere/Land": {422, "value"},
		"/interactions/none/transcript":                      {404, "not-found"},
		"/interactions/" + past + "/transcript/pdf":          {404, "not-found"},
	} {
		r := s.get(pat, path)
		require.Equal(t, want, []any{r.status, r.code()}, "%s: %s", path, r.raw)
	}
	bare := newSite(t, setup{})
	require.Equal(t, "no-history", bare.get(maria, "/history").code())
}

func TestHIST_1_HIST_3_HIST_6_gateway_transcripts(t *testing.T) {
	s, past, bens, current := archiveSite(t)
	r := s.get(zoe, "/interactions/"+past+"/transcript")
	require.Equal(t, 200, r.status, r.raw)
	require.Contains(t, r.raw, "my lamp is broken")
	require.Equal(t, "a kind person", r.body["notes"].([]any)[0].(map[string]any)["text"])
	require.NotContains(t, r.raw, "SECRET")
	own := s.get(pat, "/interactions/"+past+"/transcript").raw
	require.Contains(t, own, "my lamp is broken")
	require.NotContains(t, own, "a kind person")
	require.Equal(t, 404, s.get("contact:kat", "/interactions/"+past+"/transcript").status)

	h := s.from(maria)
	h.Set("Accept-Language", "de")
	r = s.request(http.MethodGet, "/interactions/"+current+"/older?zone="+url.QueryEscape("Europe/Berlin"), h, "")
	require.Equal(t, 200, r.status, r.raw)
	lines := r.body["lines"].([]any)
	require.Equal(t, "Heute", lines[0].(map[string]any)["text"])
	require.Equal(t, "begin", lines[len(lines)-1].(map[string]any)["kind"])
	text := r.raw
	require.Less(t, strings.Index(text, past), strings.Index(text, bens))
	require.NotContains(t, text, "SECRET")
	require.NotEmpty(t, r.body["notice"])

	f := &fileSite{site: s}
	for format, mark := range map[string]string{
		"txt": "my lamp is broken", "html": "<html", "json": `"chatkernel-transcript"`, "connect.json": `"Transcript"`, "xml": "<chatTranscript",
	} {
		status, header, body := f.fetch(maria, "/interactions/"+past+"/transcript/"+format+"?zone=Europe/Berlin")
		require.Equal(t, 200, status, "%s", body)
		require.Contains(t, string(body), mark)
		require.Contains(t, string(body), "my lamp is broken")
		require.NotContains(t, string(body), "SECRET")
		require.Equal(t, `attachment; filename="chat-`+past+`.`+format+`"`, header.Get("Content-Disposition"))
		status, _, _ = f.fetch("contact:kat", "/interactions/"+past+"/transcript/"+format)
		require.Equal(t, 404, status)
	}
}

func TestHIST_5_gateway_chats_are_assigned(t *testing.T) {
	s, past, bens, current := archiveSite(t)
	r := s.post(maria, "/assignments", `{"contact":{"id":"contact:kat","name":"Kat"},"interactions":["`+past+`","`+current+`","none"]}`)
	require.Equal(t, 200, r.status, r.raw)
	out := r.body["interactions"].([]any)
	require.NotContains(t, out[0], "problem", r.raw)
	require.NotContains(t, out[1], "problem")
	require.Equal(t, "not-found", out[2].(map[string]any)["problem"].(map[string]any)["code"])
	require.Equal(t, []string{current, past}, ids(s.get(maria, "/contacts/contact:kat/history")))
	require.Equal(t, []string{current, bens, past}, ids(s.get(maria, "/contacts/contact:pat/history")), "both show it")
	r = s.post(maria, "/assignments", `{"interactions":["`+past+`"]}`)
	require.Equal(t, 200, r.status, r.raw)
	require.Equal(t, interaction.PartyID("contact:pat"), s.state(past).Contact.ID)
	require.Equal(t, "staff-only", s.post(pat, "/assignments", `{"interactions":["`+past+`"]}`).code())
	require.Equal(t, "too-many", s.post(maria, "/assignments", `{}`).code())
}
