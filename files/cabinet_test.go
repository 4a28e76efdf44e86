package files_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// A house is a kernel with a cabinet, a contact and an agent.
type house struct {
	testing.TB
	*files.Cabinet
	kernel *chatkernel.Kernel
	store  *memstore.Files
	log    *memstore.Store
}

const (
	pat   interaction.PartyID = "contact:pat"
	maria interaction.PartyID = "agent:maria"
	ben   interaction.PartyID = "agent:ben"
)

func newHouse(t testing.TB, opt *files.Options) *house {
	h := &house{TB: t, store: new(memstore.Files), log: memstore.New(nil)}
	h.Cabinet = files.New(h.store, opt)
	h.kernel = chatkernel.New(h.log, memstore.NewTransport(), &chatkernel.Options{Gates: chatkernel.Gates{
		File: func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
			return h.Gate(ctx, id, s, by.ID, cmd)
		},
	}})
	t.Cleanup(func() { _ = h.kernel.Close() })
	return h
}

func (h *house) do(id string, by interaction.PartyID, cmd interaction.Command) error {
	_, err := h.kernel.Do(h.Context(), id, chatkernel.By(by, ""), cmd)
	return err
}

// start begins a chat of the contact, and with an agent lets that one accept it.
func (h *house) start(id string, agent interaction.PartyID) {
	h.Helper()
	require.NoError(h, h.do(id, pat, interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}}))
	if agent == "" {
		return
	}
	offer, err := h.kernel.Do(h.Context(), id, chatkernel.By(interaction.System, "offer"), interaction.Invite{To: interaction.Target(agent)})
	require.NoError(h, err)
	require.NoError(h, h.do(id, agent, interaction.Accept{Invitation: offer.Opened, Name: "Maria"}))
}

func (h *house) state(id string) interaction.State {
	h.Helper()
	s, err := h.kernel.State(h.Context(), id)
	require.NoError(h, err)
	return s
}

func (h *house) sender(id string, by interaction.PartyID) files.Sender {
	h.Helper()
	s := h.state(id)
	sender, err := files.SenderIn(id, &s, by)
	require.NoError(h, err)
	return sender
}

func (h *house) upload(s files.Sender, name string, data []byte) *files.File {
	h.Helper()
	f, err := h.Upload(h.Context(), s, files.Upload{Name: name}, bytes.NewReader(data))
	require.NoError(h, err)
	return f
}

// sent uploads and sends a file, and gives it as the log has it.
func (h *house) sent(id string, by interaction.PartyID, name string, data []byte) interaction.SentFile {
	h.Helper()
	f := h.upload(h.sender(id, by), name, data)
	require.NoError(h, h.do(id, by, interaction.SendFile{File: f.Reference()}))
	return h.logged(id, f.ID)
}

func (h *house) logged(id, file string) interaction.SentFile {
	h.Helper()
	s := h.state(id)
	f := s.File(file)
	require.NotNil(h, f)
	return *f
}

// used is what the sweeper asks.
func (h *house) used(ctx context.Context, f *files.File) (bool, error) {
	s, err := h.kernel.State(ctx, f.Interaction)
	return err == nil && s.File(f.ID) != nil, err
}

// keys is all that the store holds.
func (h *house) keys() (all []string) {
	h.Helper()
	for e, err := range h.store.List(h.Context(), "") {
		require.NoError(h, err)
		all = append(all, e.Key)
	}
	slices.Sort(all)
	return all
}

func (h *house) read(c files.Content) []byte {
	h.Helper()
	data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Info().Size))
	require.NoError(h, err)
	require.NoError(h, c.Close())
	return data
}

func refusal(t testing.TB, err error, code files.Code) *files.Refusal {
	t.Helper()
	var r *files.Refusal
	require.ErrorAs(t, err, &r)
	require.Equal(t, code, r.Code)
	require.NotEmpty(t, r.Reason)
	return r
}

