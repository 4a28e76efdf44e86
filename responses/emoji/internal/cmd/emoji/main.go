// Command emoji writes the table of package emoji from a release of
// emojibase-data, the JSON form of Unicode's emoji data and CLDR's names (MIT).
//
//	go run ./internal/cmd/emoji [-tgz file] [-o table.txt]
//
// Without a file it asks npm for the release.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing/fstest"
)

// release is the one that the table in the repository comes from.
const release = "emojibase-data@17.0.0"

func main() {
	log.SetFlags(0)
	log.SetPrefix("emoji: ")
	archive := flag.String("tgz", "", "the package as npm packs it; without it npm is asked")
	out := flag.String("o", "table.txt", "the file to write")
	flag.Parse()
	if err := run(*archive, *out); err != nil {
		log.Fatal(err)
	}
}

func run(archive, out string) error {
	if archive == "" {
		dir, err := os.MkdirTemp("", "emoji")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if archive, err = fetch(dir); err != nil {
			return err
		}
	}
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	files, err := unpack(f)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	table, err := build(files)
	if err != nil {
		return err
	}
	return os.WriteFile(out, table, 0o644)
}

// fetch lets npm put the release into the folder.
func fetch(dir string) (string, error) {
	cmd := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, release)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("npm pack %s: %w", release, err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", errors.New("npm packed no file")
	}
	return found[0], nil
}

// unpack reads the files of an npm package.
func unpack(r io.Reader) (fs.FS, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	files := make(fstest.MapFS)
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			return fs.Sub(files, "package")
		}
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if _, err := io.Copy(&b, t); err != nil {
			return nil, err
		}
		files[h.Name] = &fstest.MapFile{Data: b.Bytes()}
	}
}
