package interaction

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A story in testdata/stories is a chat as one would tell it. Each line is what
// somebody does, after the time in front of it; timers fire on the way. Lines
// that begin with # are for the reader. What is indented is what came of the
// line above it: why it was refused, what somebody sees, how things stand.
// go test -run stories -update writes these anew: read them before you commit.
func TestLIFE_2_LIFE_3_ROUTE_3_ROUTE_4_CONS_7_CONS_8_TIME_3_stories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 10)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := tell(t, string(want))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			require.Equal(t, string(want), got)
		})
	}
}

// tell has the story happen and gives it with what came of it.
func tell(t *testing.T, text string) string {
	s := &script{chat: newChat(t), policy: DefaultPolicy()}
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue // an earlier result
		}
		out.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for _, result := range s.line(line) {
			out.WriteString(strings.TrimRight("    "+result, " ") + "\n")
		}
	}
	return out.String()
}

// A script is a chat that a story tells.
type script struct {
	*chat
	policy Policy
}

var people = map[string]PartyID{
	"pat": pat, "maria": maria, "ben": ben, "zoe": zoe, "sam": sam, "kim": kim, "greeter": bot, "system": System,
}

// line has one line of the story happen and gives what is to be seen of it.
func (s *script) line(line string) []string {
	s.t.Helper()
	words := strings.Fields(line)
	if after, ok := strings.CutPrefix(words[0], "+"); ok {
		d, err := time.ParseDuration(after)
		require.NoError(s.t, err, line)
		s.pass(d, slices.Equal(words[1:], []string{"without", "timers"}))
		if words = words[1:]; len(words) == 0 || words[0] == "without" {
			return nil
		}
	}
	switch words[0] {
	case "policy":
		require.Zero(s.t, s.Seq(), "the policy is fixed when the chat begins")
		for _, set := range words[1:] {
			s.set(set)
		}
		return nil
	case "view":
		return s.sight(Viewer{ID: s.who(words[1])})
	case "history":
		return s.sight(Viewer{ID: s.who(words[1]), Purpose: History})
	case "state":
		return s.standing()
	}
	by := s.who(words[0])
	cmd := s.command(by, words[1:])
	records, err := s.decide(by, cmd)
	if err != nil {
		return []string{"refused: " + strings.TrimPrefix(err.Error(), "interaction: ")}
	}
	for _, r := range records {
		require.NoError(s.t, s.Apply(r))
		s.log = append(s.log, r)
		s.check()
	}
	return nil
}

func (s *script) who(name string) PartyID {
	s.t.Helper()
	id, ok := people[strings.TrimSuffix(name, ":")]
	require.True(s.t, ok, "who is %s?", name)
	return id
}

// pass lets time pass. What is due on the way happens at its time, unless no
// process was there to see to it.
func (s *script) pass(d time.Duration, outage bool) {
	s.t.Helper()
	then := s.now.Add(d)
	for wake := s.Wake(); !outage && !wake.IsZero() && !wake.After(then); wake = s.Wake() {
		s.now = wake
		s.elapse()
	}
	s.now = then
	if outage {
		s.elapse() // a process is back
	}
}

// set changes a field of the policy: Async, AgentGrace=20s, AfterContact=1.
func (s *script) set(to string) {
	s.t.Helper()
	name, value, _ := strings.Cut(to, "=")
	switch name {
	case "Dispositions":
		for code := range strings.SplitSeq(value, ",") {
			s.policy.Dispositions = append(s.policy.Dispositions, Disposition{Code: code})
		}
		return
	case "Nickname":
		of, nickname, _ := strings.Cut(value, "=")
		s.policy.Nicknames = append(s.policy.Nicknames, Nickname{of, nickname})
		return
	case "AfterContact":
		s.policy.AfterContact = map[string]AfterContact{"StayOpen": StayOpen, "CloseNow": CloseNow, "CloseLater": CloseLater}[value]
		return
	}
	field := reflect.ValueOf(&s.policy).Elem()
	for part := range strings.SplitSeq(name, ".") {
		field = field.FieldByName(part)
	}
	require.True(s.t, field.IsValid(), "no such policy: %s", to)
	if field.Kind() == reflect.Bool {
		field.SetBool(true)
		return
	}
	d, err := time.ParseDuration(value)
	require.NoError(s.t, err, to)
	field.SetInt(int64(d))
}

// target is whom a word names: an agent, or a target as it is written.
func target(word string) (Target, string) {
	if id, ok := people[word]; ok {
		return Target(id), title(id)
	}
	return Target(word), ""
}

