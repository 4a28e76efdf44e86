package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"runtime"
	"strings"
	"time"
)

// A Dir is a [Store] in a directory, which several processes may share if its
// file system can be shared. It never reaches outside it (os.Root).
//
// A content is one file: its bytes, followed by the [Sums]. It is written under
// a temporary name, synced, and renamed; then its directory is synced. So it is
// there as a whole or not at all, whatever happens in between.
type Dir struct {
	root  *os.Root
	step  func(string)         // tests stop here
	fsync func(*os.File) error // and here
}

const (
	dataDir = "data"
	tempDir = "tmp"
	// A temporary file that is older than this was left by a crash.
	staleTemp = 48 * time.Hour
)

// OpenDir opens the store in the directory, which it makes where it is missing,
// and removes what crashes have left there two days ago or earlier.
func OpenDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	d := &Dir{root: root, step: func(string) {}, fsync: (*os.File).Sync}
	if err := d.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("files: %w", err), root.Close())
	}
	return d, nil
}

func (d *Dir) prepare() error {
	for _, name := range []string{dataDir, tempDir} {
		if err := d.mkdir(name); err != nil {
			return err
		}
	}
	for e, err := range d.entries(tempDir) {
		if err != nil {
			return err
		}
		name := path.Join(tempDir, e.Name())
		if info, err := d.root.Lstat(name); err == nil && time.Since(info.ModTime()) > staleTemp {
			_ = d.root.Remove(name) // another process may have been quicker
		}
	}
	return nil
}

// Close closes the store. Contents that are open stay so.
func (d *Dir) Close() error { return d.root.Close() }

// Put is [Store.Put].
func (d *Dir) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	sums, err := d.put(ctx, path.Join(dataDir, key), r)
	if err != nil {
		return Info{}, d.wrap(err)
	}
	return sums.Info(), nil
}

func (d *Dir) put(ctx context.Context, name string, r io.Reader) (*Sums, error) {
	temp := path.Join(tempDir, rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	d.step("created")
	sums, err := d.write(ctx, f, r)
	if err == nil {
		err = d.move(temp, name)
	}
	if err != nil {
		_ = d.root.Remove(temp) // gone if it was renamed
		return nil, err
	}
	return sums, nil
}

func (d *Dir) write(ctx context.Context, f *os.File, r io.Reader) (*Sums, error) {
	sums, err := Copy(ctx, f, r)
	if err == nil {
		d.step("written")
		tail, _ := sums.MarshalBinary()
		_, err = f.Write(tail)
	}
	if err == nil {
		d.step("summed")
		err = d.fsync(f)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return sums, err
}

// move gives a temporary file its name, for good.
func (d *Dir) move(temp, name string) error {
	dir := path.Dir(name)
	for try := 0; ; try++ {
		if err := d.mkdir(dir); err != nil {
			return err
		}
		d.step("directory")
		err := d.root.Rename(temp, name)
		if errors.Is(err, fs.ErrNotExist) && try < 10 {
			continue // a Delete has just removed the empty directory
		}
		if err != nil {
			return err
		}
		d.step("renamed")
		return d.sync(dir)
	}
}

// mkdir makes a directory and those above it, for good.
func (d *Dir) mkdir(name string) error {
	if _, err := d.root.Stat(name); err == nil {
		return nil
	}
	above := path.Dir(name)
	if above != "." {
		if err := d.mkdir(above); err != nil {
			return err
		}
	}
	if err := d.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile; the caller's rename finds out
			return nil
		}
		return err
	}
	return d.sync(above)
}

// sync makes the names in a directory durable. Windows does that by itself and
// cannot be asked to.
func (d *Dir) sync(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return d.fsync(f)
}