// picture is a PNG.
func picture(w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7)
	}
	m.Set(0, 0, color.Black)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func letters(n int) []byte { return bytes.Repeat([]byte("A line of text.\n"), n/16+1)[:n] }

// counted counts how much was read of a stream.
type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// Contact and agent send a file each; both are in the log with what the cabinet
// found, whatever the command says.
func TestFILE_1_files_go_both_ways(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	data := picture(40, 30)
	for _, by := range []interaction.PartyID{pat, maria} {
		f := h.upload(h.sender("chat", by), "../holiday.png", data)
		lie := f.Reference()
		lie.Name, lie.Type, lie.Size, lie.Hash = "evil.exe", "text/html", 1, []byte("no")
		require.NoError(t, h.do("chat", by, interaction.SendFile{File: lie}))
		got := h.logged("chat", f.ID)
		require.Equal(t, f.Reference(), got.File)
		require.Equal(t, "holiday.png", got.Name)
		require.Equal(t, "image/png", got.Type)
		require.EqualValues(t, len(data), got.Size)
		require.Equal(t, interaction.Available, got.Verdict)
		require.Equal(t, by, got.By)
		c, known, err := h.Open(t.Context(), got.File)
		require.NoError(t, err)
		require.Equal(t, data, h.read(c))
		require.Equal(t, [2]int{40, 30}, [2]int{known.Width, known.Height})
	}
}

func TestFILE_1_direction_must_be_allowed(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Agent: &files.Limits{}}})
	h.start("chat", maria)
	r := &counted{r: bytes.NewReader(picture(4, 4))}
	_, err := h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "a.png"}, r)
	refusal(t, err, files.NotAllowed)
	require.Zero(t, r.n)
	a, err := h.Allowance(t.Context(), h.sender("chat", pat))
	require.NoError(t, err)
	require.False(t, a.Allowed)
	require.Equal(t, files.NotAllowed, a.Code)
	h.upload(h.sender("chat", maria), "a.png", picture(4, 4))

	s := h.state("chat")
	for _, stranger := range []interaction.PartyID{"agent:stranger", "contact:other", "nobody"} {
		_, err = files.SenderIn("chat", &s, stranger)
		refusal(t, err, files.NotAllowed)
	}
	_, err = files.SenderIn("none", &interaction.State{}, pat)
	refusal(t, err, files.NotAllowed)
	_, err = h.Upload(t.Context(), files.Sender{}, files.Upload{Name: "a.png"}, r)
	refusal(t, err, files.NotAllowed)
}