// command understands what somebody does.
func (s *script) command(by PartyID, words []string) Command {
	s.t.Helper()
	verb, rest := words[0], words[1:]
	text := strings.Join(rest, " ")
	last := ""
	if len(rest) > 0 {
		last = rest[len(rest)-1]
	}
	to, name := target(last)
	switch strings.TrimSuffix(verb, ":") {
	case "starts": // pat starts for queue:sales
		policy := s.policy
		return Start{Contact: Person{pat, "Pat"}, Subject: "an order", Channel: "chat", Language: "en", Target: to, Policy: &policy}
	case "joins":
		return Join{title(by)}
	case "invites": // greeter invites queue:sales
		return Invite{To: to, AgentName: name}
	case "offers": // system offers it to ben
		i := slices.IndexFunc(s.Invitations, func(inv Invitation) bool { return inv.Agent == "" })
		require.GreaterOrEqual(s.t, i, 0, "no invitation waits")
		return Offer{s.Invitations[i].ID, s.who(last), title(s.who(last))}
	case "accepts":
		return Accept{s.offer(by), title(by)}
	case "declines": // ben declines: busy
		return Decline{s.offer(by), text}
	case "cancels":
		i := slices.IndexFunc(s.Invitations, func(inv Invitation) bool { return inv.From == by })
		require.GreaterOrEqual(s.t, i, 0, "%s has sent no invitation", by)
		return Cancel{s.Invitations[i].ID}
	case "transfers": // maria transfers to ben
		return Transfer{To: to, AgentName: name}
	case "conferences": // maria conferences with ben
		return Conference{To: to, AgentName: name}
	case "consults": // maria consults ben
		return Consult{To: to, AgentName: name}
	case "says": // pat says: hello
		return Say{Text: text}
	case "tells": // maria tells ben: …; maria tells agents: …; sam tells owner: …
		who, what := strings.TrimSuffix(rest[0], ":"), strings.Join(rest[1:], " ")
		switch who {
		case "agents":
			return Say{Text: what, To: Internal}
		case "owner", "coach":
			return Say{Text: what, To: Supervisors}
		}
		return Say{Text: what, Consultation: s.between(by, s.who(who))}
	case "reads": // pat reads 3
		n, err := strconv.ParseUint(last, 10, 64)
		require.NoError(s.t, err)
		return MarkRead{n}
	case "rejoins":
		return Rejoin{title(by)}
	case "monitors":
		return Supervise{Monitor, title(by)}
	case "coaches":
		return Supervise{Coach, title(by)}
	case "barges": // sam barges in
		return Supervise{BargeIn, title(by)}
	case "stops": // sam stops watching
		return Supervise{StopWatching, title(by)}
	case "finishes": // ben finishes with maria
		return EndConsultation{s.between(by, s.who(last))}
	case "ticks": // maria ticks off ben
		return MarkConsultationDone{s.between(by, s.who(last))}
	case "disconnects":
		return Disconnect{}
	case "reconnects":
		return Reconnect{}
	case "leaves":
		return Leave{}
	case "ends":
		return End{}
	case "removes": // maria removes ben
		return Remove{s.who(last)}
	case "disposes": // maria disposes sale
		return SetDisposition{last}
	case "notes":
		return SetNote{text}
	case "closes":
		return MarkDone{}
	case "elapses":
		return Elapse{}
	}
	require.Fail(s.t, "not understood", "%s %s", by, strings.Join(words, " "))
	return nil
}

// offer is the invitation that the agent has an offer of, or none.
func (s *script) offer(by PartyID) string {
	if inv := s.offered(by); inv != nil {
		return inv.ID
	}
	return "none"
}

// between is the latest consultation of the two.
func (s *script) between(one, other PartyID) string {
	s.t.Helper()
	for _, c := range slices.Backward(s.Consultations) {
		if c.side(one) && c.side(other) {
			return c.ID
		}
	}
	require.Fail(s.t, "no consultation", "of %s and %s", one, other)
	return ""
}

