package history

import (
	"context"
	"crypto/cipher"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// A History reads what a kernel has kept. Make one with [New]; its methods may be
// called by many goroutines at once.
type History struct {
	k     *chatkernel.Kernel
	opt   Options
	aead  cipher.AEAD            // seals cursors
	epoch atomic.Pointer[string] // of the store, as it was last
}

// Options are what a host may set. The zero value works.
type Options struct {
	// Allow says whether a viewer may read a chat, where the host restricts it
	// further, as to an agent's own group. It is asked for each chat of each list
	// and for each transcript, by many goroutines; nil allows all. The state is for
	// reading. An error ends the call with that error.
	Allow func(ctx context.Context, viewer interaction.PartyID, id string, s *interaction.State) (bool, error)
	// Contacts is the host's source of contacts: it gives the one with the id, by the
	// name that it has there, or an error where it knows none (HIST-5). Nil takes
	// every contact as it is named.
	Contacts func(ctx context.Context, id interaction.PartyID) (interaction.Person, error)
	// Searcher finds what may hold a text; nil reads the chats of the list one by one.
	Searcher Searcher
	// Links find and judge the addresses in what people write (URL-1); nil leaves
	// transcripts without them.
	Links *urlsafe.Links
	// Secret seals cursors: 32 random bytes that processes which serve the same people
	// share. An empty one is a random one, so that cursors end with the process.
	Secret []byte
	// Page is how many chats are on a page of a list; below 1 is 20.
	Page int
	// Work is how many chats are read for one page at most, where a filter or Allow
	// passes over most of them; below 1 is 200, fewer than Page is Page.
	Work int
	// OlderPage is how many chats are loaded at once above the current one (HIST-3);
	// below 1 is 5.
	OlderPage int
	// OlderChats is how many there are above it altogether; below 1 is 100.
	OlderChats int
	// OlderAge is how long before now a chat above it may have begun; below 1 is any
	// time.
	OlderAge time.Duration
}

// New makes a History of what the kernel has. Nil options are the defaults.
func New(k *chatkernel.Kernel, o *Options) *History {
	h := &History{k: k}
	if o != nil {
		h.opt = *o
	}
	orElse := func(n *int, def int) {
		if *n < 1 {
			*n = def
		}
	}
	orElse(&h.opt.Page, 20)
	orElse(&h.opt.Work, 200)
	orElse(&h.opt.OlderPage, 5)
	orElse(&h.opt.OlderChats, 100)
	h.aead = sealer(h.opt.Secret)
	return h
}

// A Look is how a viewer wants to read. The zero Look is English and UTC.
type Look struct {
	Words transcript.Words // the language of system lines
	Zone  *time.Location   // of day lines
}

// staff reports whether somebody may read every contact's history.
func staff(viewer interaction.PartyID) bool {
	switch viewer.Role() {
	case interaction.RoleAgent, interaction.RoleSupervisor, interaction.RoleSystem:
		return viewer.Valid()
	}
	return false
}

// admits says whether the viewer may read a chat: [interaction.ErrNotStarted] where
// it may not.
func (h *History) admits(ctx context.Context, viewer interaction.PartyID, id string, s *interaction.State) error {
	if !staff(viewer) && (viewer.Role() != interaction.RoleContact || s.Contact.ID != viewer) {
		return interaction.ErrNotStarted
	}
	return h.allows(ctx, viewer, id, s)
}

// allows asks the host.
func (h *History) allows(ctx context.Context, viewer interaction.PartyID, id string, s *interaction.State) error {
	if h.opt.Allow == nil {
		return nil
	}
	ok, err := h.opt.Allow(ctx, viewer, id, s)
	if err == nil && !ok {
		err = interaction.ErrNotStarted
	}
	return err
}

// read shows what the viewer may see of a chat, in order, as the chat is at one
// moment. Before the first record it calls open with the state, which may be kept;
// where that gives an error, that ends it.
//
// The state is folded from the log that is read anyway. To have it from the kernel
// would read the log of a past chat twice, and put a chat that goes on out of the
// kernel's memory.
func (h *History) read(ctx context.Context, viewer interaction.PartyID, id string, open func(*interaction.State) error, see func(*interaction.Shown)) error {
	var s interaction.State
	var log []interaction.Record
	for r, err := range h.k.Log(ctx, id) {
		if err != nil {
			return err
		}
		if err := s.Apply(r); err != nil {
			return &chatkernel.StoreError{Op: "fold", Err: err}
		}
		log = append(log, r)
	}
	if err := open(&s); err != nil {
		return err
	}
	v := interaction.Viewer{ID: viewer, Purpose: interaction.History}
	var position, public uint64
	for i := range log {
		r, ok := s.Show(v, &log[i])
		if !ok {
			continue
		}
		position++
		if r.Audience == interaction.Everyone {
			public++
		}
		r.Position, r.Public = position, public
		see(&r)
	}
	return nil
}