// Each limit refuses with its code, before or while the bytes come, and nothing
// is kept.
func TestFILE_1_limits_refuse_early_and_keep_nothing(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{
		MaxSize: 100_000, MaxTotal: 150_000, MaxFiles: 2, Types: []string{"txt", "png"},
	}}})
	h.start("chat", "")
	pats := h.sender("chat", pat)
	refused := func(u files.Upload, size int, code files.Code, most int) *files.Refusal {
		t.Helper()
		before := h.keys()
		r := &counted{r: bytes.NewReader(letters(size))}
		_, err := h.Upload(t.Context(), pats, u, r)
		got := refusal(t, err, code)
		require.LessOrEqual(t, r.n, most)
		require.Equal(t, before, h.keys(), "nothing is kept")
		return got
	}
	refused(files.Upload{Name: "a.exe"}, 10, files.WrongType, 0)
	refused(files.Upload{Name: "a.txt.exe"}, 10, files.WrongType, 0)
	require.EqualValues(t, 100_000, refused(files.Upload{Name: "a.txt", Size: 100_001}, 10, files.TooLarge, 0).Limit)
	refused(files.Upload{Name: "a.txt"}, 10_000_000, files.TooLarge, 500_000)
	refused(files.Upload{Name: "a.txt", Size: 50}, 90_000, files.Incomplete, 90_000)
	refused(files.Upload{Name: "a.txt", Size: 50}, 49, files.Incomplete, 49)

	h.upload(pats, "a.txt", letters(90_000))
	require.EqualValues(t, 150_000, refused(files.Upload{Name: "b.txt", Size: 60_001}, 10, files.TotalTooBig, 0).Limit)
	refused(files.Upload{Name: "b.txt"}, 90_000, files.TotalTooBig, 90_000)
	f := h.upload(pats, "b.txt", letters(60_000))
	refused(files.Upload{Name: "c.txt"}, 10, files.TooMany, 0)

	a, err := h.Allowance(t.Context(), pats)
	require.NoError(t, err)
	require.Equal(t, files.Allowance{
		Code: files.TooMany, Reason: "No more than 2 files can be sent.", MaxSize: 100_000, MaxTotal: 150_000, MaxFiles: 2,
		Types: []string{"txt", "png"}, UsedTotal: 150_000, UsedFiles: 2,
	}, a)

	// What is discarded counts no more, nor does what is deleted.
	require.NoError(t, h.Discard(t.Context(), pats, f.ID))
	require.NoError(t, h.Discard(t.Context(), pats, f.ID))
	f = h.upload(pats, "c.txt", letters(60_000))
	require.NoError(t, h.Delete(t.Context(), f.ID))
	a, err = h.Allowance(t.Context(), pats)
	require.NoError(t, err)
	require.True(t, a.Allowed)
	require.Equal(t, 1, a.UsedFiles)
	require.EqualValues(t, 90_000, a.UsedTotal)

	// Another chat has its own allowance.
	h.start("other", "")
	h.upload(h.sender("other", pat), "a.txt", letters(90_000))
}

// A reader that fails in the middle leaves nothing either.
func TestFILE_1_nothing_is_kept_of_a_line_that_broke(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", "")
	for _, n := range []int{0, 100, 100_000} {
		_, err := h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "a.txt"}, io.MultiReader(bytes.NewReader(letters(n)), failing{}))
		require.ErrorIs(t, err, errBroken)
		require.Empty(t, h.keys())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.Upload(ctx, h.sender("chat", pat), files.Upload{Name: "a.txt"}, bytes.NewReader(letters(10)))
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, h.keys())
}

// Uploads that go on side by side share one allowance.
func TestFILE_1_uploads_side_by_side_share_the_limits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{MaxFiles: 3, MaxTotal: 100_000}}})
		h.start("chat", "")
		pats := h.sender("chat", pat)
		type end struct {
			w   *io.PipeWriter
			err chan error
		}
		var ends []end
		for range 4 {
			r, w := io.Pipe()
			e := end{w, make(chan error, 1)}
			go func() {
				_, err := h.Upload(t.Context(), pats, files.Upload{Name: "a.txt"}, r)
				_ = r.CloseWithError(errors.New("refused"))
				e.err <- err
			}()
			ends = append(ends, e)
			synctest.Wait()
		}
		refusal(t, <-ends[3].err, files.TooMany)
		_, _ = ends[0].w.Write(letters(60_000))
		_, _ = ends[1].w.Write(letters(40_000))
		_ = ends[0].w.Close() // is stored, and goes on to count
		require.NoError(t, <-ends[0].err)
		_, _ = ends[1].w.Write(letters(1))
		refusal(t, <-ends[1].err, files.TotalTooBig)
		_, _ = ends[2].w.Write(letters(40_000))
		_ = ends[2].w.Close()
		require.NoError(t, <-ends[2].err)
		a, err := h.Allowance(t.Context(), pats)
		require.NoError(t, err)
		require.EqualValues(t, 100_000, a.UsedTotal)
		require.Equal(t, 2, a.UsedFiles)
	})
}

func TestFILE_1_an_agent_must_be_there_first(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{NeedAgent: true}}})
	h.start("waiting", "")
	_, err := h.Upload(t.Context(), h.sender("waiting", pat), files.Upload{Name: "a.txt"}, bytes.NewReader(letters(10)))
	refusal(t, err, files.NeedAgent)
	h.start("chat", maria)
	h.sent("chat", pat, "a.txt", letters(10))
}

