package transcript

import (
	"errors"
	"maps"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

// Words are the sentences of one language: for each [Term] a text in which
// {who}, {about} and {what} stand for what is filled in. A term that is missing
// is taken from [English]. Nil is English. A table may be read by many
// goroutines; a host that wants other words makes its own copy and changes it
// before use.
type Words map[Term]string

// A Term names a sentence. [Terms] lists all; their names stay the same.
type Term string

// English are the words in English.
func English() Words { return maps.Clone(english) }

// German are the words in German.
func German() Words { return maps.Clone(german) }

// For are the words for a language tag (BCP 47) as far as the library has them:
// German for "de" and its regions, else English.
func For(language string) Words {
	base, _, _ := strings.Cut(language, "-")
	if strings.EqualFold(base, "de") {
		return German()
	}
	return English()
}

// Terms are all terms that a complete table has, in no order.
func Terms() []Term {
	all := make([]Term, 0, len(english))
	for t := range english {
		all = append(all, t)
	}
	return all
}

// Text is a sentence with names filled in. What is filled in is not looked at
// again, so that a name can hold braces.
func (w Words) Text(t Term, who, about, what string) string {
	text, ok := w[t]
	if !ok {
		text = english[t]
	}
	at := strings.IndexByte(text, '{')
	if at < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + len(who) + len(about) + len(what))
	for ; at >= 0; at = strings.IndexByte(text, '{') {
		b.WriteString(text[:at])
		text = text[at:]
		for _, f := range [...]struct{ field, value string }{{"{who}", who}, {"{about}", about}, {"{what}", what}, {"{", "{"}} {
			if rest, ok := strings.CutPrefix(text, f.field); ok {
				b.WriteString(f.value)
				text = rest
				break
			}
		}
	}
	b.WriteString(text)
	return b.String()
}

// Refusal is why a command is not possible, for a disabled button; empty for a
// nil error.
func (w Words) Refusal(err error) string {
	var phase interaction.PhaseError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &phase):
		return w.Text(Term("no/"+word(phase.Phase())), "", "", "")
	}
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return w.Text(r.term, "", "", "")
		}
	}
	return w.Text("no/other", "", "", "")
}

var refusals = [...]struct {
	err  error
	term Term
}{
	{interaction.ErrNotOwner, "no/not-owner"},
	{interaction.ErrDenied, "no/denied"},
	{interaction.ErrNotParty, "no/not-party"},
	{interaction.ErrNoInvitation, "no/no-invitation"},
	{interaction.ErrNoConsultation, "no/no-consultation"},
	{interaction.ErrTransferOpen, "no/transfer-open"},
	{interaction.ErrTarget, "no/target"},
	{interaction.ErrDispositionMissing, "no/disposition-missing"},
	{interaction.ErrNoFile, "no/no-file"},
	{interaction.ErrHandOverFirst, "no/hand-over-first"},
}

// targetName is a target as a sentence names it: "billing" for "group:billing".
func targetName(t interaction.Target) string {
	_, name, ok := strings.Cut(string(t), ":")
	if !ok {
		return string(t)
	}
	return name
}
