package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const testSpec = `# What it must do

- a line without a tag

## LIFE: the life

- LIFE-1 [s] A contact's request starts it.
- LIFE-2 [+] An agent accepts a|b.

## HOST: the host

- HOST-1 The core has few dependencies.
`

// repository writes files into a new folder and gives it.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return root
}

func TestConformance(t *testing.T) {
	root := repository(t, map[string]string{
		"docs/spec.md":             testSpec,
		"b/b_test.go":              "package b\nfunc TestLIFE_1_starts(){}\nfunc TestLIFE_1_HOST_1_both(){}\nfunc (x T) TestLIFE_2_method(){}",
		"a/a_test.go":              "package a\nfunc FuzzLIFE_1_any(){}\nfunc TestOther(){}",
		"a/a.go":                   "package a\nfunc TestLIFE_2_not_a_test_file(){}",
		"a/testdata/x_test.go":     "package x\nfunc TestLIFE_2_data(){}",
		".hidden/hidden_test.go":   "package x\nfunc TestLIFE_2_hidden(){}",
		"nested/deep/deep_test.go": "package deep\nfunc TestHOST_1(){}",
		"nested/go.mod":            "module nested",
	})
	got, err := conformance(root)
	require.NoError(t, err)
	_, tables, found := strings.Cut(string(got), "\n\n**")
	require.True(t, found)
	require.Equal(t, "2 of 3** behaviours are shown by at least one test.\n"+`
## LIFE: the life

| tag | behaviour | tests | state |
| --- | --- | --- | --- |
| LIFE-1 | A contact's request starts it. | [`+"`FuzzLIFE_1_any`](../a/a_test.go)<br>[`TestLIFE_1_HOST_1_both`](../b/b_test.go)<br>[`TestLIFE_1_starts`](../b/b_test.go)"+` | shown |
| LIFE-2 | An agent accepts a\|b. |  | not yet |

## HOST: the host

| tag | behaviour | tests | state |
| --- | --- | --- | --- |
| HOST-1 | The core has few dependencies. | [`+"`TestLIFE_1_HOST_1_both`](../b/b_test.go)<br>[`TestHOST_1`](../nested/deep/deep_test.go)"+` | shown |
`, tables)
}

func TestConformanceRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no specification":      {},
		"an empty one":          {"docs/spec.md": "# Nothing\n"},
		"a tag twice":           {"docs/spec.md": testSpec + "- LIFE-1 [s] Again.\n"},
		"a tag not in it":       {"docs/spec.md": testSpec, "a_test.go": "package a\nfunc TestLIFE_9_x(){}"},
		"a file that is broken": {"docs/spec.md": testSpec, "a_test.go": "package a\nfunc {"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := conformance(repository(t, files))
			require.Error(t, err)
		})
	}
}

func TestTagsOf(t *testing.T) {
	families := map[string]bool{"LIFE": true, "CONS": true, "MSG": true}
	for name, want := range map[string][]string{
		"TestLIFE_3":                {"LIFE-3"},
		"TestLIFE_3_end_chat":       {"LIFE-3"},
		"TestLIFE_3_CONS_6_end":     {"LIFE-3", "CONS-6"},
		"TestLIFE_13_CONS_10_MSG_1": {"LIFE-13", "CONS-10", "MSG-1"},
		"TestMSG_8_UTF_8_refused":   {"MSG-8"},
		"TestLIFE_3_then_CONS_6":    {"LIFE-3"},
		"FuzzMSG_8_text":            {"MSG-8"},
		"TestLIFE_3rd":              nil,
		"TestUTF_8_text":            nil,
		"TestLife":                  nil,
		"BenchmarkLIFE_3":           nil,
		"TestXLIFE_3":               nil,
	} {
		require.Equal(t, want, tagsOf(name, families), name)
	}
}

func TestBrief(t *testing.T) {
	word := strings.Repeat("x", 9) + " "
	for name, c := range map[string]struct{ text, want string }{
		"short":         {"As it is.", "As it is."},
		"cell":          {"a|b", `a\|b`},
		"between words": {strings.Repeat(word, 10) + "end", strings.TrimSpace(strings.Repeat(word, 10)) + " …"},
		"open code":     {strings.Repeat(word, 9) + "`a b c d e f g h`", strings.TrimSpace(strings.Repeat(word, 9)) + " …"},
		"closed code":   {strings.Repeat(word, 8) + "`a b` " + strings.Repeat(word, 2), strings.Repeat(word, 8) + "`a b` xxxxxxxxx …"},
		"one word":      {strings.Repeat("ü", 120), strings.Repeat("ü", 100) + " …"},
	} {
		require.Equal(t, c.want, brief(c.text), name)
	}
}

func TestWriteThenVerify(t *testing.T) {
	root := repository(t, map[string]string{"docs/a.md": "old", "docs/b.md": "same"})
	pages := []page{
		{"docs/a.md", func() ([]byte, error) { return []byte("new"), nil }},
		{"docs/b.md", func() ([]byte, error) { return []byte("same"), nil }},
		{"docs/c.md", func() ([]byte, error) { return []byte("first"), nil }},
	}
	err := verify(pages, root)
	require.ErrorContains(t, err, "docs/a.md is out of date; write it with: go run ./internal/cmd/docs")
	require.ErrorContains(t, err, "docs/c.md is out of date")
	require.NotContains(t, err.Error(), "docs/b.md")

	var out bytes.Buffer
	require.NoError(t, write(pages, root, &out))
	require.Equal(t, "docs/a.md\ndocs/c.md\n", out.String())
	require.NoError(t, verify(pages, root))

	failing := []page{{"docs/a.md", func() ([]byte, error) { return nil, io.ErrUnexpectedEOF }}}
	require.ErrorIs(t, write(failing, root, &out), io.ErrUnexpectedEOF)
	require.ErrorIs(t, verify(failing, root), io.ErrUnexpectedEOF)
}

func TestVerifyClaims(t *testing.T) {
	root := repository(t, map[string]string{
		"docs/spec.md": testSpec,
		"a_test.go":    "package a\nfunc TestLIFE_1_x(){}\nfunc TestHOST_1_x(){}",
	})
	require.NoError(t, verifyClaims(root, []string{"LIFE-1", "HOST-1..1"}))

	err := verifyClaims(root, []string{"LIFE-1..3"})
	require.EqualError(t, err, "docs: LIFE-2 is claimed, and no test shows it; name one TestLIFE_2_…\n"+
		"docs: LIFE-3 is claimed, and docs/spec.md does not have it")

	for _, bad := range []string{"", "LIFE", "LIFE-", "LIFE-0", "LIFE-3..1", "LIFE-1..", "-1", "LIFE-x"} {
		require.Error(t, verifyClaims(root, []string{bad}), bad)
	}
}

// What is claimed must be in the specification, whether it is shown or not.
func TestClaimedIsSpecified(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "..", specification))
	require.NoError(t, err)
	defer file.Close()
	sections, err := readSpec(file)
	require.NoError(t, err)
	var known []string
	for _, s := range sections {
		for _, b := range s.behaviours {
			known = append(known, b.tag)
		}
	}
	tags, err := expand(claimed)
	require.NoError(t, err)
	require.Subset(t, known, tags)
}