// A name without an extension gets the one of the content, and only an allowed
// one.
func TestFILE_1_files_without_extension(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{Types: []string{"png"}}}})
	h.start("chat", "")
	f := h.upload(h.sender("chat", pat), "photo", picture(4, 4))
	require.Equal(t, "photo.png", f.Name)
	kept := h.keys()
	r := &counted{r: bytes.NewReader(append([]byte("%PDF-1.7\n"), letters(5_000_000)...))}
	_, err := h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "photo"}, r)
	refusal(t, err, files.WrongType)
	require.Less(t, r.n, 600_000, "its first bytes say it")
	_, err = h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "photo"}, bytes.NewReader(letters(100)))
	refusal(t, err, files.WrongType)
	require.Equal(t, kept, h.keys())
}

// Files that are broken are sent and seen as such, and can be read by nobody.
func TestFILE_2_broken_files_are_shown_and_not_kept(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	whole := picture(60, 60)
	for name, data := range map[string][]byte{
		"cut.png":   whole[:len(whole)/2],
		"lie.pdf":   whole,
		"empty.png": {},
		"noise.png": append(slices.Clone(whole[:60]), letters(500)...),
	} {
		f := h.upload(h.sender("chat", pat), name, data)
		require.Equal(t, interaction.Broken, f.Verdict, name)
		require.NotEmpty(t, f.Code, name)
		require.NotEmpty(t, f.Reason, name)
		require.Empty(t, f.Hash)
		require.NoError(t, h.do("chat", pat, interaction.SendFile{File: f.Reference()}))
		got := h.logged("chat", f.ID)
		require.Equal(t, interaction.Broken, got.Verdict)
		require.Equal(t, f.Reason, got.Reason)
		_, _, err := h.Open(t.Context(), got.File)
		require.ErrorIs(t, err, files.ErrNotAvailable)
		lie := got.File
		lie.Verdict = interaction.Available
		_, _, err = h.Open(t.Context(), lie)
		require.ErrorIs(t, err, files.ErrNotAvailable, "whatever the log says")
	}
	for _, key := range h.keys() {
		require.True(t, strings.HasSuffix(key, ".json") || strings.HasPrefix(key, "new/"), "%s is kept of a broken file", key)
	}
	a, err := h.Allowance(t.Context(), h.sender("chat", pat))
	require.NoError(t, err)
	require.Zero(t, a.UsedFiles)
	require.Equal(t, 4, a.UsedBroken)
}

// A file whose first bytes are those of a type that may not be sent is refused
// whatever its name is, and not read to its end.
func TestFILE_1_first_bytes_of_another_type_are_refused(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{Types: []string{"pdf", "jpg", "txt"}}}})
	h.start("chat", "")
	for _, size := range []int64{0, 10_000_000} {
		for _, head := range [][]byte{picture(9, 9), append([]byte("GIF89a"), make([]byte, 100)...), append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 100)...)} {
			r := &counted{r: io.MultiReader(bytes.NewReader(head), &endless{size})}
			_, err := h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "a.pdf"}, r)
			refusal(t, err, files.WrongType)
			require.Less(t, r.n, 600_000)
			require.Empty(t, h.keys())
		}
	}
	for _, text := range []string{"BMW is a car.\n", "GIF89a is what they begin with.\n", "MZ are letters.\n"} {
		_, err := h.Upload(t.Context(), h.sender("chat", pat), files.Upload{Name: "a.txt"}, strings.NewReader(text))
		require.NoError(t, err, text)
	}
}

func TestFILE_2_too_many_broken_files_are_refused(t *testing.T) {
	h := newHouse(t, &files.Options{Policy: &files.Policy{Contact: &files.Limits{MaxFiles: 3}}})
	h.start("chat", "")
	pats := h.sender("chat", pat)
	for range 3 {
		h.upload(pats, "empty.png", nil)
	}
	_, err := h.Upload(t.Context(), pats, files.Upload{Name: "a.png"}, bytes.NewReader(nil))
	refusal(t, err, files.TooManyBad)
}

