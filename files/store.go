package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// Errors of stores. Whatever a store adds to them, errors.Is finds them.
var (
	ErrNotFound = errors.New("files: not found")
	ErrCorrupt  = errors.New("files: the stored bytes are not those that were written")
	ErrKey      = errors.New("files: the key is malformed")
	ErrClosed   = errors.New("files: the store is closed")
)

// A Store keeps bytes under keys (FILE-8). Authors of adapters implement it and
// run the suite of package filestest, which is what this contract means; hosts
// give one to [New] and otherwise leave it alone.
//
// A key is one that [CheckKey] takes, as "files/ab12/x7.json". The part before
// a slash is a folder; a key is never the folder of another one. Methods may be
// called by many goroutines and processes at once. A malformed key is [ErrKey]
// and changes nothing.
type Store interface {
	// Put reads r to its end and keeps what it read under the key, in the place
	// of what was there. It holds a bounded part of it in memory.
	//
	// When Put returns nil the content survives a crash. When it returns an error,
	// nothing of the content is kept and what was there before stays, except that
	// after an error of the backend itself either of the two may be there. After a
	// crash at any step there is the whole content, or what was there before.
	// An error of r, and that of ctx once it has ended, is found in Put's error
	// by errors.Is and errors.As.
	Put(ctx context.Context, key string, r io.Reader) (Info, error)

	// Open gives the content, or [ErrNotFound]. The caller closes it. What was
	// opened can be read, or its reads fail, when the key is written anew or
	// deleted meanwhile; old and new bytes are never mixed. The context bounds
	// the reads as well, if the backend can do that.
	Open(ctx context.Context, key string) (Content, error)

	// Delete removes the content for good. A key that is not there is no error.
	Delete(ctx context.Context, key string) error

	// List gives the keys that begin with prefix, in no particular order. The
	// prefix is empty or a folder with its slash. Each key that is there from the
	// beginning to the end of the iteration comes once; keys that come or go
	// meanwhile may be given or not. An error ends the iteration.
	List(ctx context.Context, prefix string) iter.Seq2[Entry, error]
}

// A Content is what a key holds, opened for reading. No byte is given out
// before the block that it lies in was verified; a block that is not what was
// written is [ErrCorrupt], for ranges as for the whole. ReadAt may be called by
// many goroutines at once.
//
// For io.ReadSeeker, as net/http wants it, use io.NewSectionReader.
type Content interface {
	io.ReaderAt
	io.Closer
	Info() Info
}

// An Info says what a content is.
type Info struct {
	Size int64    // bytes
	Hash [32]byte // SHA-256
}

// An Entry is a key in a list.
type Entry struct {
	Key string
	At  time.Time // when it was written, by the store's clock
}

const (
	maxKey     = 300
	maxSegment = 100
)

// CheckKey reports a malformed key as [ErrKey]. A key is 1 to 300 bytes long and
// consists of segments between slashes, each of 1 to 100 lower-case ASCII
// letters, digits, dots and hyphens, the first of them a letter or a digit. So
// it is the same on systems that fold case, and cannot leave a directory.
func CheckKey(key string) error {
	if !checkSegments(key) {
		return fmt.Errorf("%w: %.40q", ErrKey, key)
	}
	return nil
}

// CheckPrefix reports a prefix that [Store.List] cannot take as [ErrKey].
func CheckPrefix(prefix string) error {
	if n := len(prefix); n > 0 && (prefix[n-1] != '/' || !checkSegments(prefix[:n-1])) {
		return fmt.Errorf("%w: the prefix %.40q", ErrKey, prefix)
	}
	return nil
}

func checkSegments(key string) bool {
	if len(key) > maxKey {
		return false
	}
	n := 0 // bytes of the present segment
	for i := range len(key) {
		switch b := key[i]; {
		case 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || n > 0 && (b == '.' || b == '-'):
			n++
		case b == '/' && n > 0:
			n = 0
		default:
			return false
		}
		if n > maxSegment {
			return false
		}
	}
	return n > 0
}
