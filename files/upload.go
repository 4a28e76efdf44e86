package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/files/internal/inspect"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/gabriel-vasile/mimetype"
)

// An Upload is what a sender says of a file.
type Upload struct {
	Name string // as the sender's system calls it
	Type string // the media type that the sender claims, or empty
	Size int64  // in bytes, if it is known, else 0
}

// Upload is the first step of sending a file (FILE-1, FILE-2): it keeps the
// bytes that r gives and looks into them. The file that it returns is available,
// waits for its scan, or is broken or blocked with the reason; of the latter two
// no byte is kept. With the file's id an [interaction.SendFile] makes it part of
// the chat, broken ones too, so that everyone sees that it must be sent again.
// What is not sent within [Options.Lifetime] is swept.
//
// A file that may not be sent is a [*Refusal], as early as can be: by type, size
// and number before the first byte is read, and in the middle of the stream once
// it becomes too large or its first bytes show a type that may not be sent. After
// any error nothing is kept.
//
// It holds a small part of the file at a time, and while it is looked into no
// more than [Options] say. A reader that blocks must end by itself when ctx does.
func (c *Cabinet) Upload(ctx context.Context, by Sender, u Upload, r io.Reader) (*File, error) {
	l := c.opt.Policy.of(&by)
	if l == nil {
		return nil, refuse(NotAllowed, 0)
	}
	name := SafeName(u.Name)
	if ext := extension(name); ext != "" && !l.allows(ext) {
		return nil, refuse(WrongType, 0)
	}
	flight := c.join(&by)
	defer c.leave(flight)
	s, err := flight.take(ctx, c, &by, l, u.Size)
	if err != nil {
		return nil, err
	}
	x := &intake{
		Cabinet: c, by: by, limits: l, seat: s, claim: u, began: time.Now(),
		file: File{ID: newID(folderOf(by.Interaction)), Interaction: by.Interaction, By: by.Party, Internal: by.Internal || by.Consultation != "", Name: name},
	}
	x.at, _ = place(x.file.ID)
	if err := x.run(ctx, r); err != nil {
		s.end(nil)
		x.undo(ctx)
		return nil, err
	}
	s.end(&x.file)
	if x.file.Verdict == interaction.PendingScan {
		select {
		case c.wake <- x.file.ID:
		default: // RunScans is far behind, or not here; it finds the file in its list
		}
	}
	return &x.file, nil
}

// An intake is one upload on its way.
type intake struct {
	*Cabinet
	by     Sender
	limits *Limits
	seat   *seat
	claim  Upload
	began  time.Time
	file   File
	at     string
}

func (x *intake) run(ctx context.Context, r io.Reader) error {
	if err := x.note(ctx, newFolder+x.file.ID, nil); err != nil {
		return err
	}
	if err := x.receive(ctx, r); err != nil {
		return err
	}
	if x.file.Verdict == interaction.Available && x.opt.Scanner != nil {
		x.file.Verdict = interaction.PendingScan
		if err := x.note(ctx, scanFolder+x.file.ID, nil); err != nil {
			return err
		}
	}
	x.file.At = time.Now().UTC()
	if x.file.At.Sub(x.began) > x.opt.Lifetime {
		return refuse(Unknown, 0) // the sweeper may be at it
	}
	return x.keep(ctx, &x.file)
}

// receive keeps the bytes and judges them.
func (x *intake) receive(ctx context.Context, r io.Reader) error {
	info, err := x.store.Put(ctx, x.at, &stream{r: r, intake: x})
	if err != nil {
		return err
	}
	if x.claim.Size > 0 && info.Size != x.claim.Size {
		return refuse(Incomplete, 0)
	}
	x.file.Size, x.file.Hash = info.Size, info.Hash[:]
	if err := x.look(ctx); err != nil {
		return err
	}
	if x.file.bad() {
		x.file.Hash = nil
		return x.store.Delete(ctx, x.at)
	}
	return nil
}

// look inspects the whole file and makes its thumbnail.
func (x *intake) look(ctx context.Context) error {
	select {
	case x.working <- struct{}{}:
		defer func() { <-x.working }()
	case <-ctx.Done():
		return ctx.Err()
	}
	content, err := x.store.Open(ctx, x.at)
	if err != nil {
		return err
	}
	defer content.Close()
	limits := x.opt.Inspection.limits()
	report, err := inspect.File(ctx, content, x.file.Size, x.file.Name, x.claim.Type, limits)
	if err != nil {
		return err
	}
	if err := x.name(&report); err != nil {
		return err
	}
	x.conclude(&report)
	if x.file.bad() || x.file.Icon != "image" {
		return nil
	}
	thumb, _, _, err := inspect.Thumbnail(ctx, content, x.file.Size, x.opt.ThumbnailSide, limits)
	switch {
	case errors.Is(err, inspect.ErrNoThumbnail):
		return nil // the icon stands for it
	case err != nil:
		return err
	}
	x.file.Thumbnail = true
	return x.note(ctx, x.at+thumbnailSuffix, thumb)
}