func TestFILE_3_images_have_thumbnails_and_others_icons(t *testing.T) {
	h := newHouse(t, &files.Options{ThumbnailSide: 50})
	h.start("chat", maria)
	photo := h.sent("chat", pat, "photo.png", picture(200, 100))
	known, err := h.File(t.Context(), photo.ID)
	require.NoError(t, err)
	require.True(t, known.Thumbnail)
	require.Equal(t, "image", known.Icon)
	c, err := h.OpenThumbnail(t.Context(), photo.File)
	require.NoError(t, err)
	m, err := png.Decode(bytes.NewReader(h.read(c)))
	require.NoError(t, err)
	require.Equal(t, image.Pt(50, 25), m.Bounds().Size())

	text := h.sent("chat", maria, "notes.txt", letters(1000))
	known, err = h.File(t.Context(), text.ID)
	require.NoError(t, err)
	require.Equal(t, "text", known.Icon)
	_, err = h.OpenThumbnail(t.Context(), text.File)
	require.ErrorIs(t, err, files.ErrNotFound)
	photo.Verdict = interaction.Blocked
	_, err = h.OpenThumbnail(t.Context(), photo.File)
	require.ErrorIs(t, err, files.ErrNotAvailable)
}

// Nobody can send what somebody else uploaded, or what was uploaded elsewhere,
// and nobody learns whether it exists.
func TestFILE_5_only_ones_own_uploads_can_be_sent(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	h.start("other", maria)
	f := h.upload(h.sender("chat", pat), "a.txt", letters(10))
	refusal(t, h.do("chat", maria, interaction.SendFile{File: f.Reference()}), files.Unknown)
	refusal(t, h.do("other", pat, interaction.SendFile{File: f.Reference()}), files.Unknown)
	refusal(t, h.do("chat", pat, interaction.SendFile{File: interaction.File{ID: "made-up", Name: "x"}}), files.Unknown)
	refusal(t, h.do("chat", pat, interaction.SendFile{File: interaction.File{ID: "../../" + f.ID, Name: "x"}}), files.Unknown)
	refusal(t, h.Discard(t.Context(), h.sender("chat", maria), f.ID), files.Unknown)
	refusal(t, h.Discard(t.Context(), h.sender("other", pat), f.ID), files.Unknown)
	require.NoError(t, h.do("chat", pat, interaction.SendFile{File: f.Reference()}))

	gone := h.upload(h.sender("chat", pat), "b.txt", letters(10))
	require.NoError(t, h.Discard(t.Context(), h.sender("chat", pat), gone.ID))
	refusal(t, h.do("chat", pat, interaction.SendFile{File: gone.Reference()}), files.Unknown)
}

// A file for internal parties can never be sent to the contact.
func TestFILE_5_internal_files_stay_internal(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	s := h.sender("chat", maria)
	s.Internal = true
	f := h.upload(s, "plan.txt", letters(10))
	refusal(t, h.do("chat", maria, interaction.SendFile{File: f.Reference()}), files.InternalOnly)
	require.NoError(t, h.do("chat", maria, interaction.SendFile{File: f.Reference(), To: interaction.Internal}))
	st := h.state("chat")
	require.Equal(t, interaction.Internal, st.File(f.ID).Audience.Scope)
}

