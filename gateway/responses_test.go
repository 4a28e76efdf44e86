package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
)

func newLibrary(t *testing.T) *responses.Library {
	l := new(responses.Library)
	require.NoError(t, l.Replace([]responses.Response{
		{ID: "hi", Category: "Greetings", Title: "Hello", Shortcuts: []string{"/hi"}, Text: "Hello {contact.name}, this is {agent.name}."},
		{ID: "bill", Category: "Billing/Refunds", Title: "Refund", Shortcuts: []string{"/refund"}, Text: "Order {case.order} is paid back.", Attachments: []string{"prices.txt"}},
	}))
	return l
}

func TestMSG_6_gateway_standard_responses(t *testing.T) {
	s := newSite(t, setup{options: gateway.Options{Responses: newLibrary(t)}})
	chat := s.active(policy())
	path := "/interactions/" + chat + "/responses"
	list := func(r reply) (all []map[string]any) {
		require.Equal(t, 200, r.status, r.raw)
		for _, one := range r.body["responses"].([]any) {
			all = append(all, one.(map[string]any))
		}
		return all
	}
	found := list(s.get(maria, path+"?q=hel"))
	require.Len(t, found, 1)
	require.Equal(t, "Hello Pat, this is Maria.", found[0]["text"])
	found = list(s.get(maria, path+"?category=Billing/Refunds"))
	require.Len(t, found, 1)
	require.Contains(t, found[0]["problem"], "case.order")
	require.Equal(t, "Order {case.order} is paid back.", found[0]["text"])
	require.Equal(t, []any{"prices.txt"}, found[0]["attachments"])
	require.Len(t, list(s.get(maria, path)), 2)
	categories := s.get(maria, path).body["categories"].([]any)
	require.Equal(t, "Billing/Refunds", categories[0].(map[string]any)["sub"].([]any)[0].(map[string]any)["path"])

	r := s.post(maria, path+"/expand", `{"text":"😀 /hi there","cursor":6}`)
	require.Equal(t, 200, r.status, r.raw)
	require.Equal(t, []any{3., 6., "Hello Pat, this is Maria."}, []any{r.body["start"], r.body["end"], r.body["text"]})
	require.Equal(t, 204, s.post(maria, path+"/expand", `{"text":"😀 /hi there","cursor":5}`).status)
	for _, cursor := range []int{1, -1, 13} { // inside a character, before and behind the text
		require.Equal(t, "value", s.post(maria, path+"/expand", fmt.Sprintf(`{"text":"😀 /hi there","cursor":%d}`, cursor)).code())
	}
	// They are the agents', and of their own chats.
	require.Equal(t, "staff-only", s.get(pat, path).code())
	require.Equal(t, 404, s.get(zoe, path).status)
	none := newSite(t, setup{})
	require.Equal(t, "no-responses", none.get(maria, "/interactions/"+none.active(policy())+"/responses").code())
}

// odd finds every word with "zz" wrong.
type odd struct{}

func (odd) Check(_ context.Context, _, text string) (found []responses.Misspelling, err error) {
	for w := range responses.Words(text) {
		if strings.Contains(w.Text, "zz") {
			found = append(found, responses.Misspelling{Start: w.Start, End: w.End, Suggestions: []string{"z"}})
		}
	}
	return found, nil
}

func TestMSG_7_gateway_a_message_is_held_back_and_confirmed(t *testing.T) {
	s := newSite(t, setup{kernel: &chatkernel.Options{Gates: chatkernel.Gates{Text: responses.SpellGate(odd{}, nil)}}})
	p := policy()
	p.CheckSpelling = true
	chat := s.active(p)
	command := "/interactions/" + chat + "/commands/say"
	r := s.post(maria, command, `{"text":"😀 wozzrd"}`)
	require.Equal(t, []any{422, "misspelled"}, []any{r.status, r.code()})
	word := r.body["words"].([]any)[0].(map[string]any)
	require.Equal(t, []any{3., 9., "wozzrd", []any{"z"}}, []any{word["start"], word["end"], word["word"], word["suggestions"]})
	confirm := r.body["confirm"].(string)
	require.Equal(t, 422, s.post(maria, command, `{"text":"😀 wozzrd","confirm":"x"}`).status)
	require.Equal(t, 200, s.post(maria, command, `{"text":"😀 wozzrd","confirm":"`+confirm+`"}`).status)
	// Without a gate the policy lets nothing unchecked out.
	bare := newSite(t, setup{})
	require.Equal(t, "no-gate", bare.post(maria, "/interactions/"+bare.active(p)+"/commands/say", say("fine")).code())
}

func TestMSG_5_gateway_emoji_to_choose_from(t *testing.T) {
	s := newSite(t, setup{})
	groups := s.get(pat, "/emoji").body["groups"].([]any)
	require.Greater(t, len(groups), 5)
	h := s.from(pat)
	h.Set("Accept-Language", "de-AT, en;q=0.5")
	first := s.request("GET", "/emoji?q=thumbs%20up", h, "").body["groups"].([]any)[0].(map[string]any)["emoji"].([]any)[0].(map[string]any)
	require.Equal(t, []any{"👍", "Daumen hoch", "+1"}, []any{first["text"], first["name"], first["short"]})
	require.Len(t, first["tones"], 5)
	require.Empty(t, s.get(pat, "/emoji?q="+strings.Repeat("x", 300)).body["groups"].([]any)[0].(map[string]any)["emoji"])

	p := policy()
	require.Equal(t, true, s.get(pat, "/interactions/"+s.active(p)).body["emoji"])
	p.NoEmoji = true
	chat := s.active(p)
	for _, who := range []interaction.PartyID{pat, maria} {
		require.NotContains(t, s.get(who, "/interactions/"+chat).body, "emoji")
	}
}
