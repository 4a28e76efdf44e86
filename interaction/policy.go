package interaction

import (
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/timers"
)

// A Policy is what an administrator configures. It is fixed when the
// interaction starts, so that a new configuration never moves a running chat's
// deadlines. A zero duration switches that timer off; the zero Policy works.
// Durations are rounded up to whole microseconds.
type Policy struct {
	Async bool // LIFE-14: End Chat by the last agent makes the interaction dormant

	Response          timers.Response   // TIME-1, TIME-2
	BotsAnswer        bool              // a bot's message clears the pending response
	Inactivity        timers.Inactivity // TIME-3, in active
	DormantInactivity timers.Inactivity // TIME-3, in dormant

	NoAnswer         time.Duration // ROUTE-10: an offer is withdrawn after this time
	NoAnswerNotReady bool          // and the agent is set not ready

	// ReturnAfter is how long the new owner of a transferred chat may be silent
	// before it is offered back to the one who sent it, else to its queue
	// (ROUTE-12). It needs a router.
	ReturnAfter time.Duration

	ContactGrace time.Duration // LIFE-12: how long a lost contact may come back; zero: for ever
	AgentGrace   time.Duration // PART-9: how long a lost desktop may come back; zero: for ever

	AfterContact AfterContact  // LIFE-11: what happens when the contact has left
	CloseDelay   time.Duration // with CloseLater

	Dispositions        []Disposition // LIFE-8
	AnyDisposition      bool          // codes that have children can be chosen too
	DispositionRequired bool          // LIFE-7
	WaitForDisposition  bool          // LIFE-11: do not auto-close without it

	CaseDataKeys []string // LIFE-10: the keys that agents may edit; "*" is any

	Nicknames     []Nickname // PART-4
	HiddenMonitor bool       // PART-5: agents do not know of monitors
	TypingPreview bool       // MSG-4

	RateBurst int           // MSG-9: messages that one party may send at once
	RateEvery time.Duration // and then one in so much time; zero: no limit

	Messages []Messages // MSG-10, one entry a language
	PushText string     // URL-5, for languages without Messages.PushedURL; empty is English

	CheckSpelling bool // MSG-7: texts for the contact need a gate that checks them
	NoEmoji       bool // MSG-5: short names stay as they are, and no list is offered

	NoSystemHistory bool // HIST-4: saved chats leave out the system's messages
}

// AfterContact is what happens when the contact has left an active chat.
type AfterContact uint8

// What happens when the contact has left.
const (
	StayOpen   AfterContact = iota // the owner wraps up and marks it done
	CloseNow                       // done at once
	CloseLater                     // done after Policy.CloseDelay
)

// A Disposition is one code of the tree (LIFE-8).
type Disposition struct {
	Code   string
	Label  string
	Parent string // code of the parent, empty at the root
}

// A Nickname is the name that transcripts show for an agent (PART-4). The
// first that fits is taken.
type Nickname struct {
	For  string // a party id, a target through which the agent came ("group:billing"), or "*"
	Name string
}

// Messages are the automatic messages in one language (MSG-10). An empty one is
// not sent, but for the two of the inactivity timer, which are always written.
type Messages struct {
	Language          string // BCP 47; "" fits all
	Greeting          string
	Waiting           string
	InactivityWarning string
	InactivityEnd     string
	Farewell          string
	PushedURL         string // URL-5: what stands beside a pushed page; "<url>" stands for the address
}

// DefaultPolicy is a policy to start from: pending response at 15 and 30
// seconds, inactivity at 4:15 and 5 minutes, offers of 30 seconds, a minute to
// reconnect, no preview, and the chat stays open for wrap-up.
func DefaultPolicy() Policy {
	return Policy{
		Response:         timers.Response{Warn: 15 * time.Second, Late: 30 * time.Second},
		Inactivity:       timers.Inactivity{Warn: 255 * time.Second, End: 300 * time.Second},
		NoAnswer:         30 * time.Second,
		NoAnswerNotReady: true,
		ContactGrace:     time.Minute,
		AgentGrace:       time.Minute,
		RateBurst:        20,
		RateEvery:        200 * time.Millisecond,
		CaseDataKeys:     []string{"*"},
	}
}

// Validate reports what is wrong with the policy, as a [*PolicyError].
func (p *Policy) Validate() error {
	for _, d := range []struct {
		field string
		value time.Duration
	}{
		{"NoAnswer", p.NoAnswer}, {"ReturnAfter", p.ReturnAfter}, {"ContactGrace", p.ContactGrace}, {"AgentGrace", p.AgentGrace}, {"CloseDelay", p.CloseDelay},
		{"RateEvery", p.RateEvery},
		{"Response.Warn", p.Response.Warn}, {"Response.Late", p.Response.Late},
		{"Inactivity.Warn", p.Inactivity.Warn}, {"Inactivity.End", p.Inactivity.End},
		{"DormantInactivity.Warn", p.DormantInactivity.Warn}, {"DormantInactivity.End", p.DormantInactivity.End},
	} {
		if d.value < 0 {
			return &PolicyError{d.field, "a duration is negative"}
		}
		if d.value > maxDuration {
			return &PolicyError{d.field, "a duration is longer than ten years"}
		}
	}
	if err := p.Response.Validate(); err != nil {
		return &PolicyError{"Response", err.Error()}
	}
	if err := p.Inactivity.Validate(); err != nil {
		return &PolicyError{"Inactivity", err.Error()}
	}
	if err := p.DormantInactivity.Validate(); err != nil {
		return &PolicyError{"DormantInactivity", err.Error()}
	}
	if p.RateBurst < 0 || p.RateBurst > 1<<20 {
		return &PolicyError{"RateBurst", "out of range"}
	}
	if p.RateEvery > maxDuration/time.Duration(max(p.RateBurst, 1)) {
		return &PolicyError{"RateEvery", "a whole burst takes longer than ten years"}
	}
	if p.AfterContact > CloseLater {
		return &PolicyError{"AfterContact", "unknown value"}
	}
	codes := make(map[string]bool, len(p.Dispositions))
	for _, d := range p.Dispositions {
		if checkName("code", d.Code) != nil || codes[d.Code] {
			return &PolicyError{"Dispositions", "a code is empty, too long or there twice: " + d.Code}
		}
		if d.Parent != "" && !codes[d.Parent] {
			return &PolicyError{"Dispositions", "a parent must stand before its children: " + d.Code}
		}
		codes[d.Code] = true
	}
	if p.DispositionRequired && len(p.Dispositions) == 0 {
		return &PolicyError{"Dispositions", "a disposition is required and none is listed"}
	}
	for _, text := range p.texts() {
		if checkText("text", text) != nil {
			return &PolicyError{"Messages", "a text is too long or not valid UTF-8"}
		}
	}
	return nil
}

