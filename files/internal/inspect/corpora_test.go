package inspect_test

import (
	"bytes"
	"compress/bzip2"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chatkernel/chatkernel/files/internal/inspect"
	"github.com/stretchr/testify/require"
)

// look is File for a test.
func look(t testing.TB, data []byte, name, claim string) inspect.Report {
	t.Helper()
	r, err := inspect.File(t.Context(), bytes.NewReader(data), int64(len(data)), name, claim, nil)
	require.NoError(t, err)
	return r
}

// moduleDir is where the go command keeps a module that this one depends on.
func moduleDir(t testing.TB, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skipf("the source of %s is not reachable", module)
	}
	return dir
}

// goImages are the image files of the Go distribution's own tests.
func goImages() string { return filepath.Join(build.Default.GOROOT, "src", "image") }

var pictures = map[string]string{
	".png": "image/png", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".bmp": "image/bmp", ".tiff": "image/tiff",
}

// images are all files of a directory that are images by name.
func images(t testing.TB, dirs ...string) (paths []string) {
	t.Helper()
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && pictures[filepath.Ext(strings.TrimSuffix(path, ".bz2"))] != "" {
				paths = append(paths, path)
			}
			return nil
		})
	}
	if len(paths) == 0 {
		t.Skip("no image is reachable in ", dirs)
	}
	return paths
}

// None of the images that others made to be good ones is refused, and all that
// they made to be bad ones are found broken.
func TestFILE_2_images_of_go(t *testing.T) {
	good, bad := 0, 0
	for _, path := range images(t, goImages(), moduleDir(t, "golang.org/x/image")) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		name := filepath.Base(path)
		if strings.HasSuffix(name, ".bz2") {
			name = strings.TrimSuffix(name, ".bz2")
			data, err = io.ReadAll(bzip2.NewReader(bytes.NewReader(data)))
			require.NoError(t, err)
		}
		r := look(t, data, name, pictures[filepath.Ext(name)])
		if strings.HasPrefix(name, "invalid-") || name == "0x0.tiff" || name == "0x1.tiff" || name == "1x0.tiff" || name == "large-huffman-index.lossless.webp" {
			require.Equal(t, inspect.Broken, r.Verdict, "%s: %+v", name, r)
			bad++
			continue
		}
		require.Equal(t, inspect.Good, r.Verdict, "%s: %+v", path, r)
		require.Empty(t, r.Code, path)
		require.Equal(t, "image", r.Icon)
		require.Positive(t, r.Width)
		require.Positive(t, r.Height)
		require.Positive(t, r.Frames)
		if !strings.HasSuffix(name, ".bmp") { // which may end with padding
			require.Equal(t, "truncated", look(t, data[:len(data)-1], name, "").Code, "%s without its last byte", name)
		}
		good++
	}
	t.Logf("%d good images, none refused; %d invalid ones, all broken; those of imaging and goexif are not dependencies and not tried", good, bad)
	require.GreaterOrEqual(t, good, 100)
	require.GreaterOrEqual(t, bad, 6)
}

// The types are those of the table that mimetype is tested with.
func TestFILE_2_type_by_content(t *testing.T) {
	dir := moduleDir(t, "github.com/gabriel-vasile/mimetype")
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "mimetype_test.go"), nil, 0)
	if err != nil {
		t.Skip("mimetype's table is not reachable: ", err)
	}
	cases := 0
	ast.Inspect(file, func(n ast.Node) bool {
		list, ok := n.(*ast.CompositeLit)
		if !ok || len(list.Elts) != 4 {
			return true
		}
		var s [3]string
		for i := range s {
			if s[i], ok = literal(dir, list.Elts[i]); !ok {
				return true
			}
		}
		want, _, _ := strings.Cut(s[2], ";")
		require.Equal(t, want, look(t, []byte(s[1]), "", "").Type, s[0])
		cases++
		return true
	})
	t.Logf("%d types", cases)
	require.GreaterOrEqual(t, cases, 278)
}

// literal evaluates an expression of mimetype's table.
func literal(dir string, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok := literal(dir, e.X)
		b, ok2 := literal(dir, e.Y)
		return a + b, ok && ok2
	case *ast.CallExpr:
		f, ok := e.Fun.(*ast.Ident)
		if !ok {
			return "", false
		}
		switch f.Name {
		case "fromDisk":
			name, ok := literal(dir, e.Args[0])
			b, err := os.ReadFile(filepath.Join(dir, "testdata", name))
			return string(b), ok && err == nil
		case "offset":
			n, err := strconv.ParseInt(e.Args[0].(*ast.BasicLit).Value, 0, 32)
			s, ok := literal(dir, e.Args[1])
			return strings.Repeat("\x00", int(n)) + s, ok && err == nil
		}
	}
	return "", false
}
