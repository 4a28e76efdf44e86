package files

import (
	"context"
	"slices"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Policy says who may send what (FILE-1). A nil field means that these senders
// may send no file. Unlike an interaction's policy it is the cabinet's present
// one. Each field's numbers count for all its senders in one interaction
// together.
type Policy struct {
	Contact    *Limits
	Agent      *Limits
	Supervisor *Limits
	Bot        *Limits
	// Internal is for what internal parties send to internal parties only, as in
	// a consultation.
	Internal *Limits
}

// DefaultPolicy lets everybody send files within the default limits.
func DefaultPolicy() *Policy {
	l := new(Limits)
	return &Policy{l, l, l, l, l}
}

// Limits bound what may be sent. The zero value of a field is its default, a
// negative number means no limit.
type Limits struct {
	MaxSize  int64 // bytes of one file; default 20 MiB
	MaxTotal int64 // bytes of all files; default 100 MiB
	// MaxFiles is how many; default 20. Broken and blocked files do not count,
	// but there may be no more than so many of those either.
	MaxFiles int
	// Types are the extensions that a file may have, in lower case without a dot;
	// "*" is any. The content must be what the extension says, or the file is
	// broken (FILE-2). Default [DefaultTypes].
	Types     []string
	NeedAgent bool // only once an agent is, or was, in the chat
}

// DefaultTypes are the extensions of images, PDF, text and Office files, and of
// ZIP archives.
func DefaultTypes() []string {
	return []string{
		"bmp", "csv", "doc", "docx", "gif", "jpeg", "jpg", "odp", "ods", "odt", "pdf", "png", "ppt", "pptx", "rtf",
		"tif", "tiff", "txt", "webp", "xls", "xlsx", "zip",
	}
}

func (l *Limits) withDefaults() Limits {
	d := *l
	if d.MaxSize == 0 {
		d.MaxSize = 20 << 20
	}
	if d.MaxTotal == 0 {
		d.MaxTotal = 100 << 20
	}
	if d.MaxFiles == 0 {
		d.MaxFiles = 20
	}
	if d.Types == nil {
		d.Types = DefaultTypes()
	}
	return d
}

// allows reports whether a file may have the extension.
func (l *Limits) allows(ext string) bool {
	return slices.ContainsFunc(l.Types, func(t string) bool { return t == "*" || ext != "" && strings.EqualFold(t, ext) })
}

// A Sender is who sends a file, in which interaction. Make one with [SenderIn].
type Sender struct {
	Interaction string // its id
	Party       interaction.PartyID
	// Internal marks a file for internal parties only: it can never be sent to
	// the contact.
	Internal bool
	// Consultation is the one that the file is for, by its id: it is internal then.
	// What a sender has ready for one place never goes to another (FILE-5).
	Consultation string

	agent bool // an agent is or was in the chat
}

// place names where the sender's pending files are for. Ids of interactions have no
// slash.
func (s *Sender) place() string {
	if s.Internal || s.Consultation != "" {
		return s.Interaction + "/" + s.Consultation
	}
	return s.Interaction
}

// owns reports whether it was the sender who uploaded the file, there.
func (s *Sender) owns(f *File) bool { return f.By == s.Party && f.Interaction == s.Interaction }

// SenderIn is the party as a sender of files in the interaction with the id, or
// a [*Refusal] if it may not send any there now.
func SenderIn(id string, s *interaction.State, party interaction.PartyID) (Sender, error) {
	if s.Start == nil || s.Refusal(party, interaction.SendFileKind) != nil {
		return Sender{}, refuse(NotAllowed, 0)
	}
	return Sender{Interaction: id, Party: party, agent: s.LastOwner != ""}, nil
}

// of are the sender's limits with their defaults, or nil.
func (p *Policy) of(s *Sender) *Limits {
	var l *Limits
	switch s.side() {
	case sideContact:
		l = p.Contact
	case sideAgent:
		l = p.Agent
	case sideSupervisor:
		l = p.Supervisor
	case sideBot:
		l = p.Bot
	case sideInternal:
		l = p.Internal
	}
	if l == nil {
		return nil
	}
	d := l.withDefaults()
	return &d
}

// A side is the senders whose files count together.
type side string

const (
	sideNone       side = ""
	sideContact    side = "contact"
	sideAgent      side = "agent"
	sideSupervisor side = "supervisor"
	sideBot        side = "bot"
	sideInternal   side = "internal"
)

func (s *Sender) side() side {
	role := s.Party.Role()
	switch {
	case role == interaction.RoleContact:
		return sideContact
	case (s.Internal || s.Consultation != "") && role != interaction.NoRole:
		return sideInternal
	case role == interaction.RoleAgent:
		return sideAgent
	case role == interaction.RoleSupervisor:
		return sideSupervisor
	case role == interaction.RoleBot:
		return sideBot
	}
	return sideNone
}

// An Allowance says what a sender may still send, so that a client can say so
// before it reads a file, as JSON too.
type Allowance struct {
	Allowed    bool     `json:"allowed"`
	Code       Code     `json:"code,omitempty"`     // why not
	Reason     string   `json:"reason,omitempty"`   // as a sentence
	MaxSize    int64    `json:"maxSize,omitempty"`  // of one file; 0: no limit
	MaxTotal   int64    `json:"maxTotal,omitempty"` // 0: no limit
	MaxFiles   int      `json:"maxFiles,omitempty"` // 0: no limit
	Types      []string `json:"types,omitempty"`    // extensions; "*" is any
	NeedAgent  bool     `json:"needAgent,omitempty"`
	UsedTotal  int64    `json:"usedTotal"`
	UsedFiles  int      `json:"usedFiles"`
	UsedBroken int      `json:"usedBroken"` // broken and blocked ones
}

// Allowance says what the sender may send and what is used of it. A file counts
// from its upload on; one that was discarded or deleted counts no more. Uploads
// that are under way in this process count with what they have read.
func (c *Cabinet) Allowance(ctx context.Context, s Sender) (Allowance, error) {
	l := c.opt.Policy.of(&s)
	if l == nil {
		r := refuse(NotAllowed, 0)
		return Allowance{Code: r.Code, Reason: r.Reason}, nil
	}
	f := c.join(&s)
	defer c.leave(f)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(ctx, c); err != nil {
		return Allowance{}, err
	}
	a := Allowance{
		Allowed: true, MaxSize: max(l.MaxSize, 0), MaxTotal: max(l.MaxTotal, 0), MaxFiles: max(l.MaxFiles, 0),
		Types: l.Types, NeedAgent: l.NeedAgent, UsedTotal: f.used.bytes, UsedFiles: f.used.files, UsedBroken: f.used.bad,
	}
	if r := l.refusal(&s, f.used, 0); r != nil {
		a.Allowed, a.Code, a.Reason = false, r.Code, r.Reason
	}
	return a, nil
}

// A usage is what is used of the limits.
type usage struct {
	files int
	bytes int64
	bad   int // broken and blocked
}

// refusal is why one more file of the size may not come, or nil. A size of zero
// is unknown.
func (l *Limits) refusal(s *Sender, used usage, size int64) *Refusal {
	switch {
	case l.NeedAgent && !s.agent:
		return refuse(NeedAgent, 0)
	case l.MaxFiles >= 0 && used.files >= l.MaxFiles:
		return refuse(TooMany, int64(l.MaxFiles))
	case l.MaxFiles >= 0 && used.bad >= l.MaxFiles:
		return refuse(TooManyBad, int64(l.MaxFiles))
	case l.MaxSize >= 0 && size > l.MaxSize:
		return refuse(TooLarge, l.MaxSize)
	case l.MaxTotal >= 0 && (used.bytes > l.MaxTotal-size || used.bytes >= l.MaxTotal):
		return refuse(TotalTooBig, l.MaxTotal)
	}
	return nil
}
