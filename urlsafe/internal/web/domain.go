package web

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// ToASCII returns a domain as it is asked for in the DNS: mapped by UTS #46 and
// with its labels of other scripts in Punycode. A domain that is ASCII is only
// put in lower case, also where a label of it begins with "xn--" and is no
// Punycode: such an address is alive. The error is [ErrHost].
//
// A domain of other scripts that is longer than 1024 bytes is refused, unlike in
// the standard: no DNS could answer for it, and Punycode takes time that grows
// with the square of its length.
func ToASCII(host string) (string, error) {
	ascii, lower := true, true
	for i := 0; i < len(host); i++ {
		b := host[i]
		ascii = ascii && b < utf8.RuneSelf
		lower = lower && b-'A' >= 26
	}
	switch {
	case !ascii && (len(host) > maxName || !utf8.ValidString(host)):
		return "", ErrHost
	case !ascii:
		var err error
		if host, err = profile().ToASCII(strings.Map(newer, host)); err != nil {
			return "", ErrHost
		}
	case !lower:
		host = strings.ToLower(host)
	}
	if host == "" || forbiddenDomain.containsASCII(host) {
		return "", ErrHost
	}
	return host, nil
}

const (
	maxName  = 1024
	maxLabel = 63 // bytes of a label in the DNS
)

func profile() *idna.Profile {
	return idna.New(
		idna.MapForLookup(),
		idna.BidiRule(),
		idna.Transitional(false),
		idna.StrictDomainName(false),
		idna.CheckHyphens(false),
		idna.CheckJoiners(true),
	)
}

// ToUnicode returns a host in ASCII with those labels in Unicode that are valid
// Punycode of a valid label; others stay as they are. What it returns is the same
// host, but not yet fit to be shown.
func ToUnicode(host string) string {
	if !strings.Contains(host, "xn--") {
		return host
	}
	p := profile()
	labels := strings.Split(host, ".")
	for i, label := range labels {
		if !strings.HasPrefix(label, "xn--") || len(label) > maxLabel {
			continue
		}
		shown, err := p.ToUnicode(label)
		if err != nil {
			continue
		}
		if back, err := p.ToASCII(shown); err == nil && back == label {
			labels[i] = shown
		}
	}
	return strings.Join(labels, ".")
}

// Registrable returns the part of a host that one can register: the public suffix
// and the label before it. It is the host itself where there is none, as for an
// IP address, for localhost and for a public suffix.
func Registrable(host string) string {
	if host == "" || host[0] == '[' || endsInNumber(host) {
		return host
	}
	name, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(host, "."))
	if err != nil {
		return host
	}
	return name
}
