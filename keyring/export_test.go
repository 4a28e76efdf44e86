package keyring

import "errors"

var ErrCrash = errors.New("crash")

// CrashAfter lets so many changes of the directory happen while f runs, and fails
// all that come later.
func CrashAfter(d *Dir, changes int, f func() error) error {
	d.shelf = &crashing{directory: d.files, left: changes}
	return f()
}

type crashing struct {
	directory
	left int
}

func (c *crashing) step() error {
	if c.left--; c.left < 0 {
		return ErrCrash
	}
	return nil
}

func (c *crashing) write(name string, data []byte) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.directory.write(name, data)
}

func (c *crashing) wipe(name string) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.directory.wipe(name)
}