// standing is how things stand.
func (s *script) standing() []string {
	line := s.Phase.String()
	if s.Owner != "" {
		line += ", owner " + title(s.Owner)
	}
	if !s.Pending.IsZero() {
		line += fmt.Sprintf(", %s since %s", s.Stage, s.clock(s.Pending))
	}
	if s.Disposition != "" {
		line += ", disposition " + s.Disposition
	}
	out := []string{line}
	for _, inv := range s.Invitations {
		line := fmt.Sprintf("invitation for %s to %s", inv.Purpose, inv.Target)
		if inv.Agent != "" {
			line += ", offered to " + title(inv.Agent)
		}
		out = append(out, line)
	}
	for _, c := range s.Consultations {
		line := fmt.Sprintf("consultation of %s", title(c.Initiator))
		if c.Target != "" {
			line += " and " + title(c.Target)
		}
		out = append(out, line+": "+c.Stage.String())
	}
	for _, d := range s.Deadlines() {
		line := fmt.Sprintf("due at %s: %s", s.clock(d.At), d.Kind)
		if d.Party != "" {
			line += " of " + title(d.Party)
		}
		out = append(out, line)
	}
	return out
}

func (s *script) clock(at time.Time) string {
	d := at.Sub(noon)
	return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// sight is what a viewer sees: who is there for it, and every record.
func (s *script) sight(v Viewer) []string {
	s.t.Helper()
	var who []string
	for i := range s.Parties {
		if h, ok := s.Handle(v, s.Parties[i].ID); ok {
			who = append(who, fmt.Sprintf("%d %s (%s)", h.Colour, h.Name, h.Role))
		}
	}
	slices.Sort(who)
	out := []string{"knows " + strings.Join(who, ", ")}
	if who == nil {
		out = nil
	}
	for _, shown := range s.look(v) {
		mark := map[Scope]string{Everyone: "", Internal: "[internal] ", OneConsultation: "[consultation] ", Supervisors: "[supervisors] "}[shown.Audience]
		if shown.Audience == OneConsultation && shown.Consultation == "" {
			mark = "[own] "
		}
		out = append(out, fmt.Sprintf("%2d %s %s%s", shown.Position, s.clock(shown.At), mark, happened(&shown)))
	}
	if out == nil {
		return []string{"nothing"}
	}
	return out
}

// happened is a record in a few words.
func happened(s *Shown) string {
	who, about := s.From.Name, s.About.Name
	if s.From.Colour < 0 {
		who = "the system"
		if s.By != System {
			who = title(s.By) // known by name only: who asks, to the one who is asked
		}
	}
	or := func(name string, id PartyID, to Target) string {
		switch {
		case name != "":
			return name
		case id != "":
			return title(id)
		}
		return string(to)
	}
	switch e := s.Event.(type) {
	case *Started:
		return fmt.Sprintf("the chat begins: %s", e.Subject)
	case *Invited:
		return fmt.Sprintf("%s asks %s for %s", who, or(e.AgentName, e.Agent, e.Target), e.Purpose)
	case *Offered:
		return fmt.Sprintf("offered to %s", or(e.AgentName, e.Agent, ""))
	case *OfferReturned:
		return strings.TrimSpace(fmt.Sprintf("offer to %s: %s %s", title(e.Agent), e.Why, e.Reason))
	case *InvitationClosed:
		return strings.TrimSpace(fmt.Sprintf("invitation of %s over: %s %s", or("", e.Agent, "nobody"), e.Why, e.Reason))
	case *Joined:
		if e.Owner {
			return about + " joined as owner, by " + e.Via.String()
		}
		return about + " joined"
	case *Left:
		return fmt.Sprintf("%s left (%s)", about, e.Why)
	case *OwnerChanged:
		return about + " is the owner"
	case *Disconnected:
		return about + " lost the connection"
	case *Reconnected:
		return about + " is back"
	case *Said:
		return who + ": " + e.Text
	case *Announced:
		return strings.TrimSpace(fmt.Sprintf("(%s) %s", e.Message, e.Text))
	case *MarkedRead:
		return fmt.Sprintf("%s has read %d", who, e.Through)
	case *Ended:
		return fmt.Sprintf("the chat is over (%s)", e.Why)
	case *BecameDormant:
		return "the chat is dormant"
	case *Closed:
		if e.DispositionMissing {
			return fmt.Sprintf("closed (%s), the disposition is missing", e.Why)
		}
		return fmt.Sprintf("closed (%s)", e.Why)
	case *DispositionSet:
		return "disposition: " + e.Code
	case *NoteSet:
		return "note: " + e.Text
	case *ConsultationJoined:
		return about + " is consulted"
	case *ConsultationEnded:
		return fmt.Sprintf("the consultation is over (%s)", e.Why)
	case *ConsultationMarked:
		return who + " marks the consultation done"
	case *Watching:
		if e.Coaching {
			return about + " coaches"
		}
		return about + " monitors"
	case *WatchingEnded:
		return about + " watches no longer"
	case *ResponseStage:
		return fmt.Sprintf("the response is %s", e.Stage)
	}
	return s.Event.Kind().String()
}
