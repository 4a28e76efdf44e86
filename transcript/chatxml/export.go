package chatxml

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// Export is what a viewer may see of a chat (HIST-6, PART-2). The log is the
// whole one, the view's state what it replays to, and its words those of
// automatic messages without a text; id is the session's. A history is read with
// the purpose [interaction.History].
//
// A chat of this library is written with numbers of its own for each viewer:
// userIds that depend on nothing but what the viewer sees, and as eventId the
// viewer's position, with gaps where a record has no place in the format. Notes,
// dispositions, case data after the start, invitations and connections have none.
//
// An imported chat is written for an internal viewer as it was read, its event
// ids included: the elements whose records the viewer sees, and of those that
// became no record the ones for all. An askerId of somebody the viewer does not
// see is replaced by the party's own. The contact gets an imported chat like
// every other, as its elements name agents and their numbers count what is
// hidden.
func Export(id string, v transcript.View, log []interaction.Record) *Document {
	if v.Viewer.ID.Role() != interaction.RoleContact {
		if d, ok := seen(v, log); ok {
			return d
		}
	}
	x := exporter{view: v, id: id, users: make(map[user]string), sight: make(map[user]visibility), was: make(map[interaction.PartyID]string)}
	x.doc.Root = Element{Name: rootName, Attrs: []Attr{{"sessionId", id}}}
	for i := range log {
		if shown, ok := v.State.Show(v.Viewer, &log[i]); ok {
			x.position++
			x.record(&shown)
		}
	}
	return &x.doc
}

// seen is an imported transcript as an internal viewer sees it, false for a log
// that was not imported.
func seen(v transcript.View, log []interaction.Record) (*Document, bool) {
	users := make(map[string]bool)
	wanted := func(i int) bool {
		if i > 0 && keeps(&log[i-1]) == nil {
			// It is what the element became: the first record of all for the root.
			return v.State.Sees(v.Viewer, &log[i-1])
		}
		_, n, _ := kept(&log[i])
		return n.Element != nil && visibilityOf(n.Element) == toAll && v.State.Sees(v.Viewer, &interaction.Record{Seq: log[i].Seq})
	}
	return gather(log, wanted, func(e *Element) {
		if e.Name == newParty {
			users[e.Attr("userId")] = true
		}
		if asker := e.Attr("askerId"); e.Name == partyLeft && asker != "" && !users[asker] {
			e.Set("askerId", e.Attr("userId"))
		}
	})
}

// An exporter writes what one viewer is shown, record by record.
type exporter struct {
	view     transcript.View
	id       string
	doc      Document
	start    time.Time // of the first thing shown, in whole seconds
	position uint64    // the viewer's own
	last     uint64    // eventId
	started  *interaction.Started

	users map[user]string                // userIds of who is there
	sight map[user]visibility            // with which they joined
	was   map[interaction.PartyID]string // the last userId of who left
	there []user                         // in the order in which they came
	count int                            // participations so far
}

// A user is a way in which a party takes part.
type user struct {
	party        interaction.PartyID // as the viewer is shown it
	attached     bool                // watches
	consultation string              // is consulted in
	scope        interaction.Scope   // of the system only
	role         interaction.Role
}

func (x *exporter) record(shown *interaction.Shown) {
	if x.start.IsZero() {
		x.start = shown.At.Truncate(time.Second)
		x.doc.Root.Attrs = []Attr{{"startAt", x.start.UTC().Format("2006-01-02T15:04:05Z")}, {"sessionId", x.id}}
	}
	v := visibilityFor(shown.Audience)
	switch e := shown.Event.(type) {
	case *interaction.Started:
		x.started = e
	case *interaction.Joined:
		// Who goes over from watching leaves that.
		x.leave(shown, user{party: e.Party, attached: true}, "", leftItself)
		x.join(shown, user{party: e.Party, role: shown.About.Role}, shown.About.Name, v)
	case *interaction.Watching:
		u := user{party: e.Party, attached: true, role: shown.About.Role}
		x.leave(shown, u, "", leftItself)
		x.join(shown, u, shown.About.Name, v)
	case *interaction.ConsultationJoined:
		x.join(shown, user{party: e.Party, consultation: e.Consultation, role: shown.About.Role}, shown.About.Name, v)
	case *interaction.Left:
		x.leave(shown, user{party: e.Party}, x.remover(shown, e.Why), reasonOf(e.Why))
	case *interaction.WatchingEnded:
		x.leave(shown, user{party: e.Party, attached: true}, "", leftItself)
	case *interaction.ConsultationEnded:
		for _, u := range x.there {
			if u.consultation == e.Consultation {
				x.leave(shown, u, "", leftItself)
				break
			}
		}
	case *interaction.Ended:
		x.ended(shown, e)
	case *interaction.Said:
		x.event(message, shown, x.speaker(shown), v).add(leaf("msgText", e.Text))
	case *interaction.Announced:
		text := x.view.Entry(shown).Text
		x.event(message, shown, x.speaker(shown), v).add(leaf("msgText", text, Attr{"treatAs", "SYSTEM"}))
	case *interaction.URLPushed:
		x.event(notice, shown, x.speaker(shown), v).add(leaf("noticeText", e.URL, Attr{"noticeType", pushURL}))
	case *interaction.FileSent:
		n := x.event(notice, shown, x.speaker(shown), v)
		n.add(leaf("noticeText", "file-uploaded", Attr{"noticeType", "SYS_COMMAND"}))
		data := &Element{Name: "userData"}
		data.add(item("file-id", e.File.ID))
		data.add(item("file-name", e.File.Name))
		data.add(item("file-size", strconv.FormatInt(e.File.Size, 10)))
		n.add(data)
	}
}

