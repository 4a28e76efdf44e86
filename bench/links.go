package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/urlsafe"
	"github.com/microcosm-cc/bluemonday"
	"gitlab.com/golang-commonmark/linkify"
	"mvdan.cc/xurls/v2"
)

// Messages of 80 bytes, and 10 KB of them.
const (
	noLink   = "Thank you, that is very kind of you. I will wait for the parcel until Friday. Jo"
	withLink = "Thank you. The order is at https://shop.example.com/orders/48213 if you need it."
	address  = "https://shop.example.com/orders/48213"
	anchor   = `<a href="` + address + `">` + address + `</a>`
	repeats  = 126
)

func finding(text string, links int) measurement {
	l := urlsafe.New(nil)
	return finder("Links.Find", links, func() int { return len(l.Find(text)) })
}

func linkified(text string, links int) measurement {
	return finder("linkify", links, func() int { return len(linkify.Links(text)) })
}

func relaxed(text string, links int) measurement {
	re := xurls.Relaxed()
	return finder("xurls Relaxed", links, func() int { return len(re.FindAllStringIndex(text, -1)) })
}

// finder measures what has to find so many links, as all do that are compared.
func finder(name string, links int, find func() int) measurement {
	return timed(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if n := find(); n != links {
				panic(fmt.Sprintf("%s finds %d links, and there are %d", name, n, links))
			}
		}
	})
}

func rendered(text string) measurement {
	l := urlsafe.New(nil)
	return writer("Links.HTML", func() string { return l.HTML(text) })
}

func sanitized(name, markup string) measurement {
	p := bluemonday.UGCPolicy()
	return writer(name, func() string { return p.Sanitize(markup) })
}

func writer(name string, write func() string) measurement {
	return timed(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if write() == "" {
				panic(name + " writes nothing")
			}
		}
	})
}

// hostile are the patterns that make careless finders look at the same bytes
// again and again. Each is repeated.
var hostile = []struct{ name, pattern string }{
	{"open paths", "http://a.com/("},
	{"labels", "a.a.a."},
	{"brackets", "(((("},
	{"www", "www."},
	{"mentions", "@a"},
	{"no scheme", "://"},
	{"dots", "...."},
	{"open brackets and quotes", `http://a.com/[{("'`},
	{"long labels", strings.Repeat("a", 70) + "."},
	{"mixed scripts", "aяאa日."},
	{"directions", "\u202ea.\u2066b\u2069"},
}

// growth compares a byte in 100 KB of hostile text with one in 1 KB of the same,
// for the pattern for which that is worst.
func growth(what string, do func(text string)) comparison {
	cost := func(text string, times int) float64 {
		began := time.Now()
		for range times {
			do(text)
		}
		return float64(time.Since(began).Nanoseconds()) / float64(len(text)*times)
	}
	var long, short float64
	measure := func() (float64, int64) {
		long, short = 0, 1
		worst := ""
		for _, h := range hostile {
			text := strings.Repeat(h.pattern, 100_000/len(h.pattern))
			part := strings.Repeat(h.pattern, 1_000/len(h.pattern))
			// The best of some rounds, for the two sides share them with the
			// garbage collector.
			l, s := math.Inf(1), math.Inf(1)
			for range 10 {
				s, l = min(s, cost(part, 100)), min(l, cost(text, 1))
			}
			if l/s > long/short {
				long, short, worst = l, s, h.name
			}
		}
		fmt.Fprintf(os.Stderr, "the worst are %s\n", worst)
		return long, 0
	}
	return comparison{
		what + " a byte in 100 KB, the worst of 11 hostile patterns",
		measurement{"at 100 KB", "ns", measure},
		measurement{"the same at 1 KB", "ns", func() (float64, int64) { return short, 0 }}, 2,
	}
}

func links() []comparison {
	long, longWith := strings.Repeat(noLink+" ", repeats), strings.Repeat(withLink+" ", repeats)
	l := urlsafe.New(nil)
	all := []comparison{{
		"allocations of finding nothing",
		measurement{"Links.Find", "allocations", func() (float64, int64) {
			n := testing.AllocsPerRun(1000, func() { l.Find(noLink); l.Find(long) })
			return n, int64(n)
		}},
		limit("fewer than", "allocations", 0.001), 1,
	}}
	for _, c := range []struct {
		what, text string
		links      int
	}{
		{"80 bytes without a link", noLink, 0},
		{"80 bytes with a link", withLink, 1},
		{"10 KB without a link", long, 0},
		{"10 KB with 126 links", longWith, repeats},
	} {
		all = append(all,
			comparison{"find in " + c.what + ", beside linkify", finding(c.text, c.links), linkified(c.text, c.links), 1},
			comparison{"find in " + c.what + ", beside xurls", finding(c.text, c.links), relaxed(c.text, c.links), 0.01})
	}
	return append(all,
		growth("find:", func(text string) { l.Find(text) }),
		growth("find and render:", func(text string) { l.HTML(text) }),
		comparison{"find and render 80 bytes without a link", rendered(noLink), sanitized("bluemonday UGC", noLink), 0.2},
		comparison{"find and render 80 bytes with a link", rendered(withLink), sanitized("bluemonday UGC, which finds none", withLink), 0.2},
		comparison{"find and render 80 bytes with a link, beside who is given it as markup", rendered(withLink), sanitized("bluemonday UGC, given <a>", strings.Replace(withLink, address, anchor, 1)), 0.2})
}