// Open is [Store.Open].
func (d *Dir) Open(ctx context.Context, key string) (Content, error) {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return nil, err
	}
	f, err := d.root.Open(path.Join(dataDir, key))
	if err != nil {
		return nil, d.wrap(err)
	}
	sums, err := readSums(f)
	if err != nil {
		_ = f.Close()
		return nil, d.wrap(err)
	}
	return &dirContent{sums.Reader(f), f, sums.Info()}, nil
}

// readSums reads the hashes from a file's end.
func readSums(f *os.File) (*Sums, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if stat.IsDir() {
		return nil, ErrNotFound
	}
	var tail [sumsTail]byte
	if stat.Size() < int64(sumsTail) {
		return nil, fmt.Errorf("%w: the file is cut short", ErrCorrupt)
	}
	if _, err := f.ReadAt(tail[:], stat.Size()-int64(sumsTail)); err != nil {
		return nil, err
	}
	size := sizeInTail(tail[:])
	if size < 0 || size > stat.Size() || size+tableSize(size)+int64(sumsTail) != stat.Size() {
		return nil, fmt.Errorf("%w: the file's size is another", ErrCorrupt)
	}
	data := make([]byte, stat.Size()-size)
	if _, err := f.ReadAt(data, size); err != nil {
		return nil, err
	}
	sums := new(Sums)
	return sums, sums.UnmarshalBinary(data)
}

type dirContent struct {
	io.ReaderAt
	io.Closer
	info Info
}

func (c *dirContent) Info() Info { return c.info }

// Delete is [Store.Delete].
func (d *Dir) Delete(ctx context.Context, key string) error {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return err
	}
	name := path.Join(dataDir, key)
	switch err := d.root.Remove(name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return d.wrap(err)
	}
	dir := path.Dir(name)
	if err := d.sync(dir); err != nil {
		return d.wrap(err)
	}
	// Empty folders go as well; that one is not empty is how this ends.
	for ; dir != dataDir && d.root.Remove(dir) == nil; dir = path.Dir(dir) {
	}
	return nil
}

// List is [Store.List].
func (d *Dir) List(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := CheckPrefix(prefix); err != nil {
			yield(Entry{}, err)
			return
		}
		d.list(ctx, path.Join(dataDir, prefix), yield)
	}
}

// list gives all keys in a directory and reports whether to go on.
func (d *Dir) list(ctx context.Context, dir string, yield func(Entry, error) bool) bool {
	for e, err := range d.entries(dir) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(Entry{}, d.wrap(err))
			return false
		}
		name := path.Join(dir, e.Name())
		if e.IsDir() {
			if !d.list(ctx, name, yield) {
				return false
			}
			continue
		}
		info, err := d.root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile
		}
		key := strings.TrimPrefix(name, dataDir+"/")
		if err != nil {
			yield(Entry{}, d.wrap(err))
			return false
		}
		if CheckKey(key) == nil && !yield(Entry{key, info.ModTime()}, nil) {
			return false
		}
	}
	return true
}

// entries reads a directory a piece at a time. One that is not there is empty.
func (d *Dir) entries(dir string) iter.Seq2[fs.DirEntry, error] {
	return func(yield func(fs.DirEntry, error) bool) {
		f, err := d.root.Open(dir)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				yield(nil, err)
			}
			return
		}
		defer f.Close()
		if info, err := f.Stat(); err != nil || !info.IsDir() {
			return // a key, which holds none
		}
		for {
			piece, err := f.ReadDir(64)
			for _, e := range piece {
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				if err != io.EOF && !errors.Is(err, fs.ErrNotExist) { // it became empty, and went
					yield(nil, err)
				}
				return
			}
		}
	}
}

// wrap turns the errors of the system into those of the contract.
func (d *Dir) wrap(err error) error {
	_, onPath := errors.AsType[*fs.PathError](err)
	_, onLink := errors.AsType[*os.LinkError](err)
	switch {
	case !onPath && !onLink: // the reader's, the context's or one of ours
		return err
	case errors.Is(err, fs.ErrClosed):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return fmt.Errorf("files: %w", err)
}
