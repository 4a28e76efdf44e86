package gateway

import (
	"net/http"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// maxDesktop is how long the name of a desktop may be, in bytes.
const maxDesktop = 100

// A deskKey names one agent's desktop in one interaction.
type deskKey struct {
	attendee
	name string
}

// A desktop is the flashing bar of one of an agent's desktops (TIME-4, TIME-5).
type desktop struct {
	mu    sync.Mutex
	bar   interaction.Attention
	live  bool                // what comes now is news
	seen  chatkernel.Position // of the last record that it was told
	seats map[*seat]struct{}
	left  time.Time // when its last feed closed
}

// A seat is one feed of a desktop.
type seat struct {
	desk *desktop
	news chan struct{} // the bar has changed
}

// desktops are those that have a feed here, or had one a moment ago: a
// connection that breaks and is made again loses no reason.
type desktops struct {
	mu    sync.Mutex
	all   map[deskKey]*desktop
	swept time.Time
}

// keepDesktop is how long a desktop is remembered without a feed.
const keepDesktop = time.Minute

// open gives a feed of a desktop its seat.
func (d *desktops) open(key deskKey) *seat {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = make(map[deskKey]*desktop)
	}
	if now := time.Now(); now.Sub(d.swept) >= keepDesktop {
		for key, desk := range d.all {
			if len(desk.seats) == 0 && now.Sub(desk.left) >= keepDesktop {
				delete(d.all, key)
			}
		}
		d.swept = now
	}
	desk := d.all[key]
	if desk == nil {
		desk = &desktop{bar: interaction.NewAttention(key.party), seats: make(map[*seat]struct{})}
		d.all[key] = desk
	}
	s := &seat{desk: desk, news: make(chan struct{}, 1)}
	desk.mu.Lock()
	desk.seats[s] = struct{}{}
	desk.mu.Unlock()
	return s
}

// shut ends what open began.
func (d *desktops) shut(s *seat) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	delete(s.desk.seats, s)
	s.desk.left = time.Now()
}

func (d *desktops) find(key deskKey) *desktop {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[key]
}

// see tells the desktop of an item of its feed.
func (s *seat) see(state *interaction.State, item *chatkernel.Item) {
	d := s.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case item.Reset != nil:
		d.live, d.seen = false, chatkernel.Position{}
	case item.Current:
		if !d.live {
			d.live = true
			d.bar.Stand(state)
		}
	case item.Shown.Event == nil:
		return
	default:
		at := item.Position
		if d.seen.Epoch == at.Epoch && d.seen.View == at.View && at.Seen <= d.seen.Seen {
			return // another feed of the desktop brought it
		}
		if d.seen = at; !d.live {
			d.bar.Recall(&item.Shown)
			return
		}
		d.bar.See(state, &item.Shown)
	}
	d.tell(s)
}

// tell tells the other feeds that the bar has changed. The caller holds mu.
func (d *desktop) tell(but *seat) {
	for s := range d.seats {
		if s == but {
			continue
		}
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

// An attentionBody is the bar as a client gets it.
type attentionBody struct {
	Flashing bool         `json:"flashing"`
	Reasons  []reasonBody `json:"reasons"`
	Preview  string       `json:"preview,omitempty"`
	Stage    string       `json:"stage,omitempty"`
}

type reasonBody struct {
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// body is the bar now.
func (d *desktop) body(s *interaction.State, agent interaction.PartyID) attentionBody {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := attentionBody{Flashing: d.bar.Flashing(), Reasons: []reasonBody{}, Preview: d.bar.Preview()}
	for _, r := range d.bar.Reasons() {
		b.Reasons = append(b.Reasons, reasonBody{r.Kind.String(), r.At})
	}
	if p := s.Party(agent); p != nil && p.Here() && !s.Pending.IsZero() {
		b.Stage = s.Stage.String()
	}
	return b
}

// lookBody is what the user of a desktop did.
type lookBody struct {
	Desktop string `json:"desktop"`
	Action  string `json:"action"`
}

// attention takes what the user of a desktop did.
func (g *Gateway) attention(w http.ResponseWriter, r *http.Request, caller Caller) error {
	body, err := g.read(w, r)
	if err != nil {
		return err
	}
	var b lookBody
	if err := decode(body, &b); err != nil {
		return err
	}
	id := r.PathValue("id")
	s, err := g.state(r.Context(), id, caller)
	switch {
	case err != nil:
		return err
	case !staff(caller.ID):
		return errStaffOnly
	case b.Desktop == "" || len(b.Desktop) > maxDesktop:
		return errDesktop
	}
	d := g.desks.find(deskKey{attendee{id, caller.ID}, b.Desktop})
	if d == nil {
		return errNoDesktop
	}
	d.mu.Lock()
	switch b.Action {
	case "focus":
		d.bar.Focus()
	case "blur":
		d.bar.Blur()
	case "hover":
		d.bar.Hover()
	default:
		d.mu.Unlock()
		return errDesktop
	}
	d.tell(nil)
	d.mu.Unlock()
	return answer(w, http.StatusOK, d.body(&s, caller.ID))
}
