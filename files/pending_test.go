package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// responses are attachments of standard responses.
type responses map[string][]byte

var errNoResponse = errors.New("no such response")

func (r responses) Attachment(_ context.Context, ref string) (files.Upload, io.ReadCloser, error) {
	data, ok := r[ref]
	if !ok {
		return files.Upload{}, nil, errNoResponse
	}
	return files.Upload{Name: ref, Size: int64(len(data))}, io.NopCloser(bytes.NewReader(data)), nil
}

func names(list []*files.File) (all []string) {
	for _, f := range list {
		all = append(all, f.Name)
	}
	return all
}

// From disk and from a standard response, remove one, remove all; a reload (a new
// Pending on the same store) changes nothing.
func TestFILE_5_pending_list(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	h.start("other", maria)
	store := new(memstore.Attachments)
	p := files.NewPending(h.Cabinet, store)
	me := h.sender("chat", maria)
	list := func() []string {
		t.Helper()
		all, err := files.NewPending(h.Cabinet, store).List(t.Context(), me)
		require.NoError(t, err)
		return names(all)
	}
	a, b := h.upload(me, "a.txt", letters(10)), h.upload(me, "b.png", picture(5, 5))
	require.NoError(t, p.Add(t.Context(), me, a.ID))
	require.NoError(t, p.Add(t.Context(), me, b.ID))
	require.NoError(t, p.Add(t.Context(), me, a.ID))
	from := responses{"terms.txt": letters(100), "broken.png": picture(50, 50)[:100], "tool.exe": []byte("MZ")}
	_, err := p.AddFrom(t.Context(), me, from, "terms.txt")
	require.NoError(t, err)
	require.Equal(t, []string{"a.txt", "b.png", "terms.txt"}, list())

	// What cannot be sent is not in the list.
	_, err = p.AddFrom(t.Context(), me, from, "none")
	require.ErrorIs(t, err, errNoResponse)
	_, err = p.AddFrom(t.Context(), me, from, "tool.exe")
	refusal(t, err, files.WrongType)
	_, err = p.AddFrom(t.Context(), me, from, "broken.png")
	refusal(t, err, "truncated")
	refusal(t, p.Add(t.Context(), me, "none"), files.Unknown)
	refusal(t, p.Add(t.Context(), me, h.upload(h.sender("chat", pat), "c.txt", letters(10)).ID), files.Unknown)
	refusal(t, p.Add(t.Context(), me, h.upload(h.sender("other", maria), "c.txt", letters(10)).ID), files.Unknown)
	require.Equal(t, []string{"a.txt", "b.png", "terms.txt"}, list())

	require.NoError(t, p.Remove(t.Context(), me, b.ID, "none"))
	require.Equal(t, []string{"a.txt", "terms.txt"}, list())
	refusal(t, p.Add(t.Context(), me, b.ID), files.Unknown)
	all, err := p.List(t.Context(), h.sender("other", maria))
	require.NoError(t, err)
	require.Empty(t, all)

	require.NoError(t, p.RemoveAll(t.Context(), me))
	require.Empty(t, list())
	al, err := h.Allowance(t.Context(), me)
	require.NoError(t, err)
	require.Zero(t, al.UsedBroken+al.UsedFiles, "what is in no list any more does not count")
}

// Sending makes the files part of the transcript, in order; what could not be
// sent stays in the list, and nothing is sent twice.
func TestFILE_5_sending_the_pending_list(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	p := files.NewPending(h.Cabinet, new(memstore.Attachments))
	me := h.sender("chat", maria)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		require.NoError(t, p.Add(t.Context(), me, h.upload(me, name, letters(10)).ID))
	}
	boom := errors.New("the line is dead")
	sent := 0
	send := func(key string, cmd interaction.SendFile) error {
		_, err := h.kernel.Do(t.Context(), "chat", chatkernel.By(maria, key), cmd)
		if sent++; sent == 2 {
			return errors.Join(err, boom) // it was sent, but nobody heard of it
		}
		return err
	}
	require.ErrorIs(t, p.Send(t.Context(), me, interaction.SendFile{To: interaction.Internal}, send), boom)
	left, err := p.List(t.Context(), me)
	require.NoError(t, err)
	require.Equal(t, []string{"b.txt", "c.txt"}, names(left))
	require.NoError(t, p.Send(t.Context(), me, interaction.SendFile{To: interaction.Internal}, send))
	left, err = p.List(t.Context(), me)
	require.NoError(t, err)
	require.Empty(t, left)
	s := h.state("chat")
	require.Len(t, s.Files, 3)
	for i, name := range []string{"a.txt", "b.txt", "c.txt"} {
		require.Equal(t, name, s.Files[i].Name)
		require.Equal(t, interaction.Internal, s.Files[i].Audience.Scope)
	}
}

// To remove what was sent meanwhile, as by a second window, takes nothing away
// from those who have it.
func TestFILE_5_removing_what_was_sent_does_no_harm(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	p := files.NewPending(h.Cabinet, new(memstore.Attachments))
	me := h.sender("chat", maria)
	f := h.upload(me, "a.txt", letters(10))
	require.NoError(t, p.Add(t.Context(), me, f.ID))
	require.NoError(t, h.do("chat", maria, interaction.SendFile{File: f.Reference()}))
	require.NoError(t, p.RemoveAll(t.Context(), me))
	_, err := h.Sweep(t.Context(), h.used)
	require.NoError(t, err)
	c, _, err := h.Open(t.Context(), h.logged("chat", f.ID).File)
	require.NoError(t, err)
	require.Equal(t, letters(10), h.read(c))
}
