package spoof

import (
	"strings"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
	"golang.org/x/net/publicsuffix"
)

// brands are names that are much faked. They are protected under every suffix:
// their owners have them under many.
const brands = "adobe aliexpress alibaba amazon americanexpress apple bankofamerica binance booking " +
	"chatgpt citibank cloudflare coinbase dropbox expedia facebook fedex github gmail google " +
	"hotmail icloud instagram linkedin mastercard messenger metamask microsoft netflix office365 " +
	"openai outlook paypal pinterest reddit revolut roblox salesforce samsung santander shopify " +
	"snapchat spotify steampowered stripe telegram tiktok twitter walmart wellsfargo " +
	"westernunion whatsapp wikipedia yahoo youtube"

// minLength is the least length of a name that ASCII is said to imitate. Shorter
// ones have too many innocent neighbours.
const minLength = 5

// maxHost is the most bytes that a host may have in the DNS, with a dot at its end.
const maxHost = 254

// A Guard knows the names that others must not look like. It never changes; any
// number of goroutines may use it. A nil Guard knows none.
type Guard struct {
	// By what it looks like: a name, which is protected under every suffix, or a
	// whole domain.
	looks map[string]string
	// The domains of the host application, by what their first label looks like.
	words map[string]string
	// All names and domains, by their first label as it is.
	own map[string][]string
}

// New returns a guard of a short list of much-faked names and of protected: a
// domain, such as "bank.example", is protected as it is, a name without a dot,
// such as "mybank", under every suffix. Of a longer host its registrable domain
// is protected. What is no domain is left out.
func New(protected []string) *Guard {
	g := &Guard{looks: make(map[string]string), words: make(map[string]string), own: make(map[string][]string)}
	for _, name := range append(strings.Fields(brands), protected...) {
		ascii, err := web.ToASCII(strings.Trim(name, ". "))
		if err != nil {
			continue
		}
		if strings.Contains(ascii, ".") {
			ascii = web.Registrable(ascii)
		}
		label, suffix := cut(ascii)
		look := string(appendLook(nil, web.ToUnicode(label)))
		g.looks[look+suffix] = ascii
		g.own[label] = append(g.own[label], ascii)
		if suffix != "" {
			g.words[look] = ascii
		}
	}
	return g
}

// cut cuts a registrable domain into its first label and the suffix with its dot.
func cut(domain string) (label, suffix string) {
	if i := strings.IndexByte(domain, '.'); i >= 0 {
		return domain[:i], domain[i:]
	}
	return domain, ""
}

// Display returns a host as a person may be shown it: in Unicode each label that
// passes every rule, in ASCII the others, and why, which is the reason of the
// first of those. The host must be as [web.ToASCII] returns it.
//
// What is shown always leads back to the same host.
func (g *Guard) Display(host string) (shown string, why Reason) {
	if !strings.Contains(host, "xn--") {
		return host, ""
	}
	if len(host) > maxHost {
		return host, TooLong
	}
	labels := strings.Split(host, ".")
	registrable := len(labels) - 1 - strings.Count(web.Registrable(host), ".")
	end := len(labels) - 1
	for end > 0 && labels[end] == "" {
		end, registrable = end-1, registrable-1
	}
	tld := web.ToUnicode(labels[end])
	for i, label := range labels {
		if !strings.HasPrefix(label, "xn--") {
			continue
		}
		text, reason := web.ToUnicode(label), NotPunycode
		if text != label {
			if i == end {
				reason = judgeTop(label, text)
			} else {
				reason = judge(text, tld)
			}
			if reason == "" && i == registrable {
				if g.mistaken(text, suffixOf(labels[i+1:])) != "" {
					reason = LookAlike
				}
			}
		}
		if reason == "" {
			labels[i] = text
		} else if why == "" {
			why = reason
		}
	}
	shown = strings.Join(labels, ".")
	if shown == host {
		return host, why
	}
	if back, err := web.ToASCII(shown); err != nil || back != host {
		return host, Direction
	}
	return shown, why
}

// judgeTop judges a top-level domain. One that exists is at home under itself; any
// other must not look like one, as "com" in Cyrillic letters does.
func judgeTop(label, text string) Reason {
	if _, exists := publicsuffix.PublicSuffix(label); exists {
		return judge(text, text)
	}
	return judge(text, "")
}

func suffixOf(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return "." + strings.TrimSuffix(strings.Join(labels, "."), ".")
}

// mistaken returns the protected name that a label in Unicode under a suffix looks
// like, "" if none.
func (g *Guard) mistaken(label, suffix string) string {
	if g == nil {
		return ""
	}
	var buf [128]byte
	look := appendLook(buf[:0], label)
	if name, ok := g.looks[string(look)]; ok {
		return name
	}
	return g.looks[string(append(look, suffix...))]
}

// LooksLike returns the protected name or domain that a host imitates. It does by
// the registrable domain, where that
//
//   - looks like the protected one: letters of other scripts or with marks in it
//     (under the same suffix; the much-faked names under any), or in ASCII digits
//     that stand for letters, "rn" for "m", "vv" for "w", "cl" for "d" or, in a
//     longer name, "i" for "l" ("paypa1.com", "rnicrosoft.net");
//   - has a part between hyphens that does ("paypa1-login.com"); one that is spelt
//     right is no imitation, many honest names have it;
//
// or by beginning with the protected domain where it does not end so
// ("paypal.com.verify.example", "paypal.com-verify.example").
//
// Names shorter than five letters are not compared in ASCII, and mistypings are
// not looked for. The protected domains themselves, with all below them, imitate
// none. The host must be as [web.ToASCII] returns it.
func (g *Guard) LooksLike(host string) (protected string, ok bool) {
	if g == nil || host == "" || host[0] == '[' {
		return "", false
	}
	host = strings.TrimSuffix(host, ".")
	domain := web.Registrable(host)
	label, suffix := cut(domain)
	for _, own := range g.own[label] {
		if own == domain || own == label {
			return "", false
		}
	}
	text := web.ToUnicode(label)
	switch {
	case text != label:
		protected = g.mistaken(text, suffix)
	case len(label) >= minLength:
		if protected = g.mistaken(text, suffix); protected == "" {
			protected = g.imitated(label)
		}
	}
	if protected == "" {
		protected = g.prefixed(host)
	}
	return protected, protected != ""
}

// imitated returns the protected name that a part of an ASCII label looks like
// without being it.
func (g *Guard) imitated(label string) string {
	var buf [128]byte
	for more := true; more; {
		var part string
		part, label, more = strings.Cut(label, "-")
		if len(part) < minLength {
			continue
		}
		look := appendLook(buf[:0], part)
		if name := g.looks[string(look)]; name != "" && name != part {
			return name
		}
		if name := g.words[string(look)]; name != "" && !strings.HasPrefix(name, part+".") {
			return name
		}
	}
	return ""
}

// prefixed returns the protected domain that stands in a host which goes on behind
// it, as if the host ended there.
func (g *Guard) prefixed(host string) string {
	for rest := host; rest != ""; {
		label, behind, _ := strings.Cut(rest, ".")
		for _, own := range g.own[label] {
			if own == label {
				if begins(behind, "com") || begins(behind, "net") || begins(behind, "org") {
					return own
				}
			} else if begins(rest, own) {
				return own
			}
		}
		rest = behind
	}
	return ""
}

// begins reports whether a host begins with a domain and goes on behind it.
func begins(host, domain string) bool {
	return len(host) > len(domain) && strings.HasPrefix(host, domain) &&
		(host[len(domain)] == '.' || host[len(domain)] == '-')
}
