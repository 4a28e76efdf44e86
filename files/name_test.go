package files_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/files"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestFILE_7_names_are_safe_and_readable(t *testing.T) {
	for name, want := range map[string]string{
		// Paths.
		"../../x":                "x",
		`..\\x`:                  "x",
		`C:\x`:                   "x",
		"/etc/passwd":            "passwd",
		"a/b":                    "b",
		"a/":                     "a",
		"/":                      "file",
		"..":                     "file",
		"%2e%2e%2fx":             "x",
		"..%5C..%5cx.txt":        "x.txt",
		"x%00.jpg":               "x_.jpg",
		"100%25 sure %4f.txt":    "100%25 sure %4f.txt",
		"50%.txt":                "50%.txt",
		"x.txt%":                 "x.txt%",
		"a\x00b\x1fc\x7f.txt":    "a_b_c_.txt",
		`a:b*c?d"e<f>g|h.txt`:    "a_b_c_d_e_f_g_h.txt",
		"x.txt:ads":              "x.txt_ads",
		"／etc／passwd":            "_etc_passwd",
		"a∕b⁄c＼d.txt":            "a_b_c_d.txt",
		"a．txt":                  "a.txt",
		"photo․exe":              "photo.exe",
		"終わり。.txt":               "終わり。.txt",
		"line\nbreak\ttab\r.txt": "line break tab.txt",

		// Devices, and what a desktop obeys.
		"con.htm":        "_con.htm",
		"CON":            "_CON",
		"Aux .txt":       "_Aux.txt",
		"nul.tar.gz":     "_nul.tar.gz",
		"lpt1.htm":       "_lpt1.htm",
		"com¹.txt":       "_com¹.txt",
		"conin$":         "_conin$",
		"com10.txt":      "com10.txt",
		"console.txt":    "console.txt",
		"harmless.lnk":   "harmless.download",
		"harmless.LOCAL": "harmless.download",
		"harmless.url":   "harmless.download",
		"harmless.scf":   "harmless.download",
		"harmless.{21EC2020-3AEA-1069-A2DD-08002B30309D}": "harmless.download",

		// Hidden extensions.
		"x.exe. ":       "x.exe",
		"x.exe...":      "x.exe",
		"photo.jpg.exe": "photo_jpg.exe",
		"a.pdf.txt.scr": "a.pdf_txt.scr",
		"invoice.pdf" + strings.Repeat(" ", 80) + ".exe": "invoice_pdf.exe",
		"invoice.pdf\u3000\u2003\u00a0.exe":              "invoice_pdf.exe",
		"annexe\u202egpj.exe":                            "annexegpj.exe",
		"photo.ex\u200be":                                "photo.exe",
		"photo.jpg\u2800\u3164.exe":                      "photo_jpg.exe",
		"a\ufe0f\u034f.txt":                              "a.txt",
		"archive.tar.gz":                                 "archive.tar.gz",
		"contract.docx.pdf":                              "contract.docx.pdf",
		"Report v1.2.pdf":                                "Report v1.2.pdf",
		"libc.so.6":                                      "libc.so.6",

		// Beginnings, and nothing.
		".htaccess":  "_htaccess",
		"...x":       "_x",
		"-rf":        "_rf",
		"":           "file",
		"   ":        "file",
		"\u200b":     "file",
		" . ":        "file",
		"_":          "_",
		"  a  b.txt": "a b.txt",

		// Letters.
		"Übergröße №5 – Ελλάδα.pdf":                       "Übergröße №5 – Ελλάδα.pdf",
		"u\u0308ber.txt":                                  "über.txt",
		"名前 (最終).docx":                                    "名前 (最終).docx",
		"ملف.pdf":                                         "ملف.pdf",
		"party 🎉.png":                                     "party 🎉.png",
		"bad\xff\xfeutf8.txt":                             "bad_utf8.txt",
		"z\u0300\u0301\u0302\u0303\u0304\u0305\u0306.txt": "z\u0300\u0301\u0302\u0303.txt",
		"\u0301a.txt":                                     "a.txt",
		"a.\u0301txt":                                     "a.txt",
		"private\ue000use.txt":                            "private_use.txt",
	} {
		got := files.SafeName(name)
		require.Equal(t, want, got, "of %q", name)
		require.Equal(t, got, files.SafeName(got), "a safe name stays the same")
	}
}

