package keyring

import (
	"io/fs"
	"strings"
)

// Memory is a keyring in memory, for tests and for hosts that keep nothing over a
// restart. It may be used by many goroutines at once. Make one with [New].
type Memory struct{ *ring }

// New makes an empty keyring in memory.
func New() *Memory {
	r, err := newRing(make(memory), random())
	if err != nil {
		panic(err) // the key has the right size
	}
	return &Memory{r}
}

type memory map[string][]byte

func (m memory) read(name string) ([]byte, error) {
	data, ok := m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (m memory) write(name string, data []byte) error {
	clear(m[name])
	m[name] = append([]byte(nil), data...)
	return nil
}

func (m memory) wipe(name string) error {
	clear(m[name])
	delete(m, name)
	return nil
}

func (m memory) empty(folder, but string) (bool, error) {
	for name := range m {
		if rest, ok := strings.CutPrefix(name, folder+"/"); ok && rest != but {
			return false, nil
		}
	}
	return true, nil
}
