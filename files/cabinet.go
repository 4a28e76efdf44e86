package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Cabinet keeps the files of interactions. It may be used by many goroutines,
// and several processes may have one each on one store. It starts no goroutine
// that outlives a call, and needs no closing.
type Cabinet struct {
	store   Store
	opt     Options
	log     *slog.Logger
	working chan struct{} // holds one for each inspection that goes on
	wake    chan string   // ids of files that wait for the scanner

	mu      sync.Mutex
	flights map[flightKey]*flight
}

// Options configure a [Cabinet]. The zero value of a field is its default.
type Options struct {
	Policy *Policy // who may send what; default [DefaultPolicy]
	// Inspection bounds what looking into one file may cost.
	Inspection Inspection
	// Inspections is how many files are looked into at once, which bounds the
	// memory together with Inspection.Memory; default GOMAXPROCS.
	Inspections int
	// Scanner judges files; until it has found one clean the file is closed
	// (FILE-7). [Cabinet.RunScans] lets it work. Default none: files are open
	// once they were inspected.
	Scanner Scanner
	// ScanRetry is how long to wait after a scanner's error; default 30 seconds.
	// As often RunScans looks for files that other processes left unscanned.
	ScanRetry time.Duration
	// Lifetime is how long an upload may wait for its command; default 24 hours.
	Lifetime time.Duration
	// ThumbnailSide is the longest side of a thumbnail in pixels; default 320, at
	// most 1,024.
	ThumbnailSide int
	Logger        *slog.Logger // default discards
}

// Inspection bounds what looking into one file may cost. The zero value of each
// field is its default.
type Inspection struct {
	Pixels   int64 // of an image; default 50 million, an animation's frames together four times as many
	Frames   int   // or pages of an image; default 1,000
	Memory   int64 // in bytes, for one file; default 256 MiB
	Entries  int   // of an archive; default 5,000
	Unpacked int64 // bytes of all entries of an archive; default 1 GiB
	Ratio    int64 // of an archive or an entry by unpacking; default 100, not asked below 10 MiB
	Depth    int   // of archives in one another; default 1: no archive in an archive
	// Opaque lets files through that cannot be looked into: encrypted ones, and
	// archives of other kinds than ZIP, tar and gzip. For hosts with a scanner
	// that judges them.
	Opaque bool
}

// New is a cabinet on the store.
func New(store Store, opt *Options) *Cabinet {
	c := &Cabinet{store: store, flights: make(map[flightKey]*flight), wake: make(chan string, 64)}
	if opt != nil {
		c.opt = *opt
	}
	if c.opt.Policy == nil {
		c.opt.Policy = DefaultPolicy()
	}
	if c.opt.Inspections <= 0 {
		c.opt.Inspections = runtime.GOMAXPROCS(0)
	}
	if c.opt.ScanRetry <= 0 {
		c.opt.ScanRetry = 30 * time.Second
	}
	if c.opt.Lifetime <= 0 {
		c.opt.Lifetime = 24 * time.Hour
	}
	if c.log = c.opt.Logger; c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.working = make(chan struct{}, c.opt.Inspections)
	return c
}

// A File is what the cabinet knows of an upload. Once it is in the
// interaction's log, the log's verdict is the one that counts.
type File struct {
	ID          string              `json:"id"`
	Interaction string              `json:"interaction"`
	By          interaction.PartyID `json:"by"`
	Internal    bool                `json:"internal,omitempty"` // for internal parties only
	Name        string              `json:"name"`               // made safe, see [SafeName]
	Type        string              `json:"type"`               // media type by content, without parameters
	Icon        string              `json:"icon"`               // image, pdf, text, document, sheet, slides, archive, audio, video, code or other
	Size        int64               `json:"size"`               // bytes
	Hash        []byte              `json:"hash,omitempty"`     // SHA-256; empty where nothing was kept
	Verdict     interaction.Verdict `json:"verdict"`
	Code        string              `json:"code,omitempty"`   // why it is broken or blocked; stable
	Reason      string              `json:"reason,omitempty"` // the same as a sentence in English
	// Width and Height are of an image, in pixels as stored.
	Width     int       `json:"width,omitempty"`
	Height    int       `json:"height,omitempty"`
	Thumbnail bool      `json:"thumbnail,omitempty"` // there is one
	At        time.Time `json:"at"`                  // when the upload was complete

	discarded bool
}

// Reference is the file as the interaction's log keeps it.
func (f *File) Reference() interaction.File {
	return interaction.File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Hash: f.Hash, Verdict: f.Verdict, Code: f.Code, Reason: f.Reason}
}

// bad reports whether nobody can ever read it, so that it does not count.
func (f *File) bad() bool { return f.Verdict == interaction.Broken || f.Verdict == interaction.Blocked }

func (f *File) side() side {
	s := Sender{Party: f.By, Internal: f.Internal}
	return s.side()
}

// Where things lie in the store. For each file: its bytes, a record that makes
// the upload complete, perhaps a thumbnail, and a mark if it was discarded. The
// notes in two other folders are the cabinet's work list: what may have to be
// swept, and what has to be scanned. They are written before what they are about
// and removed after it, so that a crash leaves nothing that nobody finds.
const (
	filesFolder = "files/"
	newFolder   = "new/"
	scanFolder  = "scan/"

	recordSuffix    = ".json"
	thumbnailSuffix = ".png"
	discardSuffix   = ".discarded"
)

