// Package imports holds the test of which package may import which (HOST-1).
package imports

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/chatkernel/chatkernel"
	root   = "../.." // of the repository
	own    = "own"   // stands for every package of the core module
)

// floors says what each package's code may import besides the standard library.
// Names without a dot are packages of the core module, "" is its root. A
// package below a listed one keeps to the same rule.
var floors = map[string][]string{
	"timers":              {},
	"interaction":         {"timers", "github.com/rivo/uniseg"},
	"":                    {"interaction", "timers", "github.com/google/uuid"},
	"routing":             {"", "interaction", "timers", "github.com/google/uuid", "golang.org/x/text/unicode/norm"},
	"urlsafe":             {"golang.org/x/net", "golang.org/x/text", "mvdan.cc/xurls/v2"},
	"files":               {"interaction", "github.com/gabriel-vasile/mimetype", "golang.org/x/image", "golang.org/x/net", "golang.org/x/text"},
	"responses":           {"", "interaction", "github.com/rivo/uniseg", "golang.org/x/text/unicode/norm"},
	"memstore":            {"", "interaction", "files", "urlsafe"},
	"filestest":           {"files"},
	"storetest":           {""},
	"keyring":             {"", "interaction"},
	"keyring/keyringtest": {"", "interaction"},
	"transporttest":       {""},
	"transcript":          {"interaction", "urlsafe", "files/icon"},
	"transcript/chatxml":  {"interaction", "transcript", "urlsafe"},
	"transcript/export":   {"interaction", "transcript", "urlsafe", "golang.org/x/net"}, // x/net for tests alone
	"history":             {"", "interaction", "transcript", "urlsafe", "files/icon", "golang.org/x/text/unicode/norm"},
	"gateway":             {own},
	"internal/cmd":        {own},
	"internal/imports":    {},
}

// inTests is what test files may import as well.
var inTests = []string{own, "github.com/stretchr/testify/require", "pgregory.net/rapid"}

// suites are for authors of adapters. Even their tests do without the test
// libraries, so that nobody who reads them has to learn one.
var suites = []string{"storetest", "transporttest", "filestest", "keyring/keyringtest"}

// A source is one parsed Go file of the core module.
type source struct {
	pkg  string // its package, below the module
	name string // its path, for messages
	test bool
	file *ast.File
}

func TestHOST_1_core_imports(t *testing.T) {
	found := make(map[string]bool)
	for _, s := range sources(t) {
		floor, ok := floorOf(s.pkg)
		require.True(t, ok, "%s: package %q has no line in floors; decide what it may import", s.name, s.pkg)
		found[floor] = true
		allowed := floors[floor]
		switch {
		case s.test && slices.Contains(suites, floor):
			allowed = []string{own}
		case s.test:
			allowed = slices.Concat(allowed, inTests)
		}
		for _, imported := range s.imports() {
			require.True(t, permitted(imported, floor, allowed), "%s must not import %s", s.name, imported)
		}
	}
	for floor := range floors {
		require.True(t, found[floor], "floors has a line for %q, and there is no such package", floor)
	}
}

// The interaction package decides and does nothing else: no clock, no input or
// output, no goroutine, no randomness.
func TestHOST_1_interaction_is_pure(t *testing.T) {
	forbidden := []string{"context", "os", "net", "io/fs", "log", "math/rand", "crypto/rand", "sync", "syscall", "runtime", "database", "unsafe"}
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"}

	var looked int
	for _, s := range sources(t) {
		if floor, _ := floorOf(s.pkg); floor != "interaction" || s.test {
			continue
		}
		looked++
		for _, imported := range s.imports() {
			require.False(t, within(imported, forbidden), "%s must not import %s", s.name, imported)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				require.Fail(t, "goroutine in the pure core", s.name)
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == s.timeName() {
					require.NotContains(t, clock, n.Sel.Name, "%s must not use time.%s: time is an argument", s.name, n.Sel.Name)
				}
			}
			return true
		})
	}
	require.NotZero(t, looked)
}

func TestHOST_5_no_init_work(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			require.False(t, ok && f.Recv == nil && f.Name.Name == "init", "%s has an init function", s.name)
		}
	}
}

func TestPermitted(t *testing.T) {
	for _, c := range []struct {
		imported string
		allowed  []string
		want     bool
	}{
		{"net/http", nil, true},
		{module, nil, false},
		{module, []string{""}, true},
		{module + "/timers", []string{""}, false},
		{module + "/timers", []string{"timers"}, true},
		{module + "/timersx", []string{"timers"}, false},
		{module + "/gateway", []string{own}, true},
		{module + "/pkg", nil, true}, // the importing package itself, in its tests
		{module + "/pkg/internal/x", nil, true},
		{"github.com/rivo/uniseg", nil, false},
		{"github.com/rivo/uniseg", []string{"github.com/rivo/uniseg"}, true},
		{"golang.org/x/net/html", []string{"golang.org/x/net"}, true},
		{"golang.org/x/network", []string{"golang.org/x/net"}, false},
		{"github.com/stretchr/testify/assert", inTests, false},
		{module + "x/y", []string{own}, false},
		{"C", nil, false},
	} {
		require.Equal(t, c.want, permitted(c.imported, "pkg", c.allowed), c)
	}
}

// floorOf gives the line of floors that a package keeps to: its own or that of
// the nearest package above it.
func floorOf(pkg string) (string, bool) {
	for at := pkg; at != "."; at = path.Dir(at) {
		if _, ok := floors[at]; ok {
			return at, true
		}
	}
	return "", false
}

// permitted reports whether a package may import what is named.
func permitted(imported, pkg string, allowed []string) bool {
	if inside := strings.TrimPrefix(imported, module); inside == "" || inside != imported && inside[0] == '/' {
		inside = strings.TrimPrefix(inside, "/")
		return slices.Contains(allowed, own) || slices.Contains(allowed, inside) || pkg != "" && within(inside, []string{pkg})
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return imported != "C" // the standard library
	}
	return within(imported, allowed)
}

// within reports whether a path is one of those listed or lies below one.
func within(path string, list []string) bool {
	return slices.ContainsFunc(list, func(above string) bool {
		return path == above || strings.HasPrefix(path, above+"/")
	})
}

// sources gives every Go file of the core module, none of the modules in it.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if at != root && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") || isModule(at)) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(at) != ".go" {
			return nil
		}
		name, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), at, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse %s: %w", name, err)
		}
		pkg := path.Dir(filepath.ToSlash(name))
		if pkg == "." {
			pkg = ""
		}
		all = append(all, source{pkg: pkg, name: name, test: strings.HasSuffix(name, "_test.go"), file: file})
		return nil
	})
	require.NoError(t, err)
	return all
}

// isModule reports whether a folder is the root of a module.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// imports gives the paths that the file imports.
func (s source) imports() []string {
	paths := make([]string, len(s.file.Imports))
	for i, spec := range s.file.Imports {
		paths[i] = strings.Trim(spec.Path.Value, "\"`")
	}
	return paths
}

// timeName is the name by which the file calls package time.
func (s source) timeName() string {
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"time"` && spec.Name != nil {
			return spec.Name.Name
		}
	}
	return "time"
}
