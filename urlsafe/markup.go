package urlsafe

import (
	"strings"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// A Message is what a contact's client sent as markup, as text (URL-1).
type Message struct {
	// Text is the message without markup. Behind what an anchor claims stands
	// where it really leads, in angle brackets; an anchor that claims nothing
	// else than its own address is just that address:
	//
	//	your bank <https://evil.example/>
	//
	// That is how mail programs write it, and it needs nothing beside it: where
	// the claim is an address right before the bracket, [Links.Find] finds the
	// mismatch in the text again.
	Text string `json:"text"`
	// Links are those of Text, as [Links.Find] gives them, with what else was
	// found about a target as it was sent, and with a finding where anything that
	// an anchor claimed was another host, address or number.
	Links []Link `json:"links,omitempty"`
}

// A rewriter writes a message, and the targets of its anchors into it.
type rewriter struct {
	links    *Links
	text     []byte
	findings []found
}

// found is what was found about the target that begins at an offset.
type found struct {
	at       int
	level    Level
	findings []Finding
}

// removed stands for a byte that is not part of the text after all. It is none of
// UTF-8, so no message has it.
const removed = 0xff

// anchor writes the target behind what was claimed, which is the text from an
// offset on. The base may be nil.
func (w *rewriter) anchor(from int, target string, base *web.URL, judge bool) {
	a, text := w.target(target, base)
	if text == "" {
		return
	}
	if judge && a.href != "" {
		sentence, same := w.links.compare(string(w.text[from:]), &a)
		if same {
			return
		}
		if sentence != "" {
			a.find(OtherHost, Suspicious, sentence)
		}
	}
	claims := w.words(from)
	if w.last() > ' ' {
		w.text = append(w.text, ' ')
	}
	if claims {
		w.text = append(w.text, '<')
	}
	if a.findings != nil {
		w.findings = append(w.findings, found{len(w.text), a.level, a.findings})
	}
	w.text = append(w.text, text...)
	if claims {
		w.text = append(w.text, '>')
	}
}

// last gives the last byte that is written, 0 at the beginning.
func (w *rewriter) last() byte {
	for i := len(w.text) - 1; i >= 0; i-- {
		if w.text[i] != removed {
			return w.text[i]
		}
	}
	return 0
}

// words reports whether there is more than white space from an offset on.
func (w *rewriter) words(from int) bool {
	for i := len(w.text) - 1; i >= from; i-- {
		if b := w.text[i]; b > ' ' && b != removed {
			return true
		}
	}
	return false
}

// target gives where an anchor leads, as an address and as it is written into the
// text; "" if it leads nowhere. What cannot be parsed, or is no link, is written
// as it is.
func (w *rewriter) target(raw string, base *web.URL) (a address, text string) {
	trimmed := strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if trimmed == "" || trimmed[0] == '#' {
		return a, ""
	}
	trimmed = resolve(trimmed, base)
	if !w.links.look(&a, scan.URL, trimmed) || a.level == Blocked {
		return address{}, brief(visible(trimmed), 200)
	}
	switch {
	case a.kind == Phone:
		return a, a.shown()
	case a.kind == Mail && !a.url.HasQuery():
		return a, strings.TrimPrefix(a.href, "mailto:")
	}
	return a, a.href
}

// resolve makes a target absolute where one can know to what it is relative. One
// that is absolute stays as it is written, to be judged.
func resolve(target string, base *web.URL) string {
	absolute, err := web.Parse(target)
	if base != nil {
		if u, ok := web.ParseRef(target, base); ok == nil && (err != nil || u != absolute) {
			return u.Href()
		}
		return target
	}
	isSlash := func(b byte) bool { return b == '/' || b == '\\' }
	if err != nil && len(target) > 1 && isSlash(target[0]) && isSlash(target[1]) {
		// It names a host and needs only a scheme.
		if u, err := web.Parse("https:" + target); err == nil {
			return u.Href()
		}
	}
	return target
}

// compare says how what an anchor claims differs from where it leads. It is the
// same if it is that address and nothing else.
func (l *Links) compare(claimed string, real *address) (sentence string, same bool) {
	claimed = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && spoof.Invisible(r) || r == '\ufffd' {
			return -1
		}
		return r
	}, strings.ReplaceAll(claimed, "\xff", ""))
	claimed = strings.TrimSpace(claimed)
	for _, s := range scan.Append(nil, claimed, &l.options) {
		var claim address
		if !l.look(&claim, s.Kind, claimed[s.Start:s.End]) {
			continue
		}
		if s.Start == 0 && s.End == len(claimed) && claim.href == real.href {
			return "", true
		}
		if sentence == "" {
			sentence = differs(&claim, real)
		}
	}
	return sentence, false
}

// message takes out what was removed and finds the links.
func (w *rewriter) message() Message {
	text := w.text[:0]
	next := 0
	for i, b := range w.text {
		for next < len(w.findings) && w.findings[next].at == i {
			w.findings[next].at = len(text)
			next++
		}
		if b != removed {
			text = append(text, b)
		}
	}
	m := Message{Text: string(text)}
	m.Links = w.links.Find(m.Text)
	next = 0
	for i := range m.Links {
		k := &m.Links[i]
		for next < len(w.findings) && w.findings[next].at < k.Start {
			next++
		}
		if next < len(w.findings) && w.findings[next].at == k.Start {
			k.add(w.findings[next])
		}
	}
	return m
}

// add adds what was found about a link before it was text.
func (k *Link) add(f found) {
	a := address{level: k.Level, findings: k.Findings}
	for _, finding := range f.findings {
		a.find(finding.Code, f.level, finding.Sentence)
	}
	k.Level, k.Findings = a.level, a.findings
}
