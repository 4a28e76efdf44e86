package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A page is one generated document.
type page struct {
	path string // below the root of the repository, with slashes
	make func() ([]byte, error)
}

// pages lists every generated document. Whoever adds one adds a line.
func pages(root string) []page {
	return []page{
		{"docs/conformance.md", func() ([]byte, error) { return conformance(root) }},
		{"docs/permissions.md", permissions},
		{"docs/transitions.md", transitions},
	}
}

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a document is out of date or a claimed behaviour has no test")
	root := flag.String("root", ".", "the `folder` of the repository")
	flag.Parse()

	run := write
	if *check {
		run = func(pages []page, root string, out io.Writer) error {
			return errors.Join(verify(pages, root), verifyClaims(root, claimed))
		}
	}
	if err := run(pages(*root), *root, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write makes the documents and says on out which ones changed.
func write(pages []page, root string, out io.Writer) error {
	for _, p := range pages {
		old, fresh, err := compare(p, root)
		if err != nil {
			return err
		}
		if bytes.Equal(old, fresh) {
			continue
		}
		if err := os.WriteFile(filepath.Join(root, p.path), fresh, 0o644); err != nil {
			return fmt.Errorf("docs: %w", err)
		}
		fmt.Fprintln(out, p.path)
	}
	return nil
}

// verify gives an error that names every document that is out of date.
func verify(pages []page, root string) error {
	var errs []error
	for _, p := range pages {
		old, fresh, err := compare(p, root)
		if err == nil && !bytes.Equal(old, fresh) {
			err = fmt.Errorf("docs: %s is out of date; write it with: go run ./internal/cmd/docs", p.path)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// compare gives a document as it is, nil if it is not there, and as it should be.
func compare(p page, root string) (old, fresh []byte, err error) {
	fresh, err = p.make()
	if err != nil {
		return nil, nil, fmt.Errorf("docs: %s: %w", p.path, err)
	}
	old, err = os.ReadFile(filepath.Join(root, p.path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("docs: %w", err)
	}
	return old, fresh, nil
}
