package files

import (
	"os"
	"path/filepath"
)

// OnStep calls f at each step of the store's puts, and after each fsync.
func OnStep(d *Dir, f func(step string)) {
	d.step = f
	d.fsync = func(file *os.File) error {
		err := file.Sync()
		name, _ := filepath.Rel(d.root.Name(), file.Name())
		if filepath.Dir(name) == tempDir {
			name = "the file"
		}
		f("sync " + filepath.ToSlash(name))
		return err
	}
}

// UniqueNames makes the names of an archive.
func UniqueNames(names ...string) (all []string) {
	set := make(nameSet)
	for _, n := range names {
		all = append(all, set.add(n))
	}
	return all
}

// Extension is what the policy goes by.
func Extension(name string) string { return extension(name) }
