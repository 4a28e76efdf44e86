package files

import (
	"context"
	"errors"
	"io"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Pending is a party's list of files that it wants to send in an interaction
// (FILE-5): one for the contact to see, one for internal parties, and one for each
// consultation, as [Sender] says. All of them are uploads; the list only remembers which, in a store
// that survives a reload of the page. It may be used by many goroutines.
type Pending struct {
	cabinet *Cabinet
	store   PendingStore
}

// A PendingStore keeps lists of ids of files. Its methods may be called by many
// goroutines and processes at once. Package memstore has one.
type PendingStore interface {
	// Add puts an id at the end of the party's list for a place, which is an
	// interaction's id or something in it; the text is opaque. One that
	// is in it already stays where it is.
	Add(ctx context.Context, party, place, id string) error
	// All gives the list, in the order in which the ids were added.
	All(ctx context.Context, party, place string) ([]string, error)
	// Remove takes ids out of the list; those that are not in it do no harm.
	Remove(ctx context.Context, party, place string, ids ...string) error
}

// NewPending keeps lists of the cabinet's files.
func NewPending(c *Cabinet, store PendingStore) *Pending { return &Pending{c, store} }

// Add puts an upload of the sender's own into its list: a file from its disk.
// Any other file is a [*Refusal].
func (p *Pending) Add(ctx context.Context, by Sender, id string) error {
	f, err := p.cabinet.File(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (!by.owns(f) || f.discarded) {
		return refuse(Unknown, 0)
	}
	if err != nil {
		return err
	}
	return p.store.Add(ctx, string(by.Party), by.place(), id)
}

// An Attachments gives the files that go along with standard responses, by the
// host's own references.
type Attachments interface {
	Attachment(ctx context.Context, ref string) (Upload, io.ReadCloser, error)
}

// AddFrom puts a standard response's attachment into the list. It becomes a file
// of its own, by a copy and under the limits like one from a disk, so that it
// stays as it was sent when the response changes. One that is broken or blocked
// is a [*Refusal], since sending it again would not help.
func (p *Pending) AddFrom(ctx context.Context, by Sender, from Attachments, ref string) (*File, error) {
	u, r, err := from.Attachment(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := p.cabinet.Upload(ctx, by, u, r)
	if err != nil {
		return nil, err
	}
	if f.bad() {
		err = errors.Join(&Refusal{Code: Code(f.Code), Reason: f.Reason}, p.cabinet.Discard(ctx, by, f.ID))
	} else {
		err = p.store.Add(ctx, string(by.Party), by.place(), f.ID)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// List gives the sender's files that are pending, in order. Those that were
// swept meanwhile are not among them.
func (p *Pending) List(ctx context.Context, by Sender) ([]*File, error) {
	ids, err := p.store.All(ctx, string(by.Party), by.place())
	if err != nil {
		return nil, err
	}
	list := make([]*File, 0, len(ids))
	for _, id := range ids {
		f, err := p.cabinet.File(ctx, id)
		switch {
		case err == nil:
			list = append(list, f)
		case !errors.Is(err, ErrNotFound):
			return nil, err
		}
	}
	return list, nil
}

// Remove takes files out of the list and discards them. Ids that are not in it
// do no harm.
func (p *Pending) Remove(ctx context.Context, by Sender, ids ...string) error {
	there, err := p.store.All(ctx, string(by.Party), by.place())
	if err != nil {
		return err
	}
	listed := make(map[string]bool, len(there))
	for _, id := range there {
		listed[id] = true
	}
	for _, id := range ids {
		if !listed[id] {
			continue
		}
		err := p.cabinet.Discard(ctx, by, id)
		if _, gone := errors.AsType[*Refusal](err); err != nil && !gone {
			return err
		}
		if err := p.store.Remove(ctx, string(by.Party), by.place(), id); err != nil {
			return err
		}
	}
	return nil
}

// RemoveAll empties the list and discards what was in it.
func (p *Pending) RemoveAll(ctx context.Context, by Sender) error {
	ids, err := p.store.All(ctx, string(by.Party), by.place())
	if err != nil {
		return err
	}
	return p.Remove(ctx, by, ids...)
}

// Send gives one command after the other to send, and takes each file out of the
// list once send has returned nil. It ends with the first error of send; that
// file and those after it stay in the list. The key is the one for the command:
// it is the same whenever this file is sent again, as after a crash in between,
// so that it is sent once.
//
// A file that was swept meanwhile is left out.
func (p *Pending) Send(ctx context.Context, by Sender, to interaction.SendFile, send func(key string, cmd interaction.SendFile) error) error {
	list, err := p.List(ctx, by)
	if err != nil {
		return err
	}
	for _, f := range list {
		to.File = f.Reference()
		if err := send("file-"+f.ID, to); err != nil {
			return err
		}
		if err := p.store.Remove(ctx, string(by.Party), by.place(), f.ID); err != nil {
			return err
		}
	}
	return nil
}
