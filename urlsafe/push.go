package urlsafe

import (
	"context"
	"fmt"
	"strings"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// DefaultPushText is what everyone reads when a page is pushed (URL-5); <url>
// stands for the address.
const DefaultPushText = "Please navigate to the link: <url>"

const germanPushText = "Bitte öffnen Sie den Link: <url>"

// PushWording gives the wording for a language tag (BCP 47) as far as the library
// has it: German for "de" and its regions, else [DefaultPushText]. It is what a
// policy of package interaction takes for each of its languages:
//
//	interaction.Messages{Language: "de", PushedURL: urlsafe.PushWording("de")}
//
// The contact's language then decides what everyone reads, the agents too: it is
// one text, and stays in the transcript.
func PushWording(language string) string {
	if base, _, _ := strings.Cut(language, "-"); strings.EqualFold(base, "de") {
		return germanPushText
	}
	return DefaultPushText
}

// PushText is what everyone reads when a page is pushed (URL-5): the wording with
// each "<url>" replaced by the address. An empty wording is [DefaultPushText];
// one without "<url>" gets the address at its end, so that it is never missing.
func PushText(wording, address string) string {
	switch {
	case wording == "":
		wording = DefaultPushText
	case !strings.Contains(wording, "<url>"):
		wording += " <url>"
	}
	return strings.ReplaceAll(wording, "<url>", address)
}

// A RefusedError says why an address is not pushed or checked (URL-5).
type RefusedError struct {
	// Findings are all that is wrong with the address, never empty.
	Findings []Finding
}

func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString("urlsafe: the address is refused")
	for i, f := range e.Findings {
		b.WriteString([...]string{": ", " "}[min(i, 1)])
		b.WriteString(f.Sentence)
	}
	return b.String()
}

// Check judges an address that somebody wants to push (URL-5) or to test (URL-6)
// and gives it normalised, as the link that everyone will see; [Link.Href] is what
// is to be pushed. White space around it is dropped, and https is meant where a
// domain stands alone.
//
// It must be an address of http or https, not longer than [Policy.MaxPush], and
// say what it is: with any finding but [UnusualPort] the error is a
// [*RefusedError] with all of them. The sentence of most holds the address that is
// really meant; whoever wants that one can push it. A host whose own domain has
// odd letters lists it in [Policy.Protected].
func (l *Links) Check(raw string) (Link, error) {
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	a := l.pushed(raw)
	if refusals := refusals(&a); refusals != nil {
		return Link{}, &RefusedError{refusals}
	}
	return l.link(&a, scan.Span{Start: 0, End: len(raw)}), nil
}

// pushed judges an address that was entered.
func (l *Links) pushed(raw string) (a address) {
	if len(raw) > l.policy.MaxPush {
		a.find(TooLong, Blocked, fmt.Sprintf("The address is longer than %d bytes.", l.policy.MaxPush))
		return a
	}
	if l.bare(raw) {
		raw = "https://" + raw
	}
	var err error
	if a.url, err = web.Parse(raw); err != nil || raw == "" {
		a.find(Malformed, Blocked, "This is not a whole address of a web page, as https://example.com/page is one.")
		return a
	}
	l.page(&a, raw)
	if s := a.url.Scheme(); s != "http" && s != "https" {
		a.find(ForbiddenScheme, Blocked, "Only addresses that begin with https:// or http:// can be pushed.")
	}
	if len(a.href) > l.policy.MaxPush {
		a.find(TooLong, Blocked, fmt.Sprintf("The address is longer than %d bytes.", l.policy.MaxPush))
	}
	return a
}

// bare reports whether what was entered begins with a domain and not with a scheme.
func (l *Links) bare(raw string) bool {
	spans := scan.Append(nil, raw, &l.options)
	return len(spans) > 0 && spans[0].Kind == scan.Bare && spans[0].Start == 0
}

// refusals are the findings with which an address is not pushed.
func refusals(a *address) (list []Finding) {
	for i := range a.findings {
		if a.findings[i].Code != UnusualPort {
			return a.findings
		}
	}
	return nil
}

// refuses reports whether a parsed address may not be pushed.
func (l *Links) refuses(u web.URL) bool {
	a := l.pushed(u.Href())
	return refusals(&a) != nil
}

// Gate gives [Links.Check] the shape of the gate for URLs in the options of a
// kernel, which asks it for every pushed address on every path. It fits the types
// of packages chatkernel and interaction without importing them:
//
//	options.Gates.URL = urlsafe.Gate[*interaction.State, chatkernel.Actor, interaction.PushURL](links)
//
// The pushed address is the normalised one; the error is a [*RefusedError].
func Gate[State, Actor any, Push ~struct{ URL string }](l *Links) func(context.Context, string, State, Actor, Push) (Push, error) {
	return func(_ context.Context, _ string, _ State, _ Actor, push Push) (Push, error) {
		link, err := l.Check(struct{ URL string }(push).URL)
		if err != nil {
			return push, err
		}
		return Push(struct{ URL string }{link.Href}), nil
	}
}
