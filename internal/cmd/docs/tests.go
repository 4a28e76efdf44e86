package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A test is one test function that shows a behaviour.
type test struct {
	name string
	file string // below the root of the repository, with slashes
}

// Examples are not among them: vet refuses an example whose name is not that of
// a declared identifier.
var (
	testName = regexp.MustCompile(`^(?:Test|Fuzz)([A-Z]+_[0-9]+(?:_.*)?)$`)
	nextTag  = regexp.MustCompile(`^([A-Z]+)_([0-9]+)(?:_|$)`)
)

// tagsOf gives the tags at the beginning of a test's name, in their order.
// Families are the words that a tag can begin with, so that UTF_8 is none.
func tagsOf(name string, families map[string]bool) []string {
	m := testName.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	var tags []string
	for rest := m[1]; ; {
		m := nextTag.FindStringSubmatch(rest)
		if m == nil || !families[m[1]] {
			return tags
		}
		tags = append(tags, m[1]+"-"+m[2])
		rest = rest[len(m[0]):]
	}
}

// findTests gives the tests below root by the tag that they show, each list in
// the order of file and name. A tag that is not in the specification is an
// error: it is a slip, and its test would be counted for nothing.
func findTests(root string, sections []section) (map[string][]test, error) {
	known, families := make(map[string]bool), make(map[string]bool)
	for _, s := range sections {
		for _, b := range s.behaviours {
			known[b.tag] = true
			family, _, _ := strings.Cut(b.tag, "-")
			families[family] = true
		}
	}

	found := make(map[string][]test)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && ignored(entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(entry.Name(), "_test.go"):
			return nil
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		names, err := functions(path)
		if err != nil {
			return err
		}
		for _, name := range names {
			for _, tag := range tagsOf(name, families) {
				if !known[tag] {
					return fmt.Errorf("%s: %s names %s, which the specification does not have", file, name, tag)
				}
				found[tag] = append(found[tag], test{name: name, file: filepath.ToSlash(file)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, tests := range found {
		slices.SortFunc(tests, func(a, b test) int {
			return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.name, b.name))
		})
	}
	return found, nil
}

// ignored reports whether the go command does not look into a folder of that name.
func ignored(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// functions gives the names of the functions, not methods, of a Go file.
func functions(path string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
			names = append(names, f.Name.Name)
		}
	}
	return names, nil
}