// event adds an event of the format.
func (x *exporter) event(name string, shown *interaction.Shown, userID string, v visibility) *Element {
	x.last = max(x.last+1, x.position)
	e := &Element{Name: name, Attrs: []Attr{
		{"userId", userID}, {"timeShift", strconv.FormatInt(int64(shown.At.Sub(x.start)/time.Second), 10)},
		{"visibility", v.String()}, {"eventId", strconv.FormatUint(x.last, 10)},
	}}
	x.doc.Root.add(e)
	return e
}

func item(key, text string) *Element {
	return leaf("item", text, Attr{"key", key}, Attr{"type", "string"})
}

// join adds a newParty, with an id that depends on what the viewer has seen
// only. Who joins again while it is there has a participation more.
func (x *exporter) join(shown *interaction.Shown, u user, name string, v visibility) {
	id := x.newID()
	if _, again := x.users[u]; !again {
		x.there = append(x.there, u)
	}
	x.users[u], x.sight[u] = id, v
	person, sort, protocol := "", "AGENT", "BASIC"
	switch u.role {
	case interaction.RoleContact:
		sort, protocol = "CLIENT", "FLEX"
	case interaction.RoleSupervisor:
		person, sort = hostName(u.party), "SUPERVISOR"
	case interaction.RoleAgent:
		person = hostName(u.party)
	case interaction.RoleSystem, interaction.NoRole:
		sort, protocol = "EXTERNAL", "ESP"
	}
	e := x.event(newParty, shown, id, v)
	e.add(leaf("userInfo", "", Attr{"personId", person}, Attr{"userNick", name}, Attr{"userType", sort},
		Attr{"protocolType", protocol}, Attr{"timeZoneOffset", "0"}))
	data := &Element{Name: "userData"}
	switch {
	case u.role == interaction.RoleBot:
		data.add(item("GCTI_Chat_PartyStyle", "BOT"))
	case u.role == interaction.RoleContact && x.started != nil:
		if x.started.Subject != "" {
			data.add(item("Subject", x.started.Subject))
		}
		for _, f := range x.started.CaseData {
			data.add(item(f.Key, f.Value.Text))
		}
	}
	if len(data.Nodes) > 0 {
		e.add(data)
	}
}

func (x *exporter) newID() string {
	x.count++
	sum := sha256.Sum256([]byte(x.id + "\x00" + strconv.Itoa(x.count)))
	return fmt.Sprintf("%X", sum[:8])
}

// hostName is the host's own name of a party.
func hostName(id interaction.PartyID) string {
	_, name, _ := strings.Cut(string(id), ":")
	return name
}

// leave adds a partyLeft for who is there, for those who saw it come. Without
// an asker it is the party.
func (x *exporter) leave(shown *interaction.Shown, u user, asker string, code reason) {
	var id string
	var v visibility
	for i, other := range x.there {
		if other.party == u.party && other.attached == u.attached && other.consultation == u.consultation {
			id, v = x.users[other], x.sight[other]
			x.was[other.party] = id
			x.there = append(x.there[:i:i], x.there[i+1:]...)
			delete(x.users, other)
			break
		}
	}
	if id == "" {
		return
	}
	if asker == "" {
		asker = id
	}
	e := x.event(partyLeft, shown, id, v)
	e.Set("askerId", asker)
	why := leaf(reasonElement, reasonTexts[code])
	if code != leftItself {
		why.Set("code", strconv.Itoa(int(code)))
	}
	e.add(why)
}

// known is the userId of a party that is there, or was; else it is empty.
func (x *exporter) known(id interaction.PartyID) string {
	for _, u := range x.there {
		if u.party == id && u.role != interaction.RoleSystem {
			return x.users[u]
		}
	}
	return x.was[id]
}

// remover is the userId of who removed a party, empty where it left by itself
// or the viewer does not know who it was.
func (x *exporter) remover(shown *interaction.Shown, why interaction.Leaving) string {
	if why == interaction.WasRemoved {
		return x.known(shown.By)
	}
	return ""
}

// speaker is the userId of who caused a record, the system's where the viewer
// knows of nobody.
func (x *exporter) speaker(shown *interaction.Shown) string {
	if shown.Consultation != "" {
		for _, u := range x.there {
			if u.party == shown.By && u.consultation == shown.Consultation {
				return x.users[u]
			}
		}
	}
	if id := x.known(shown.By); id != "" {
		return id
	}
	return x.system(shown, visibilityFor(shown.Audience))
}

// system is the userId of the system, which comes in with its first word and,
// as workflows do, never leaves.
func (x *exporter) system(shown *interaction.Shown, v visibility) string {
	u := user{party: interaction.System, scope: shown.Audience, role: interaction.RoleSystem}
	if _, is := x.users[u]; !is {
		x.join(shown, u, x.view.Words.Text("role/system", "", "", ""), v)
	}
	return x.users[u]
}

// ended lets leave who is there: the agent who ended the chat first, and then
// those it leaves without a chat. Bots stay, as the format's do.
func (x *exporter) ended(shown *interaction.Shown, e *interaction.Ended) {
	own, others, asker := closeIfAlone, removed, ""
	switch e.Why {
	case interaction.ByAgent, interaction.ByMarkDone:
		asker = x.known(shown.By)
	case interaction.ByInactivity:
		own, others = inactivity, inactivity
	default:
		own, others = closeForced, closeForced // the contact has left
	}
	there := append([]user(nil), x.there...)
	for _, enders := range []bool{true, false} {
		for _, u := range there {
			id := x.users[u]
			switch ender := id == asker; {
			case u.role == interaction.RoleBot || u.role == interaction.RoleSystem || u.role == interaction.NoRole || ender != enders:
			case ender:
				x.leave(shown, u, "", own)
			default:
				x.leave(shown, u, asker, others)
			}
		}
	}
}
