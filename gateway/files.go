package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
)

// Files is what a gateway needs to let callers send and save files.
type Files struct {
	// Cabinet keeps the bytes. Its [files.Cabinet.Gate] must be the kernel's gate
	// for files.
	Cabinet *files.Cabinet
	// Pending keeps what callers have uploaded and not sent yet, so that it
	// survives a reload of the page (FILE-5).
	Pending *files.Pending
	// References sign what is handed out for downloads (FILE-9). Nil makes a key
	// that only this process knows.
	References *files.References
	// ReferenceAge is how long a reference is good for; below 1 is five minutes.
	ReferenceAge time.Duration
	// Attachments are the files that standard responses name; nil has none.
	Attachments files.Attachments
}

// withFiles completes the options for files.
func (g *Gateway) withFiles() error {
	if g.opt.Files == nil {
		return nil
	}
	f := *g.opt.Files
	if f.Cabinet == nil || f.Pending == nil {
		return ErrNoCabinet
	}
	if f.ReferenceAge < 1 {
		f.ReferenceAge = 5 * time.Minute
	}
	if g.references = f.References; g.references == nil {
		secret := make([]byte, 32)
		rand.Read(secret) // never fails
		var err error
		if g.references, err = files.NewReferences(files.Key{ID: "own", Secret: secret}); err != nil {
			return err
		}
	}
	g.opt.Files = &f
	return nil
}

// withCabinet refuses what needs files where there are none.
func (g *Gateway) withCabinet(handle func(http.ResponseWriter, *http.Request, Caller) error) func(http.ResponseWriter, *http.Request, Caller) error {
	if g.opt.Files == nil {
		return func(http.ResponseWriter, *http.Request, Caller) error { return errNoFiles }
	}
	return handle
}

