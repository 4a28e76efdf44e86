package chatkernel

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/timers"
)

// A Kernel carries commands out and feeds viewers. A host holds one for each
// store; any number of them, in any number of processes, may work on one store
// at the same time. Its methods may be called by many goroutines at once.
type Kernel struct {
	store     Store
	transport Transport
	opt       Options
	log       *slog.Logger
	typists   *timers.Scheduler[typist]
	chats     cache
	epoch     atomic.Pointer[string]
	skew      atomic.Int64  // what the store's clock is ahead of ours, in nanoseconds
	poke      chan struct{} // a wake came nearer than the one that Run sleeps for
	sleeping  atomic.Int64  // until when Run sleeps, in unix nanoseconds of our clock
	health    health
	jitter    func(most time.Duration) time.Duration // less than most
	done      chan struct{}
	close     sync.Once
}

// Options are what a host may set. The zero value works.
type Options struct {
	// Policy is for interactions that are started without one; nil is
	// [interaction.DefaultPolicy].
	Policy *interaction.Policy
	// Limits protect the library; nil are the defaults.
	Limits *interaction.Limits
	// Gates judge what only other packages or the host can judge.
	Gates Gates
	// Keyring has the keys by which what persons wrote and are called is encrypted
	// in the store, so that it can be erased (HIST-7). Nil stores it as it is and
	// refuses erasures with [ErrNoGate]. Logs that were begun without one go on, and
	// cannot be erased.
	Keyring Keyring
	// Media carries consultations by IM and voice; without it they are refused
	// with [ErrNoGate] (CONS-11).
	Media Media
	// Observe is told what the kernel did (HOST-7). It is called on the path of
	// commands and must return soon.
	Observe func(Observation)
	// Logger gets what an operator should know, with no content and no contact's
	// id in it; nil logs nothing.
	Logger *slog.Logger
	// Cache is how many live states are kept in memory; below 1 is 10,000.
	Cache int
	// Poll is how often a feed looks into the store when no notice came, which
	// heals lost notices, and how often Run does; below 1 is a second.
	Poll time.Duration
	// Typing is how long somebody is shown as typing after the last keystroke
	// (MSG-3); below 1 is ten seconds.
	Typing time.Duration
}

// New makes a kernel. Nil options are the defaults. Close it when done.
func New(store Store, transport Transport, options *Options) *Kernel {
	k := &Kernel{store: store, transport: transport, poke: make(chan struct{}, 1), done: make(chan struct{}), jitter: rand.N[time.Duration]}
	if options != nil {
		k.opt = *options
	}
	if k.opt.Cache < 1 {
		k.opt.Cache = 10_000
	}
	if k.opt.Poll < 1 {
		k.opt.Poll = time.Second
	}
	if k.opt.Typing < 1 {
		k.opt.Typing = 10 * time.Second
	}
	if k.log = k.opt.Logger; k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	k.chats.init(k.opt.Cache)
	k.typists = timers.NewScheduler(k.typingExpired, nil)
	return k
}

// Close ends all feeds and refuses further commands with [ErrClosed]. Commands
// that are under way finish. It leaves store and transport open and may be
// called often.
func (k *Kernel) Close() error {
	k.close.Do(func() {
		close(k.done)
		k.typists.Close()
	})
	return nil
}

func (k *Kernel) closed() bool {
	select {
	case <-k.done:
		return true
	default:
		return false
	}
}

// now is the present time by the store's clock, as far as it is known: a
// process whose own clock is wrong does not close other people's chats.
func (k *Kernel) now() time.Time { return time.Now().Add(time.Duration(k.skew.Load())) }

// An Actor is who commands, and with which key.
type Actor struct {
	ID interaction.PartyID
	// Key makes the command happen once, however often it is sent (LIFE-16). It
	// is unique among the actor's commands on the interaction. Without one a new
	// key is made, and a retry is another command.
	Key string
}

// By is an actor with a key.
func By(id interaction.PartyID, key string) Actor { return Actor{id, key} }

// A Result says what a command did.
type Result struct {
	// Position is the actor's own in the interaction's feed once the command was
	// carried out. It is zero where there was nothing to do.
	Position Position
	At       time.Time // when it was carried out
	// Opened is the id of the invitation, and of the consultation, that the
	// command opened, if it did.
	Opened   string
	Repeated bool // it had been carried out before: the result is that of the first time
}

// Gates judge commands before they are decided, on every path (DESIGN: a gate
// cannot be bypassed).
type Gates struct {
	Text Gate[interaction.Say] // not asked about a message that is too long anyway
	URL  Gate[interaction.PushURL]
	File Gate[interaction.SendFile]
	// Erase destroys what else there is of a contact, as the bytes of files
	// ([files.Cabinet.DeleteAll]), before the key is destroyed (HIST-7).
	Erase Gate[interaction.Erase]
	// Target judges whom a Start, Invite, Transfer, Conference or Consult names;
	// the state is the zero one for a Start. A router is one. It must not change
	// the command's kind.
	Target Gate[interaction.Command]
}

// A Gate judges a command in the interaction with the id, of which it gets a
// snapshot. It may change the command, or refuse it with an error, which Do
// returns wrapped. A command whose gate is not installed is refused with
// [ErrNoGate], but for targets, for erasures, and for text where the policy does
// not ask for its spelling to be checked (MSG-7). A gate is called by many goroutines at once.
type Gate[C interaction.Command] = func(ctx context.Context, id string, s *interaction.State, by Actor, cmd C) (C, error)

// Media carries consultations by IM and voice (CONS-11). It is called once for
// each start and end, after the fact is stored; where Open fails the
// consultation is ended. After a crash between the two a call is missing: a
// host that must know reads the log.
type Media interface {
	Open(ctx context.Context, id string, c interaction.Consultation) error
	Close(ctx context.Context, id string, c interaction.Consultation) error
}

// An Item is one thing in a feed: a record, a signal, or a reset.
type Item struct {
	// Position is the viewer's after this item. Store it to resume.
	Position Position
	// Shown is the record as the viewer may see it; its Event is nil in an item
	// that is none.
	Shown interaction.Shown
	// Reset is not nil where the feed starts anew, and says why: [ErrEpoch] or
	// [ErrViewChanged]. All the viewer got before is to be forgotten; everything
	// it may see follows from the beginning.
	Reset error
	// Signal is not nil for a signal.
	Signal *Signal
	// Current is true for the one item that says that the feed has caught up:
	// what follows is live.
	Current bool
}

// A Signal says that somebody types (MSG-3), or stopped. It is never stored.
type Signal struct {
	From         interaction.Handle
	Consultation string // where, empty for the chat
	Typing       bool
	Draft        string // what the contact has typed, for internal parties, where the policy allows it (MSG-4)
}

// Typing is a keystroke, or the end of typing.
type Typing struct {
	Consultation string // where, empty for the chat
	Draft        string // what is typed so far; only a contact's is passed on
	Stopped      bool
}