const (
	folderSize = 16
	nameSize   = 26
	idSize     = folderSize + 1 + nameSize
)

// folderOf is where the files of an interaction lie; from the id of a file one
// finds it, but not the interaction's own id.
func folderOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:folderSize])
}

func newID(folder string) string { return folder + "." + strings.ToLower(rand.Text()) }

// place is where the bytes of a file lie. What is not an id lies nowhere.
func place(id string) (string, bool) {
	if len(id) != idSize || id[folderSize] != '.' {
		return "", false
	}
	for i := range len(id) {
		if b := id[i]; i != folderSize && (b < 'a' || b > 'z') && (b < '2' || b > '7') {
			return "", false
		}
	}
	return filesFolder + id[:folderSize] + "/" + id[folderSize+1:], true
}

// File gives what is known of a file, or [ErrNotFound].
func (c *Cabinet) File(ctx context.Context, id string) (*File, error) {
	at, ok := place(id)
	if !ok {
		return nil, ErrNotFound
	}
	f, err := c.record(ctx, at+recordSuffix)
	if err != nil {
		return nil, err
	}
	f.discarded, err = c.exists(ctx, at+discardSuffix)
	return f, err
}

const maxRecord = 64 << 10

func (c *Cabinet) record(ctx context.Context, key string) (*File, error) {
	content, err := c.store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	if content.Info().Size > maxRecord {
		return nil, fmt.Errorf("%w: the record %s has no such size", ErrCorrupt, key)
	}
	data, err := io.ReadAll(reader(content))
	if err != nil {
		return nil, err
	}
	f := new(File)
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("%w: the record %s: %w", ErrCorrupt, key, err)
	}
	return f, nil
}

// keep writes the record. Unknown fields in one are of a later version.
func (c *Cabinet) keep(ctx context.Context, f *File) error {
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	at, _ := place(f.ID)
	return c.note(ctx, at+recordSuffix, data)
}

func (c *Cabinet) note(ctx context.Context, key string, data []byte) error {
	_, err := c.store.Put(ctx, key, bytes.NewReader(data))
	return err
}

func (c *Cabinet) exists(ctx context.Context, key string) (bool, error) {
	content, err := c.store.Open(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, content.Close()
}

// reader reads a content from its beginning.
func reader(c Content) *io.SectionReader { return io.NewSectionReader(c, 0, c.Info().Size) }

// folder gives all files of a folder.
func (c *Cabinet) folder(ctx context.Context, folder string) iter.Seq2[*File, error] {
	return func(yield func(*File, error) bool) {
		var records []string
		discarded := make(map[string]bool)
		for e, err := range c.store.List(ctx, filesFolder+folder+"/") {
			if err != nil {
				yield(nil, err)
				return
			}
			if key, ok := strings.CutSuffix(e.Key, recordSuffix); ok {
				records = append(records, key)
			} else if key, ok := strings.CutSuffix(e.Key, discardSuffix); ok {
				discarded[key] = true
			}
		}
		for _, key := range records {
			f, err := c.record(ctx, key+recordSuffix)
			if errors.Is(err, ErrNotFound) {
				continue // deleted meanwhile
			}
			if err == nil {
				f.discarded = discarded[key]
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// Discard takes back an upload that was not sent: it counts no more and cannot
// be sent, and the sweeper removes it. One that was sent stays in the log and
// can be read as before; so racing with the command does no harm. Only who
// uploaded it may discard it, for everybody else it is [Unknown].
func (c *Cabinet) Discard(ctx context.Context, by Sender, id string) error {
	f, err := c.File(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (!by.owns(f)) {
		return refuse(Unknown, 0)
	}
	if err != nil || f.discarded {
		return err
	}
	at, _ := place(id)
	if err := c.note(ctx, at+discardSuffix, nil); err != nil {
		return err
	}
	c.gone(f)
	return nil
}

// Delete removes the file for good. The host says so in the log, as
// [interaction.Deleted]. A file that is not there is no error.
func (c *Cabinet) Delete(ctx context.Context, id string) error {
	at, ok := place(id)
	if !ok {
		return nil
	}
	f, err := c.File(ctx, id)
	if err == nil && !f.discarded {
		defer c.gone(f)
	}
	if err := c.note(ctx, newFolder+id, nil); err != nil {
		return err
	}
	return c.remove(ctx, id, at)
}

// DeleteAll removes every file of the interaction for good, as its erasure asks
// for (HIST-7).
func (c *Cabinet) DeleteAll(ctx context.Context, id string) error {
	folder := folderOf(id)
	var ids []string
	for e, err := range c.store.List(ctx, filesFolder+folder+"/") {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(e.Key, filesFolder+folder+"/")
		if len(name) >= nameSize {
			ids = append(ids, folder+"."+name[:nameSize])
		}
	}
	for _, id := range ids {
		if err := c.Delete(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes all there is of a file, and the note of it last. The record
// goes first, so that half a file is none.
func (c *Cabinet) remove(ctx context.Context, id, at string) error {
	for _, key := range [...]string{
		at + recordSuffix, at, at + thumbnailSuffix, at + discardSuffix, scanFolder + id, newFolder + id,
	} {
		if err := c.store.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
