package responses_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chatkernel/chatkernel/responses"
	"github.com/stretchr/testify/require"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestMSG_6_responses_are_loaded_from_a_folder(t *testing.T) {
	all, err := responses.Dir{FS: fstest.MapFS{
		"hello.txt":             file("\nHello {contact.name}\n"),
		"hello.de-AT.txt":       file("\ufefftitle: Begrüßung\r\n\r\nServus!\r\n\r\nGruß\r\n"),
		"Billing/refund.TXT":    file("# a remark\nTitle : Refund: on its way\nshortcut: /refund /rf\nshortcut: /money\nattach: terms and conditions.pdf\nattach: price.pdf\n\n\n  Your money {{is}\n\non its way.\n\n"),
		"Billing/refund.de.txt": file("category: Rechnung/Erstattung\nattach: agb.pdf"),
		"Billing/terms.pdf":     file("\xff"),
		"README.md":             file("x"),
		".git/config.txt":       file("x"),
		"_old/x.txt":            file("x"),
		"_note.txt":             file("x"),
	}}.Responses(t.Context())
	require.NoError(t, err)
	slices.SortFunc(all, func(a, b responses.Response) int {
		return strings.Compare(a.ID+a.Language, b.ID+b.Language)
	})
	require.Equal(t, []responses.Response{
		{
			ID: "Billing/refund", Category: "Billing", Title: "Refund: on its way", Shortcuts: []string{"/refund", "/rf", "/money"},
			Text: "Your money {{is}\n\non its way.", Attachments: []string{"terms and conditions.pdf", "price.pdf"},
		},
		{ID: "Billing/refund", Language: "de", Category: "Rechnung/Erstattung", Attachments: []string{"agb.pdf"}},
		{ID: "hello", Text: "Hello {contact.name}"},
		{ID: "hello", Language: "de-AT", Title: "Begrüßung", Text: "Servus!\n\nGruß"},
	}, all)
	var l responses.Library
	require.NoError(t, l.Replace(all))
}

func TestMSG_6_what_is_wrong_in_a_file_is_told_with_its_line(t *testing.T) {
	for name, c := range map[string]struct {
		name, text string
		line       int
		want       error
	}{
		"no header":            {"a.txt", "Hello there\n", 1, responses.ErrInvalid},
		"an unknown key":       {"a.txt", "title: A\ntilte: B\n\nx", 2, responses.ErrInvalid},
		"a title twice":        {"a.txt", "title: A\n# x\ntitle: B\n\nx", 3, responses.ErrDuplicate},
		"a category twice":     {"a.txt", "category: A\ncategory: B\n\nx", 2, responses.ErrDuplicate},
		"no value":             {"a.txt", "title:\n\nx", 1, responses.ErrInvalid},
		"a long title":         {"a.txt", "title: " + strings.Repeat("x", 201) + "\n\nx", 1, responses.ErrInvalid},
		"an unknown field":     {"a.txt", "title: A\n\n\nHello\n{contact.nmae},\n", 5, responses.ErrUnknownField},
		"a field in line 2":    {"a.txt", "\n{nmae}", 2, responses.ErrUnknownField},
		"a brace":              {"a.txt", "title: A\n\nHello {\n", 3, responses.ErrSyntax},
		"not UTF-8":            {"a.txt", "title: A\n\nHello\n\xff\n", 4, responses.ErrInvalid},
		"a control character":  {"a.txt", "title: A\n\nHello\n\nx\x1b\n", 5, responses.ErrInvalid},
		"no text":              {"a.txt", "title: A\n\n \n", 0, responses.ErrInvalid},
		"an empty file":        {"a.txt", "", 0, responses.ErrInvalid},
		"a language":           {"a.german.txt", "\nx", 0, responses.ErrInvalid},
		"a long file":          {"a.txt", "\n" + strings.Repeat("x", 1<<17), 0, responses.ErrInvalid},
		"a long text":          {"a.txt", "\n" + strings.Repeat("x", 1<<16+1), 0, responses.ErrInvalid},
		"an empty category":    {"a.txt", "category: a//b\n\nx", 0, responses.ErrInvalid},
		"a header without end": {"a.txt", "title: A\nx", 2, responses.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := responses.Dir{FS: fstest.MapFS{"b/c.txt": file("\nfine"), "b/" + c.name: file(c.text)}}.Responses(t.Context())
			require.ErrorIs(t, err, c.want)
			var where *responses.FileError
			require.ErrorAs(t, err, &where)
			require.Equal(t, "b/"+c.name, where.Path)
			require.Equal(t, c.line, where.Line, err)
			require.Contains(t, err.Error(), "b/"+c.name)
		})
	}
}

func TestMSG_6_everything_wrong_is_told_at_once(t *testing.T) {
	_, err := responses.Dir{FS: fstest.MapFS{"a.txt": file("x"), "b.txt": file("\n{y}"), "c.txt": file("\nfine")}}.Responses(t.Context())
	require.ErrorContains(t, err, "a.txt:1")
	require.ErrorContains(t, err, "b.txt:2")
	require.NotContains(t, err.Error(), "c.txt")
}

func TestMSG_6_a_host_says_which_fields_there_are(t *testing.T) {
	dir := responses.Dir{FS: fstest.MapFS{"a.txt": file("\n{order}")}, Known: func(field string) bool { return field == "order" }}
	_, err := dir.Responses(t.Context())
	require.NoError(t, err)
	dir.Known = func(string) bool { return false }
	_, err = dir.Responses(t.Context())
	require.ErrorIs(t, err, responses.ErrUnknownField)
}

// unreadable is a folder in which nothing can be opened.
type unreadable struct{ fs.FS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "." {
		return u.FS.Open(name)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestMSG_6_a_folder_that_cannot_be_read_is_an_error(t *testing.T) {
	_, err := responses.Dir{FS: unreadable{fstest.MapFS{"a.txt": file("\nx")}}}.Responses(t.Context())
	require.ErrorIs(t, err, fs.ErrPermission)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = responses.Dir{FS: fstest.MapFS{"a.txt": file("\nx")}}.Responses(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzDir(f *testing.F) {
	for _, s := range []string{"\nx", "title: A\n\nx {contact.name}", "shortcut: a b\nattach: c\n", "\ufeff# x\r\n\r\n{{", "a\xff", "category: a/b\n\n{"} {
		f.Add("a.de.txt", s)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if !fs.ValidPath(name) || name == "." {
			return
		}
		all, err := responses.Dir{FS: fstest.MapFS{name: file(text)}}.Responses(context.Background())
		if err != nil {
			var where *responses.FileError
			if !errors.As(err, &where) || where.Line < 0 || where.Line > strings.Count(text, "\n")+1 {
				t.Fatalf("%v", err)
			}
			return
		}
		var l responses.Library
		if err := l.Replace(all); err != nil {
			t.Fatalf("a loaded response is refused: %v", err)
		}
		for _, r := range all {
			if _, err := responses.FieldsOf(r.Text); err != nil {
				t.Fatal(err)
			}
		}
	})
}