// name gives a file that came without an extension the one of its content, which
// must be allowed.
func (x *intake) name(r *inspect.Report) error {
	if extension(x.file.Name) != "" || r.Verdict != inspect.Good || x.limits.allows("*") {
		return nil
	}
	ext := extensionFor(r.Type)
	if !x.limits.allows(ext) {
		return refuse(WrongType, 0)
	}
	x.file.Name = SafeName(x.file.Name + "." + ext)
	return nil
}

// extensionFor is the usual extension of a media type, or empty.
func extensionFor(t string) string {
	if m := mimetype.Lookup(t); m != nil {
		return strings.TrimPrefix(m.Extension(), ".")
	}
	return ""
}

func (x *intake) conclude(r *inspect.Report) {
	f := &x.file
	f.Type, f.Icon, f.Width, f.Height = r.Type, r.Icon, r.Width, r.Height
	switch r.Verdict {
	case inspect.Good: // its code is a remark
	case inspect.Broken:
		f.Verdict, f.Code, f.Reason = interaction.Broken, r.Code, r.Reason
	default:
		f.Verdict, f.Code, f.Reason = interaction.Blocked, r.Code, r.Reason
	}
}

// undo removes what an upload that failed has left. Where that fails too, the
// sweeper does it.
func (x *intake) undo(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := x.remove(ctx, x.file.ID, x.at); err != nil {
		x.log.Warn("a refused upload is left for the sweeper", "file", x.file.ID, "error", err)
	}
}

// A stream is an upload as the store reads it: it ends with a refusal as soon as
// a limit is reached, or as the first bytes show a type that may not be sent.
type stream struct {
	*intake
	r    io.Reader
	head []byte
	seen bool // the head was judged
}

// headSize is how much of a file tells its type, where that is told by the first
// bytes.
const headSize = 3072

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n < 0 || n > len(p) {
		return 0, errors.New("files: the reader is broken")
	}
	if r := s.seat.more(n); r != nil {
		return 0, r
	}
	if s.claim.Size > 0 && s.seat.size > s.claim.Size {
		return 0, refuse(Incomplete, 0)
	}
	if !s.seen {
		s.head = append(s.head, p[:min(n, headSize-len(s.head))]...)
		if s.seen = len(s.head) == headSize || err == io.EOF; s.seen {
			if r := s.limits.glance(s.head); r != nil {
				return 0, r
			}
			s.head = nil
		}
	}
	return n, err
}

// glance refuses a file whose first bytes are for sure those of a type that may
// not be sent, whatever its name is. All else is for the inspection, which sees
// the whole file.
func (l *Limits) glance(head []byte) *Refusal {
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		if exts := sure(m.String()); exts != nil {
			// Some types are told by two letters, with which a text may begin as well.
			text := bytes.IndexByte(head, 0) < 0 && m.String() != "application/pdf"
			if text || slices.ContainsFunc(exts, l.allows) {
				return nil
			}
			return refuse(WrongType, 0)
		}
	}
	return nil
}

// sure gives the extensions of types that few bytes prove.
func sure(t string) []string {
	switch t {
	case "image/png":
		return []string{"png", "apng"}
	case "image/jpeg":
		return []string{"jpg", "jpeg", "jpe", "jfif"}
	case "image/gif":
		return []string{"gif"}
	case "image/webp":
		return []string{"webp"}
	case "image/bmp":
		return []string{"bmp", "dib"}
	case "image/tiff":
		return []string{"tif", "tiff"}
	case "application/pdf":
		return []string{"pdf"}
	case "application/vnd.microsoft.portable-executable":
		return []string{"exe", "dll"}
	case "application/x-elf":
		return []string{"elf", "so"}
	case "application/x-mach-binary":
		return []string{"macho", "dylib"}
	}
	return nil
}

func (l *Inspection) limits() *inspect.Limits {
	return &inspect.Limits{
		Pixels: l.Pixels, Frames: l.Frames, Memory: l.Memory, Entries: l.Entries, Unpacked: l.Unpacked, Ratio: l.Ratio,
		Depth: l.Depth, Opaque: l.Opaque,
	}
}