func TestFILE_7_long_names_keep_their_extension(t *testing.T) {
	for _, letter := range []string{"a", "ä", "名", "🎉"} {
		got := files.SafeName(strings.Repeat(letter, 300) + ".pdf")
		require.LessOrEqual(t, len(got), 255)
		require.Greater(t, len(got), 250)
		require.True(t, utf8.ValidString(got))
		require.Equal(t, strings.Repeat(letter, 251/len(letter))+".pdf", got)
	}
	got := files.SafeName("a." + strings.Repeat("b", 400))
	require.Len(t, got, 255, "what is no extension is cut")
}

func TestFILE_7_extensions_are_those_that_show(t *testing.T) {
	for name, want := range map[string]string{
		"photo.JPG": "jpg", "photo.jpg.exe": "exe", "x.exe. ": "exe", "readme": "", ".bashrc": "", "Mr. Smith writes": "",
		"a.pdf .exe": "exe", "archive.tar.gz": "gz", "x.txt:ads": "txt_ads", "x.exe%00.jpg": "jpg",
	} {
		require.Equal(t, want, files.Extension(files.SafeName(name)), name)
	}
}

func TestFILE_4_names_in_an_archive_are_unique(t *testing.T) {
	require.Equal(t,
		[]string{"photo.jpg", "photo (2).jpg", "Photo (3).JPG", "photo (2) (2).jpg", "a", "a (2)", "ü.txt", "ü (2).txt", "photo (4).jpg"},
		files.UniqueNames("photo.jpg", "photo.jpg", "Photo.JPG", "photo (2).jpg", "a", "a", "ü.txt", "ü.txt", "photo.jpg"))
	long := strings.Repeat("x", 251) + ".pdf"
	for i, n := range files.UniqueNames(slices.Repeat([]string{long}, 12)...) {
		require.Len(t, n, 255, i)
		require.True(t, strings.HasSuffix(n, ".pdf"))
	}
	many := files.UniqueNames(slices.Repeat([]string{"x"}, 10_000)...)
	slices.Sort(many)
	require.Len(t, slices.Compact(many), 10_000)
}

func FuzzSafeName(f *testing.F) {
	for _, s := range []string{"../../x", "a%2fb", "con.htm", "photo.jpg.exe", "x.exe. ", "annexe\u202egpj.exe", ".htaccess", "-rf", "a\xff.b", "e\u0301.x", "a\u037e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := files.SafeName(name)
		switch {
		case got == "" || len(got) > 255 || !utf8.ValidString(got):
			t.Fatalf("%q is no name", got)
		case files.SafeName(got) != got:
			t.Fatalf("%q becomes %q", got, files.SafeName(got))
		case !norm.NFC.IsNormalString(got):
			t.Fatalf("%q is not composed", got)
		case strings.ContainsAny(got, `/\:*?"<>|`):
			t.Fatalf("%q holds a reserved character", got)
		case strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || strings.HasPrefix(got, " "):
			t.Fatalf("%q begins badly", got)
		case strings.HasSuffix(got, ".") || strings.HasSuffix(got, " "):
			t.Fatalf("%q ends badly", got)
		}
		for _, r := range got {
			if r != ' ' && (!unicode.IsPrint(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%q holds %U, which does not show", got, r)
			}
		}
		lower := strings.ToLower(got)
		for _, code := range []string{"%2f", "%5c", "%2e", "%00", "%0a", "%3a"} {
			if strings.Contains(lower, code) {
				t.Fatalf("%q hides something", got)
			}
		}
	})
}
