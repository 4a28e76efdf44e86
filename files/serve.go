package files

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// ErrNotAvailable is the error of a file that is closed: its verdict is not
// [interaction.Available] (FILE-2, FILE-7).
var ErrNotAvailable = errors.New("files: the file is not available")

// Open gives the bytes of a file of the log, verified as they are read, and what
// the cabinet knows of it. The host has made sure that the viewer may see it. A
// file that the log or the cabinet does not hold for available is
// [ErrNotAvailable]; one whose bytes are not those that were sent is
// [ErrCorrupt]; one that was deleted or swept is [ErrNotFound]. The caller closes
// the content.
func (c *Cabinet) Open(ctx context.Context, f interaction.File) (Content, *File, error) {
	known, err := c.available(ctx, &f)
	if err != nil {
		return nil, nil, err
	}
	at, _ := place(f.ID)
	content, err := c.store.Open(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	if info := content.Info(); info.Size != f.Size || string(info.Hash[:]) != string(f.Hash) {
		return nil, nil, errors.Join(fmt.Errorf("%w: the file is not the one of the log", ErrCorrupt), content.Close())
	}
	return content, known, nil
}

// available finds what is known of a file if both the log and the cabinet hold it
// for available. Late verdicts may have reached only one of them.
func (c *Cabinet) available(ctx context.Context, f *interaction.File) (*File, error) {
	if f.Verdict != interaction.Available {
		return nil, ErrNotAvailable
	}
	known, err := c.File(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	if known.Verdict != interaction.Available {
		return nil, ErrNotAvailable
	}
	return known, nil
}

// OpenThumbnail gives the small picture of an image (FILE-3): a PNG that holds
// nothing of the original but what it looks like. Where there is none, as for
// everything that is no image, it is [ErrNotFound] and the icon stands for the
// file. It is closed together with the file.
func (c *Cabinet) OpenThumbnail(ctx context.Context, f interaction.File) (Content, error) {
	known, err := c.available(ctx, &f)
	if err != nil {
		return nil, err
	}
	if !known.Thumbnail {
		return nil, ErrNotFound
	}
	at, _ := place(f.ID)
	return c.store.Open(ctx, at+thumbnailSuffix)
}

// Serve answers a request for a file of the log (FILE-4, FILE-6), whole or in
// ranges. The host has made sure that who asks may see it, as by a reference of
// [References]. An original is always a download, of a type that no browser
// runs, and nothing in it may load or run anything; only the thumbnail, which was
// drawn anew, is shown in place.
//
// An error before the answer has begun is returned as by [Cabinet.Open] and
// nothing is written. An error in the middle is returned too; the answer is then
// shorter than it said, and the host aborts it with http.ErrAbortHandler.
func (c *Cabinet) Serve(w http.ResponseWriter, r *http.Request, f interaction.File, form Form) error {
	var content Content
	var err error
	switch form {
	case Original:
		content, _, err = c.Open(r.Context(), f)
	case Thumbnail:
		content, err = c.OpenThumbnail(r.Context(), f)
	default:
		err = ErrNotFound
	}
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	secure(h)
	if form == Thumbnail {
		h.Set("Content-Type", "image/png")
		h.Set("Content-Disposition", "inline")
	} else {
		h.Set("Content-Type", harmless(f.Type))
		h.Set("Content-Disposition", Disposition(f.Name))
	}
	info := content.Info()
	// Asked again each time, since a late verdict may close the file.
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(info.Hash[:16])+`"`)
	watched := &watched{ReadSeeker: reader(content)}
	http.ServeContent(w, r, "", time.Time{}, watched)
	return watched.err
}

// ServeZIP answers with [Cabinet.WriteZIP] as a download of the name. An error is
// one in the middle of the answer, which the host aborts.
func (c *Cabinet) ServeZIP(w http.ResponseWriter, r *http.Request, name string, sent iter.Seq2[interaction.SentFile, error]) error {
	h := w.Header()
	secure(h)
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", Disposition(name))
	h.Set("Cache-Control", "private, no-store")
	if r.Method == http.MethodHead {
		return nil
	}
	return c.WriteZIP(r.Context(), w, sent)
}

// secure tells browsers to guess no type, and to give the answer no rights.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Referrer-Policy", "no-referrer")
}

// harmless is the type under which an original is served: its own, unless a
// browser would run it.
func harmless(t string) string {
	major, minor, _ := strings.Cut(t, "/")
	switch {
	case t == "text/plain", t == "text/csv":
		return t + "; charset=utf-8"
	case major == "text", minor == "xml", strings.HasSuffix(minor, "+xml"), strings.Contains(minor, "javascript"),
		strings.Contains(minor, "html"), !token(major), !token(minor):
		return "application/octet-stream"
	}
	return t
}

// token reports whether s can stand in a header as it is.
func token(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b|0x20 < 'a' || b|0x20 > 'z') && (b < '0' || b > '9') && b != '.' && b != '+' && b != '-' {
			return false
		}
	}
	return s != ""
}

// Disposition is the Content-Disposition header (RFC 6266) for saving under the
// name, which is made safe: in ASCII for old clients, and exactly as it is for
// all others (RFC 5987).
func Disposition(name string) string {
	name = SafeName(name)
	var plain, exact strings.Builder
	foreign := false
	for _, r := range name {
		if r >= 0x80 || r == '"' || r == '\\' || r == '%' {
			foreign = true
			r = '_'
		}
		plain.WriteRune(r)
	}
	if !foreign {
		return `attachment; filename="` + name + `"`
	}
	for i := range len(name) {
		b := name[i]
		if b|0x20 >= 'a' && b|0x20 <= 'z' || b >= '0' && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			exact.WriteByte(b)
		} else {
			fmt.Fprintf(&exact, "%%%02X", b)
		}
	}
	return `attachment; filename="` + plain.String() + `"; filename*=UTF-8''` + exact.String()
}

// watched remembers the error that http.ServeContent keeps to itself.
type watched struct {
	io.ReadSeeker
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadSeeker.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}