// An upload is a file that is not sent yet, or was, as its sender sees it.
type upload struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Icon      string    `json:"icon"`
	Size      int64     `json:"size"`
	Verdict   string    `json:"verdict"`
	Code      string    `json:"code,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Thumbnail bool      `json:"thumbnail,omitempty"`
	Internal  bool      `json:"internal,omitempty"`
	At        time.Time `json:"at"`
}

func uploadOf(f *files.File) upload {
	return upload{
		f.ID, f.Name, f.Type, f.Icon, f.Size, strings.ReplaceAll(f.Verdict.String(), " ", "-"), f.Code, f.Reason, f.Thumbnail, f.Internal, f.At,
	}
}

// sender is the caller as one who sends files in the interaction of the request.
func (g *Gateway) sender(r *http.Request, caller Caller) (files.Sender, error) {
	id := r.PathValue("id")
	s, err := g.state(r.Context(), id, caller)
	if err != nil {
		return files.Sender{}, err
	}
	by, err := files.SenderIn(id, &s, caller.ID)
	by.Internal, by.Consultation = r.URL.Query().Get("internal") == "true", r.URL.Query().Get("consultation")
	return by, err
}

// upload takes the bytes of a file (FILE-1).
func (g *Gateway) upload(w http.ResponseWriter, r *http.Request, caller Caller) error {
	by, err := g.sender(r, caller)
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a claim; the content tells
	claim := files.Upload{Name: r.URL.Query().Get("name"), Type: kind, Size: max(r.ContentLength, 0)}
	f, err := g.opt.Files.Cabinet.Upload(r.Context(), by, claim, &unhurried{r.Body, http.NewResponseController(w), g.opt.WriteTimeout})
	if err != nil {
		return err
	}
	if err := g.opt.Files.Pending.Add(r.Context(), by, f.ID); err != nil {
		return err
	}
	return answer(w, http.StatusCreated, uploadOf(f))
}

// unhurried reads a body that may take long as a whole, but not between two
// pieces.
type unhurried struct {
	body    io.Reader
	control *http.ResponseController
	timeout time.Duration
}

func (u *unhurried) Read(p []byte) (int, error) {
	// Where the server cannot say so, its own timeouts must do.
	_ = u.control.SetReadDeadline(time.Now().Add(u.timeout))
	n, err := u.body.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: it could not be read: %w", ErrBody, err)
	}
	return n, err
}

// attach puts a standard response's attachment among the caller's pending files.
func (g *Gateway) attach(w http.ResponseWriter, r *http.Request, caller Caller) error {
	var b struct {
		Attachment string `json:"attachment"`
	}
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	by, err := g.sender(r, caller)
	switch {
	case err != nil:
		return err
	case !staff(caller.ID):
		return errStaffOnly
	case g.opt.Files.Attachments == nil:
		return errNoFiles
	}
	f, err := g.opt.Files.Pending.AddFrom(r.Context(), by, g.opt.Files.Attachments, b.Attachment)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, uploadOf(f))
}

// discard takes pending files back: those that are named, or all.
func (g *Gateway) discard(w http.ResponseWriter, r *http.Request, caller Caller) error {
	var b struct {
		Files []string `json:"files"`
	}
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	by, err := g.sender(r, caller)
	if err != nil {
		return err
	}
	if b.Files == nil {
		err = g.opt.Files.Pending.RemoveAll(r.Context(), by)
	} else {
		err = g.opt.Files.Pending.Remove(r.Context(), by, b.Files...)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// sendPending makes the caller's pending files part of the chat (FILE-5).
func (g *Gateway) sendPending(w http.ResponseWriter, r *http.Request, caller Caller) error {
	var b struct {
		To           string `json:"to"`
		Consultation string `json:"consultation"`
	}
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	to, err := audience(b.To)
	if err != nil {
		return err
	}
	by, err := g.sender(r, caller)
	if err != nil {
		return err
	}
	by.Internal, by.Consultation = to != interaction.Everyone, b.Consultation
	sent := []string{}
	cmd := interaction.SendFile{To: to, Consultation: b.Consultation}
	err = g.opt.Files.Pending.Send(r.Context(), by, cmd, func(key string, cmd interaction.SendFile) error {
		_, err := g.k.Do(r.Context(), by.Interaction, chatkernel.By(caller.ID, key), cmd)
		if err == nil {
			sent = append(sent, cmd.File.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]any{"sent": sent})
}

// listFiles says what the caller may send, what it has ready, and which files of
// the chat it sees.
func (g *Gateway) listFiles(w http.ResponseWriter, r *http.Request, caller Caller) error {
	id := r.PathValue("id")
	s, err := g.state(r.Context(), id, caller)
	if err != nil {
		return err
	}
	out := struct {
		Allowance files.Allowance `json:"allowance"`
		Pending   []upload        `json:"pending"`
		Files     []string        `json:"files"`
	}{Pending: []upload{}, Files: []string{}}
	by, err := g.sender(r, caller)
	var refused *files.Refusal
	switch {
	case errors.As(err, &refused):
		out.Allowance.Code, out.Allowance.Reason = refused.Code, refused.Reason
	case err != nil:
		return err
	default:
		if out.Allowance, err = g.opt.Files.Cabinet.Allowance(r.Context(), by); err != nil {
			return err
		}
		pending, err := g.opt.Files.Pending.List(r.Context(), by)
		if err != nil {
			return err
		}
		for _, f := range pending {
			out.Pending = append(out.Pending, uploadOf(f))
		}
	}
	for f := range seen(&s, caller) {
		out.Files = append(out.Files, f.ID)
	}
	return answer(w, http.StatusOK, out)
}

// seen are the files that the caller sees.
func seen(s *interaction.State, caller Caller) iter.Seq2[interaction.SentFile, error] {
	return func(yield func(interaction.SentFile, error) bool) {
		for i := range s.Files {
			if s.SeesFile(interaction.Viewer{ID: caller.ID}, &s.Files[i]) && !yield(s.Files[i], nil) {
				return
			}
		}
	}
}

// file is a file that the caller may read: one of the chat that it sees, or an
// upload of its own. Any other is one that there is not.
func (g *Gateway) file(ctx context.Context, id string, caller Caller, file string) (interaction.File, error) {
	s, err := g.state(ctx, id, caller)
	if err != nil {
		return interaction.File{}, err
	}
	if sent := s.File(file); sent != nil {
		if s.SeesFile(interaction.Viewer{ID: caller.ID}, sent) {
			return sent.File, nil
		}
		return interaction.File{}, errNotFound
	}
	f, err := g.opt.Files.Cabinet.File(ctx, file)
	switch {
	case err != nil:
		return interaction.File{}, err
	case f.By != caller.ID || f.Interaction != id:
		return interaction.File{}, errNotFound
	}
	return f.Reference(), nil
}

// refer answers with where the bytes of a file are for a while (FILE-9).
func (g *Gateway) refer(w http.ResponseWriter, r *http.Request, caller Caller) error {
	form := files.Original
	switch r.URL.Query().Get("form") {
	case "":
	case "thumbnail":
		form = files.Thumbnail
	default:
		return errForm
	}
	f, err := g.file(r.Context(), r.PathValue("id"), caller, r.PathValue("file"))
	if err != nil {
		return err
	}
	if f.Verdict != interaction.Available {
		return files.ErrNotAvailable
	}
	ref := g.references.Sign(f.ID, form, caller.ID, g.opt.Files.ReferenceAge)
	// Relative, since only the host knows where the gateway is mounted.
	w.Header().Set("Location", "../../../downloads/"+ref)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// download answers with the bytes that a reference is for. Whether the caller may
// still have them is asked again.
func (g *Gateway) download(w http.ResponseWriter, r *http.Request, caller Caller) error {
	file, form, err := g.references.Read(r.PathValue("reference"), caller.ID)
	if err != nil {
		return err
	}
	known, err := g.opt.Files.Cabinet.File(r.Context(), file)
	if err != nil {
		return err
	}
	f, err := g.file(r.Context(), known.Interaction, caller, file)
	if err != nil {
		return err
	}
	out := g.paced(w)
	return out.whole(g.opt.Files.Cabinet.Serve(out, r, f, form))
}

// archive answers with a ZIP of all files that the caller sees (FILE-4).
func (g *Gateway) archive(w http.ResponseWriter, r *http.Request, caller Caller) error {
	id := r.PathValue("id")
	s, err := g.state(r.Context(), id, caller)
	if err != nil {
		return err
	}
	out := g.paced(w)
	return out.whole(g.opt.Files.Cabinet.ServeZIP(out, r, id+".zip", seen(&s, caller)))
}

// paced is an answer that may take long as a whole, but not between two pieces.
type paced struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	begun   bool
}

func (g *Gateway) paced(w http.ResponseWriter) *paced {
	return &paced{ResponseWriter: w, control: http.NewResponseController(w), timeout: g.opt.WriteTimeout}
}

func (p *paced) WriteHeader(status int) {
	p.begun = true
	p.ResponseWriter.WriteHeader(status)
}

func (p *paced) Write(b []byte) (int, error) {
	p.begun = true
	_ = p.control.SetWriteDeadline(time.Now().Add(p.timeout)) // as for reading
	return p.ResponseWriter.Write(b)
}

// whole makes an error in the middle of the answer one that cuts the connection,
// so that nobody takes it for the whole.
func (p *paced) whole(err error) error {
	if err != nil && p.begun {
		return brokenDownload
	}
	return err
}