const maxDuration = 10 * 366 * 24 * time.Hour

func (p *Policy) texts() []string {
	texts := []string{p.PushText}
	for _, m := range p.Messages {
		texts = append(texts, m.Language, m.Greeting, m.Waiting, m.InactivityWarning, m.InactivityEnd, m.Farewell, m.PushedURL)
	}
	for _, n := range p.Nicknames {
		texts = append(texts, n.For, n.Name)
	}
	for _, d := range p.Dispositions {
		texts = append(texts, d.Label)
	}
	return append(texts, p.CaseDataKeys...)
}

// rounded is the policy with durations in whole microseconds, rounded up so
// that nothing comes early.
func (p Policy) rounded() Policy {
	for _, d := range []*time.Duration{
		&p.Response.Warn, &p.Response.Late, &p.Inactivity.Warn, &p.Inactivity.End,
		&p.DormantInactivity.Warn, &p.DormantInactivity.End,
		&p.NoAnswer, &p.ReturnAfter, &p.ContactGrace, &p.AgentGrace, &p.CloseDelay, &p.RateEvery,
	} {
		*d = (*d + time.Microsecond - 1).Truncate(time.Microsecond)
	}
	return p
}

// choosable reports whether the code may be chosen (LIFE-8).
func (p *Policy) choosable(code string) bool {
	known := false
	for _, d := range p.Dispositions {
		if d.Parent == code && !p.AnyDisposition {
			return false
		}
		known = known || d.Code == code
	}
	return known
}

func (p *Policy) mayEdit(key string) bool {
	for _, k := range p.CaseDataKeys {
		if k == key || k == "*" {
			return true
		}
	}
	return false
}

func (p *Policy) nickname(id PartyID, via Target) string {
	for _, n := range p.Nicknames {
		if n.For == string(id) || n.For == "*" || via != "" && n.For == string(via) {
			return n.Name
		}
	}
	return ""
}

// messages are the automatic messages for a language: the same tag, else the
// same language without region, else the entry for all.
func (p *Policy) messages(language string) Messages {
	base, _, _ := strings.Cut(language, "-")
	var found Messages
	best := 0
	for _, m := range p.Messages {
		score := 0
		switch {
		case strings.EqualFold(m.Language, language):
			score = 3
		case strings.EqualFold(m.Language, base):
			score = 2
		case m.Language == "":
			score = 1
		}
		if score > best {
			best, found = score, m
		}
	}
	return found
}

// Limits protect the library and its users. Unlike a policy they are the
// kernel's present ones and may change while a chat goes on. A zero field is
// the default.
type Limits struct {
	MaxChars     int // of a message, in characters as a person sees them (MSG-8); default 4,096
	MaxBytes     int // of a message, in bytes; default 16,384
	MaxParties   int // who ever took part or has an offer now; default 100
	MaxOpen      int // open invitations and consultations together; default 20
	MaxCaseData  int // keys; default 200
	MaxNoteBytes int // of the note; default 65,536
}

// defaultLimits is what zero fields of [Limits] mean. It is never changed.
var defaultLimits = Limits{MaxChars: 4096, MaxBytes: 16384, MaxParties: 100, MaxOpen: 20, MaxCaseData: 200, MaxNoteBytes: 65536}

// complete are the limits with the defaults in the place of fields that are
// not set.
func (l *Limits) complete() *Limits {
	switch {
	case l == nil:
		return &defaultLimits
	case l.MaxChars > 0 && l.MaxBytes > 0 && l.MaxParties > 0 && l.MaxOpen > 0 && l.MaxCaseData > 0 && l.MaxNoteBytes > 0:
		return l
	}
	set := func(v, otherwise int) int {
		if v > 0 {
			return v
		}
		return otherwise
	}
	d := &defaultLimits
	return &Limits{
		MaxChars: set(l.MaxChars, d.MaxChars), MaxBytes: set(l.MaxBytes, d.MaxBytes), MaxParties: set(l.MaxParties, d.MaxParties),
		MaxOpen: set(l.MaxOpen, d.MaxOpen), MaxCaseData: set(l.MaxCaseData, d.MaxCaseData), MaxNoteBytes: set(l.MaxNoteBytes, d.MaxNoteBytes),
	}
}

// Exceeded reports whether a message has more bytes than it may have: it is
// refused by its length alone, so that nobody need look at it.
func (l *Limits) Exceeded(text string) bool { return len(text) > l.complete().MaxBytes }
