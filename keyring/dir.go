package keyring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// A Dir is a keyring in a directory. It may be used by many goroutines of one
// process at once. What it has acknowledged is durable. Make one with [OpenDir].
type Dir struct {
	*ring
	files directory
}

// OpenDir opens the keyring in the directory, which it makes where it is not there,
// readable by its owner only. The master key is 32 bytes, always the same ones;
// with others the keys cannot be read, which is an error of Key.
func OpenDir(name string, master []byte) (*Dir, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	d := directory{root}
	for _, folder := range []string{"contacts", "owners"} {
		if err := root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, errors.Join(fmt.Errorf("keyring: %w", err), root.Close())
		}
	}
	r, err := newRing(d, master)
	if err == nil {
		err = d.sync(".")
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Dir{r, d}, nil
}

// Close closes the directory. Calls that come later fail.
func (d *Dir) Close() error { return d.files.root.Close() }

type directory struct{ root *os.Root }

func (d directory) read(name string) ([]byte, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	return data, errors.Join(err, f.Close())
}

// write puts the data beside what is there and then in its place.
func (d directory) write(name string, data []byte) error {
	folder := path.Dir(name)
	if err := d.root.Mkdir(folder, 0o700); err == nil {
		err = d.sync(path.Dir(folder))
		if err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	next := name + ".new"
	f, err := d.root.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, d.root.Remove(next))
	}
	if err := d.root.Rename(next, name); err != nil {
		return err
	}
	return d.sync(folder)
}

// wipe writes zeros over a file before it is removed.
func (d directory) wipe(name string) error {
	for _, name := range []string{name + ".new", name} { // the first is left by a crash
		f, err := d.root.OpenFile(name, os.O_WRONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			_, err = f.Write(make([]byte, info.Size()))
		}
		if err = errors.Join(err, f.Sync(), f.Close(), d.root.Remove(name)); err != nil {
			return err
		}
	}
	return d.sync(path.Dir(name))
}

func (d directory) empty(folder, but string) (bool, error) {
	f, err := d.root.Open(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if name != but {
			return false, nil
		}
	}
	return true, nil
}

// sync makes what was done to a folder durable.
func (d directory) sync(folder string) error {
	f, err := d.root.Open(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
