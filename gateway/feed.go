package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/transcript"
)

// A feed is one open stream of one party's view of an interaction (DESK-1).
type feed struct {
	g      *Gateway
	ctx    context.Context
	out    *stream
	caller Caller
	id     string
	view   transcript.View
	seat   *seat  // at a desktop, nil without one
	caught bool   // all that there was has been sent
	header []byte // as it was sent last
	bar    []byte // likewise
}

// feed serves a live feed.
func (g *Gateway) feed(w http.ResponseWriter, r *http.Request, caller Caller) error {
	id, query := r.PathValue("id"), r.URL.Query()
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = query.Get("after")
	}
	after, err := chatkernel.ParsePosition(last)
	if err != nil {
		return errPosition
	}
	state, err := g.state(r.Context(), id, caller)
	if err != nil {
		return err
	}
	var (
		place *seat
		news  chan struct{}
	)
	if name := query.Get("desktop"); name != "" {
		switch {
		case !staff(caller.ID):
			return errStaffOnly
		case len(name) > maxDesktop:
			return errDesktop
		}
		place = g.desks.open(deskKey{attendee{id, caller.ID}, name})
		defer g.desks.shut(place)
		news = place.news
	}
	return g.streaming(w, r, caller, func(ctx context.Context, out *stream) error {
		who := attendee{id, caller.ID}
		g.presence.enter(who)
		defer g.presence.leave(who)
		g.reconnect(ctx, id, &state, caller.ID, true)
		f := &feed{g: g, ctx: ctx, out: out, caller: caller, id: id, view: g.view(r, caller, &state), seat: place}
		f.tell()
		out.flush()
		return follow(ctx, g, caller, out, g.k.Watch(ctx, id, f.view.Viewer, after), news, f.take)
	})
}

// take sends a batch of items, and what they changed.
func (f *feed) take(items []chatkernel.Item) {
	for i := range items {
		if items[i].Signal == nil {
			f.look()
			break
		}
	}
	for i := range items {
		f.send(&items[i])
	}
	if f.caught {
		f.tell()
		f.attend()
	}
}

// look reads how the chat stands now. Where the store fails, what was read last
// must do; the feed goes on when the store does.
func (f *feed) look() {
	s, err := f.g.k.State(f.ctx, f.id)
	if err != nil {
		return
	}
	f.view.State = &s
	f.g.reconnect(f.ctx, f.id, &s, f.caller.ID, false)
}

// tell sends the header if it is another one. It depends on nothing that the
// viewer's items do not tell, so that it need not be looked at without one.
func (f *feed) tell() {
	b, err := json.Marshal(f.view.Header(f.id))
	if err != nil || bytes.Equal(b, f.header) {
		return
	}
	f.header = b
	f.out.event("header", "", b)
}

// attend sends the flashing bar if it is another one.
func (f *feed) attend() {
	if f.seat == nil {
		return
	}
	b, err := json.Marshal(f.seat.desk.body(f.view.State, f.caller.ID))
	if err != nil || bytes.Equal(b, f.bar) {
		return
	}
	f.bar = b
	f.out.event("attention", "", b)
}

func (f *feed) send(item *chatkernel.Item) {
	position := item.Position.String()
	switch {
	case item.Reset != nil:
		why := "view"
		if errors.Is(item.Reset, chatkernel.ErrEpoch) {
			why = "epoch"
		}
		f.out.send("reset", position, map[string]string{"why": why})
		f.header, f.bar, f.caught = nil, nil, false
	case item.Signal != nil:
		f.out.send("signal", "", signalBody{
			transcript.Who{Colour: item.Signal.From.Colour, Name: item.Signal.From.Name, Role: item.Signal.From.Role.String()},
			item.Signal.Typing, item.Signal.Draft, item.Signal.Consultation,
		})
	case item.Current:
		f.caught = true
		f.tell()
		f.out.send("current", position, map[string]time.Time{"now": time.Now().UTC()})
	case item.Shown.Event != nil:
		f.out.send("entry", position, f.view.Entry(&item.Shown))
	}
	if f.seat != nil {
		f.seat.see(f.view.State, item)
	}
}

// signalBody is somebody's typing.
type signalBody struct {
	From         transcript.Who `json:"from"`
	Typing       bool           `json:"typing"`
	Draft        string         `json:"draft,omitempty"`
	Consultation string         `json:"consultation,omitempty"`
}
