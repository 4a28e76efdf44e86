package urlsafe

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// A Policy says which links a host wants, and how they are drawn. The zero value
// and nil work.
type Policy struct {
	// Schemes are those that can be links, in small letters; nil means
	// [DefaultSchemes]. What has another scheme is shown as text and is
	// [Blocked]. Schemes that run code, pose as another page or reach into the
	// reader's machine (javascript, data, blob, file, intent and their like) are
	// never links, also if they are listed.
	Schemes []string
	// Protected are the host application's own domains, as "example.com": what
	// looks like one of them is a finding, as with a built-in list of those that
	// are faked most. Domains below them are trusted: their own names are not
	// judged. One that is no domain is ignored.
	Protected []string
	// Ports are those that need no warning, beside a scheme's own; nil means 80,
	// 443, 8080 and 8443. They are also those that an [HTTPChecker] asks.
	Ports []uint16
	// Region is the country whose national phone numbers are found, by its two
	// letters of ISO 3166, as "DE"; "" finds the international form only.
	Region string
	// NoPhones finds no phone numbers at all.
	NoPhones bool

	// MaxLength is the most bytes of an address that can be a link; 0 or less
	// means 8192.
	MaxLength int
	// MaxPush is the most bytes of an address that can be pushed; 0 or less means
	// 2048.
	MaxPush int
	// Width is the most runes of [Link.Text], see [Link.Shorten]; 0 or less means
	// no limit.
	Width int
	// NewTab gives the links of [Links.HTML] the attribute target="_blank".
	NewTab bool
}

// DefaultSchemes gives the schemes that are links where a policy says nothing
// else: http, https, mailto and tel.
func DefaultSchemes() []string { return []string{"http", "https", "mailto", "tel"} }

// neverLinks are schemes whose addresses do something else than lead to a place
// that they name.
var neverLinks = []string{
	"about", "blob", "content", "data", "file", "filesystem", "intent", "jar", "javascript", "livescript", "ms-its",
	"mhtml", "mocha", "res", "resource", "shell", "vbscript", "view-source",
}

// Links finds, judges, shows and renders links by one policy. Make one with
// [New]; any number of goroutines may use it, and its answers never change.
//
// All methods take any bytes. Time grows with the length of the text and with
// nothing else.
type Links struct {
	policy    Policy
	schemes   []string // in small letters, without neverLinks
	ports     map[string]bool
	protected map[string]bool // the registrable domains of Policy.Protected, in ASCII
	guard     *spoof.Guard
	options   scan.Options
	memo      memo
}

// New makes ready what a policy needs, once. p may be nil; it is not kept.
func New(p *Policy) *Links {
	l := &Links{memo: memo{seed: maphash.MakeSeed()}, ports: make(map[string]bool), protected: make(map[string]bool)}
	if p != nil {
		l.policy = *p
	}
	o := &l.policy
	if o.MaxLength <= 0 {
		o.MaxLength = 8192
	}
	if o.MaxPush <= 0 {
		o.MaxPush = 2048
	}
	if o.Schemes == nil {
		o.Schemes = DefaultSchemes()
	}
	for _, scheme := range o.Schemes {
		if scheme = strings.ToLower(scheme); !slices.Contains(neverLinks, scheme) {
			l.schemes = append(l.schemes, scheme)
		}
	}
	if o.Ports == nil {
		o.Ports = []uint16{80, 443, 8080, 8443}
	}
	for _, port := range o.Ports {
		l.ports[strconv.Itoa(int(port))] = true
	}
	var domains []string
	for _, domain := range o.Protected {
		if ascii, err := web.ToASCII(strings.TrimSpace(domain)); err == nil {
			domains = append(domains, ascii)
			l.protected[web.Registrable(ascii)] = true
		}
	}
	l.guard = spoof.New(domains)
	l.options = scan.Options{NoPhones: o.NoPhones, Region: o.Region}
	l.policy.Schemes, l.policy.Protected, l.policy.Ports = nil, nil, nil // the host's slices
	return l
}
