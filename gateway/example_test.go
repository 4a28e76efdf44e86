package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// A contact starts a chat and says something, with nothing but HTTP.
func Example() {
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
	defer k.Close()
	login := func(r *http.Request) (gateway.Caller, error) { // the host's own
		user, _, ok := r.BasicAuth()
		if !ok {
			return gateway.Caller{}, errors.New("who is it?")
		}
		return gateway.Caller{ID: interaction.PartyID("contact:" + user), Name: "Pat"}, nil
	}
	g, err := gateway.New(k, login, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close(context.Background())
	mux := http.NewServeMux()
	mux.Handle("/chat/", http.StripPrefix("/chat", g))
	server := httptest.NewServer(mux)
	defer server.Close()

	call := func(method, path, key, body string) *http.Response {
		r, _ := http.NewRequest(method, server.URL+"/chat"+path, strings.NewReader(body))
		r.SetBasicAuth("pat", "")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return &http.Response{Status: err.Error(), Body: http.NoBody}
		}
		return answer
	}
	started := call("POST", "/interactions", "key-1", `{"subject":"Invoice"}`)
	defer started.Body.Close()
	fmt.Println(started.Status)
	body, _ := io.ReadAll(started.Body)
	_, rest, _ := strings.Cut(string(body), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)

	said := call("POST", "/interactions/"+id+"/commands/say", "key-2", `{"text":"My invoice is wrong."}`)
	defer said.Body.Close()
	fmt.Println(said.Status)

	refused := call("POST", "/interactions/"+id+"/commands/transfer", "key-3", `{"to":"agent:maria"}`)
	defer refused.Body.Close()
	fmt.Println(refused.Status, refused.Header.Get("Content-Type"))

	feed := call("GET", "/interactions/"+id+"/feed", "", "")
	defer feed.Body.Close()
	for lines := bufio.NewScanner(feed.Body); lines.Scan(); {
		name, ok := strings.CutPrefix(lines.Text(), "event: ")
		if ok {
			fmt.Println("feed:", name)
		}
		if name == "current" {
			break
		}
	}
	// Output:
	// 201 Created
	// 200 OK
	// 403 Forbidden application/problem+json
	// feed: header
	// feed: entry
	// feed: entry
	// feed: current
}

// A desktop sends commands by name; what it cannot say is refused with a typed
// error.
func ExampleDecodeCommand() {
	c, err := gateway.DecodeCommand("consult", []byte(`{"to":"group:billing","medium":"voice"}`))
	fmt.Printf("%s %+v %v\n", c.Kind(), c, err)
	_, err = gateway.DecodeCommand("say", []byte(`{"text":"Hello","as":"agent:maria"}`))
	fmt.Println(errors.Is(err, gateway.ErrBody), err)
	// Output:
	// consult {ID: To:group:billing Agent: AgentName: Medium:voice Note:} <nil>
	// true gateway: the body is not what the request needs: json: unknown field "as"
}
