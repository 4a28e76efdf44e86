package scan

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// check fails unless spans are what Append promises of any text.
func check(t *testing.T, text string, spans []Span) {
	t.Helper()
	end := 0
	for _, s := range spans {
		if s.Start < end || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("%q: %v is not behind %d and inside the text", text, s, end)
		}
		end = s.End
		if s.Kind < URL || s.Kind > Phone {
			t.Fatalf("%q: %v has no kind", text, s)
		}
	}
	// The borders of runes, with an invalid byte as a rune of its own.
	border := 0
	for _, s := range spans {
		for _, at := range [...]int{s.Start, s.End} {
			for border < at {
				_, size := utf8.DecodeRuneInString(text[border:])
				border += size
			}
			if border != at {
				t.Fatalf("%q: %d of %v is inside a rune", text, at, s)
			}
		}
	}
	for _, s := range spans {
		link := text[s.Start:s.End]
		before, _ := utf8.DecodeLastRuneInString(text[:s.Start])
		if s.Start == 0 {
			before = ' '
		}
		// An at sign that ends a word is no mention: "x@http://a.com".
		if isWord(before) || isSigil(before) && (before != '@' || s.Kind != URL) {
			t.Fatalf("%q: %q starts behind %q", text, link, before)
		}
		if s.Kind == Phone {
			continue
		}
		if s.Kind == URL && !strings.Contains(link, ":") || s.Kind == Bare && !strings.Contains(link, ".") ||
			s.Kind == Email && !strings.Contains(link, "@") {
			t.Fatalf("%q: %q is not of kind %d", text, link, s.Kind)
		}
		for i, r := range link {
			if r == utf8.RuneError && !strings.HasPrefix(link[i:], "\uFFFD") ||
				unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q: %q holds %U", text, link, r)
			}
		}
	}
}

// Any bytes give spans that are in order, inside the text and on borders of
// runes; that start in no word; and that do not hold what hides or turns text.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{
		"see http://user:pw@bücher.example:8080/a_(b)?q='x'&amp; now", "www.example.com/é, me@example.org!",
		"日本語example.comです twitter.みんなです", "x@http://a.com @http://a.com #a.com", "http://[::1]:80/",
		"\u2066a.com\u2069 \u202Ehttp://a.com/\u202C", "(+49) 30 123456 x5, 415-666-7777", "tel:+1;ext=5 mailto:a@b?c",
		"http://a.com/(http://a.com/(\"'", "\xffa.com\xc3 http://\xf0\x9f a.b@\xe3\x81", "hxxp://a.com hppt://a.com/b.com",
		"０３０１２３４５６７ 00 49 30 1234567 DE44 5001 0517 5407", "http://a.com:99999 1.2.3.4.5 4.4.4.4:80",
	} {
		f.Add(seed, "DE")
		f.Add(seed, "US")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		check(t, text, Append(nil, text, nil))
		check(t, text, Append(nil, text, &Options{NoPhones: true}))
		spans := Append(nil, text, &Options{Region: region, Schemes: func(string) bool { return true }})
		check(t, text, spans)
		for _, s := range spans {
			if number := text[s.Start:s.End]; s.Kind == Phone {
				if tel, ok := Tel(number, region); !ok {
					t.Fatalf("%q is no number for Tel: %q", number, tel)
				}
			}
		}
	})
}

// What Tel answers is an address that it answers itself with, for any bytes.
func FuzzTel(f *testing.F) {
	f.Add("+49 (0) 30 123456 ext. 5", "DE")
	f.Add("011 49 30 1234567", "US")
	f.Add("tel:110;ext=1", "")
	f.Add("00 43 01 234567", "DE")
	f.Fuzz(func(t *testing.T, text, region string) {
		tel, ok := Tel(text, region)
		if !ok {
			if tel != "" {
				t.Fatalf("%q: %q and false", text, tel)
			}
			return
		}
		number, ext, _ := strings.Cut(strings.TrimPrefix(tel, "tel:"), ";ext=")
		digits := strings.TrimPrefix(number, "+")
		if !strings.HasPrefix(tel, "tel:") || len(digits) < 3 || strings.Trim(digits+ext, "0123456789") != "" {
			t.Fatalf("%q: %q", text, tel)
		}
		if again, ok := Tel(tel, region); strings.HasPrefix(number, "+") && (!ok || again != tel) {
			t.Fatalf("%q: %q, and again %q", text, tel, again)
		}
	})
}

// agree fails unless the short way through the plain addresses of a text, where
// it answers, answers as the long one. It says how often it did.
func agree(t interface{ Fatalf(string, ...any) }, text string, floor int) (answers int) {
	for i := floor; ; i++ {
		n := strings.Index(text[i:], "://")
		if n < 0 {
			return answers
		}
		i += n
		short, long := finder{s: text, floor: floor}, finder{s: text, floor: floor}
		end := short.plain(i)
		if end == 0 {
			if short.found != (Span{}) || short.floor != floor {
				t.Fatalf("%q at %d: a doubt has left %+v and %d", text, i, short.found, short.floor)
			}
			continue
		}
		answers++
		if next := long.authority(i); next != end || short.found != long.found || short.floor != long.floor {
			t.Fatalf("%q at %d: %d %+v, and the long way %d %+v", text, i, end, short.found, next, long.found)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		"see https://shop.example.com/orders/48213 ok", "http://a.example/b.c?d=e&f;g#h.", "x http://a.example/?&amp; http://t.co/aé",
		"<http://a-b.example>http://localhost\nhttps://x.y1/_*", "http://a.example/(b) 'http://a.example/'", "https://-a.bc http://a..bc http://a-.bc http://a.b- http://a.1b",
		"http://a.example./ http://a.example:80/ http://u@a.example", "shttp://a.example #http://a.example 1http://a.example", "http://a.example/\x00\x7f http://a.example/\xff",
	} {
		f.Add(seed, 0)
		f.Add(seed, 4)
	}
	f.Fuzz(func(t *testing.T, text string, floor int) {
		agree(t, text, max(0, min(floor, len(text))))
	})
}

func TestURL_1_TheShortWayAgreesWithTheLongOne(t *testing.T) {
	parts := rapid.SampledFrom(strings.Fields(`
		http https :// http://a.example https://shop.example.com/ ftp hTTP a ab t.co 1 0x7f . .. - _ / // ? # & &amp; ; = % %61 @ : 80 , ! * ~ | \ ^
		( ) [ ] { } < > " ' é 日 com` + " \u00a0 \u200b \u202e \xff \xe3 \x00 \x7f"))
	answers := 0
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "parts") {
			text.WriteString(parts.Draw(t, "part"))
			if rapid.IntRange(0, 5).Draw(t, "space") == 0 {
				text.WriteString(" ")
			}
		}
		answers += agree(t, text.String(), rapid.IntRange(0, text.Len()).Draw(t, "floor"))
	})
	if answers == 0 {
		t.Fatal("the short way never answers")
	}
}