// Uploads that nobody sent are swept after their time; those that were sent stay.
func TestFILE_5_bytes_without_a_command_are_swept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, &files.Options{Lifetime: 10 * time.Hour})
		h.start("chat", maria)
		sent := h.sent("chat", pat, "sent.png", picture(9, 9))
		forgotten := h.upload(h.sender("chat", pat), "forgotten.png", picture(9, 9))
		discarded := h.upload(h.sender("chat", pat), "discarded.png", picture(9, 9))
		require.NoError(t, h.Discard(t.Context(), h.sender("chat", pat), discarded.ID))
		half := strings.Repeat("a", 16) + "." + strings.Repeat("b", 26) // as of a crash
		_, err := h.store.Put(t.Context(), "new/"+half, strings.NewReader(""))
		require.NoError(t, err)
		_, err = h.store.Put(t.Context(), "files/"+half[:16]+"/"+half[17:], strings.NewReader("x"))
		require.NoError(t, err)

		sweep := func(want int) {
			t.Helper()
			n, err := h.Sweep(t.Context(), h.used)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		sweep(0)
		time.Sleep(time.Hour + time.Second)
		sweep(1)
		_, err = h.File(t.Context(), discarded.ID)
		require.ErrorIs(t, err, files.ErrNotFound)
		time.Sleep(9 * time.Hour)
		sweep(0)
		refusal(t, h.do("chat", pat, interaction.SendFile{File: forgotten.Reference()}), files.Unknown)
		time.Sleep(time.Hour)
		boom := errors.New("the log cannot be read")
		n, err := h.Sweep(t.Context(), func(context.Context, *files.File) (bool, error) { return false, boom })
		require.ErrorIs(t, err, boom)
		require.Equal(t, 1, n, "half a file is nobody's")
		sweep(1)
		_, err = h.File(t.Context(), forgotten.ID)
		require.ErrorIs(t, err, files.ErrNotFound)
		require.Len(t, h.keys(), 3, "bytes, record and thumbnail of what was sent")
		c, _, err := h.Open(t.Context(), sent.File)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		n, err = h.Sweep(t.Context(), func(context.Context, *files.File) (bool, error) { return false, boom })
		require.NoError(t, err, "what was sent is not asked for again")
		require.Zero(t, n)
	})
}

// A retry of the command long afterwards is the same command.
func TestFILE_5_a_retry_sends_once(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, &files.Options{Lifetime: time.Hour})
		h.start("chat", "")
		f := h.upload(h.sender("chat", pat), "a.txt", letters(10))
		by := chatkernel.By(pat, "send it")
		_, err := h.kernel.Do(t.Context(), "chat", by, interaction.SendFile{File: f.Reference()})
		require.NoError(t, err)
		time.Sleep(5 * time.Hour)
		r, err := h.kernel.Do(t.Context(), "chat", by, interaction.SendFile{File: f.Reference()})
		require.NoError(t, err)
		require.True(t, r.Repeated)
	})
}

func TestFILE_8_all_files_of_an_interaction_can_be_erased(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", maria)
	h.start("other", "")
	h.sent("chat", pat, "a.png", picture(9, 9))
	h.sent("chat", maria, "b.txt", letters(10))
	h.upload(h.sender("chat", pat), "c.txt", letters(10))
	kept := h.sent("other", pat, "d.txt", letters(10))
	require.NoError(t, h.DeleteAll(t.Context(), "chat"))
	require.Len(t, h.keys(), 3)
	c, _, err := h.Open(t.Context(), kept.File)
	require.NoError(t, err)
	require.NoError(t, c.Close())
}

// A file whose bytes are not those that were sent is not given out.
func TestFILE_8_the_hash_in_the_log_is_the_one_that_counts(t *testing.T) {
	h := newHouse(t, nil)
	h.start("chat", "")
	f := h.sent("chat", pat, "a.txt", letters(10))
	for _, other := range [][]byte{letters(11), []byte("0123456789")} {
		_, err := h.store.Put(t.Context(), "files/"+strings.Replace(f.ID, ".", "/", 1), bytes.NewReader(other))
		require.NoError(t, err)
		_, _, err = h.Open(t.Context(), f.File)
		require.ErrorIs(t, err, files.ErrCorrupt)
	}
}

// with is the same house, with other gates before its log.
func (h *house) with(gates chatkernel.Gates) *house {
	other := *h
	other.kernel = chatkernel.New(h.log, memstore.NewTransport(), &chatkernel.Options{Gates: gates})
	h.Cleanup(func() { _ = other.kernel.Close() })
	return &other
}
