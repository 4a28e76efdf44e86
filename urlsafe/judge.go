package urlsafe

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/urlsafe/internal/scan"
	"github.com/chatkernel/chatkernel/urlsafe/internal/spoof"
	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// An address is what was written, parsed once and judged. Everything that a host
// gets of a link is made from it.
type address struct {
	kind     Kind
	url      web.URL
	href     string // what is opened: all ASCII, without a user name
	local    string // of an e-mail address: what stands before the @, percent-encoded
	host     string // in ASCII; that of an e-mail address too
	face     string // the host as it is shown
	level    Level
	findings []Finding
}

func (a *address) find(code Code, level Level, sentence string) {
	for i := range a.findings {
		if a.findings[i].Code == code {
			return
		}
	}
	a.level = max(a.level, level)
	a.findings = append(a.findings, Finding{code, sentence})
}

// look parses and judges what was written, into an address that is still empty: one
// is large, and copying it would cost as much as judging it. It is not ok where
// that is no address.
func (l *Links) look(a *address, kind scan.Kind, written string) (ok bool) {
	switch kind {
	case scan.Email:
		return l.mail(a, written)
	case scan.Phone:
		return l.phone(a, written)
	case scan.Bare:
		written = "https://" + written
	}
	if len(written) > l.policy.MaxLength {
		a.find(TooLong, Blocked, "The address is too long to be opened safely.")
		a.face = written // nothing is parsed that nobody will open
		return true
	}
	var err error
	if a.url, err = web.Parse(written); err != nil {
		return false
	}
	switch a.url.Scheme() {
	case "mailto":
		return l.mail(a, written)
	case "tel":
		return l.phone(a, a.url.Path())
	}
	l.page(a, written)
	return true
}

// page judges the address of a page, or whatever else is not mail or a call, which
// has been parsed.
func (l *Links) page(a *address, written string) {
	u := &a.url
	a.kind = Web
	a.href = u.Href()
	a.host = u.Hostname()
	a.face = a.host
	if !slices.Contains(l.schemes, u.Scheme()) {
		a.find(ForbiddenScheme, Blocked, "Addresses that begin with "+quoted(u.Scheme()+":")+" are not opened from a chat.")
	}
	// Most addresses are written as they are, so there is nothing to compare.
	same := strings.HasPrefix(a.href, written) && u.Username() == "" && u.Password() == "" && len(a.href)-len(written) <= len("/")
	if !same && hidesUser(*u, written) {
		a.href = strip(*u)
		a.find(UserName, Suspicious, "What stands before the @ is a user name and not where it leads. It really leads to "+a.where()+".")
	}
	if len(a.href) > l.policy.MaxLength {
		a.find(TooLong, Blocked, "The address is too long to be opened safely.")
	}
	if a.host != "" {
		l.judgeHost(a, written, same)
	}
	if port := u.Port(); !l.usualPort(port) {
		a.find(UnusualPort, Suspicious, "It leads to port "+port+" of "+a.where()+", where web pages usually are not.")
	}
	l.judgePath(a)
	if !same && hidden(written) {
		a.find(Invisible, Suspicious, "It was written with characters that cannot be seen. It really is "+a.brief()+".")
	}
}

// usualPort reports whether a parsed port needs no warning.
func (l *Links) usualPort(port string) bool { return port == "" || l.ports[port] }

// strip writes an address without its user name and password.
func strip(u web.URL) string {
	href := u.Href()
	if !u.HasHost() {
		return href
	}
	rest := href[len(u.Scheme()+"://"):]
	if u.Username() != "" || u.Password() != "" {
		rest = rest[strings.IndexByte(rest, '@')+1:]
	}
	return u.Scheme() + "://" + rest
}

// hidesUser reports whether something stands before an @ in front of the host,
// which the parser drops if it is empty.
func hidesUser(u web.URL, written string) bool {
	if !u.HasHost() {
		return false
	}
	if u.Username() != "" || u.Password() != "" {
		return true
	}
	i := strings.IndexByte(written, '@')
	return i >= 0 && !strings.ContainsAny(strings.TrimLeft(afterScheme(written[:i]), `/\`), `/\?#`)
}

func afterScheme(written string) string {
	_, rest, found := strings.Cut(written, ":")
	if !found {
		return written
	}
	return rest
}

// where names the host for a sentence.
func (a *address) where() string {
	if a.host == "" {
		return "nowhere"
	}
	return a.host
}

// brief is the address for a sentence.
func (a *address) brief() string { return brief(a.href, 100) }

// brief gives the beginning of a text of ASCII.
func brief(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit-3] + "..."
}

// judgeHost says what is wrong with a host, and with how it was written.
func (l *Links) judgeHost(a *address, written string, same bool) {
	switch {
	case isNumber(a.host):
		if !same && !plain(written, a.host, a.host) {
			a.find(OddIP, Suspicious, "The address of a computer is written in an unusual way. It really leads to "+a.host+".")
		}
		return
	case a.host[0] == '[':
		return
	}
	l.judgeDomain(a)
	if !same && len(a.findings) == 0 && !plain(written, a.host, a.face) {
		a.find(EncodedHost, Suspicious, "The name of the host is not written as it is. It really leads to "+a.host+".")
	}
}

// judgeName sets how a host is shown and says what its name pretends.
func (l *Links) judgeName(a *address) {
	face, why := l.guard.Display(a.host)
	a.face = face
	if l.trusted(a.host) {
		return
	}
	switch why {
	case "", spoof.NotPunycode:
	case spoof.MixedScript:
		a.find(MixedScript, Suspicious, "The name of the host mixes letters of several scripts. It really is "+a.host+".")
	case spoof.Hidden:
		a.find(Invisible, Suspicious, "The name of the host has characters that cannot be seen. It really is "+a.host+".")
	case spoof.LookAlike:
		a.find(LookAlike, Suspicious, "The name of the host is made of letters that look like others. It really is "+a.host+".")
	default:
		a.find(OddLetters, Suspicious, "The name of the host has letters that do not belong there. It really is "+a.host+".")
	}
	if like, ok := l.guard.LooksLike(a.host); ok {
		a.find(LookAlike, Suspicious, "It looks like "+like+" and is another host: "+a.host+".")
	}
}

// trusted reports whether a host is below one of the application's own domains.
func (l *Links) trusted(host string) bool {
	return len(l.protected) > 0 && l.protected[web.Registrable(host)]
}

// isNumber reports whether a parsed host is an IPv4 address.
func isNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && last[0]-'0' < 10 && strings.Trim(host, "0123456789.") == ""
}

// plain reports whether the host stands in what was written as it is, or as it is
// shown, in small letters or capitals. It decides nothing but that: where the host
// begins is known only to the parser.
func plain(written, host, face string) bool {
	rest := strings.TrimLeft(afterScheme(written), `/\`)
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	return begins(rest, host) || begins(rest, face)
}

func begins(text, host string) bool {
	if len(text) >= len(host) && strings.EqualFold(text[:len(host)], host) {
		return len(text) == len(host) || text[len(host)] == ':'
	}
	name, _, _ := strings.Cut(text, ":")
	return len(text) > 0 && strings.EqualFold(name, host)
}

// hidden reports whether what was written holds what is not seen. What joins
// letters of other scripts, as Persian needs it, is not counted.
func hidden(written string) bool {
	for i := 0; i < len(written); i++ {
		if written[i] < ' ' || written[i] >= 0x7f {
			return hiddenRune(written)
		}
	}
	return false
}

func hiddenRune(written string) bool {
	before := ' '
	for _, r := range strings.TrimFunc(written, func(r rune) bool { return r <= ' ' }) {
		if spoof.Invisible(r) && !joins(before, r) {
			return true
		}
		before = r
	}
	return false
}

func joins(before, r rune) bool {
	return (r == '\u200c' || r == '\u200d') && before >= utf8.RuneSelf && (unicode.IsLetter(before) || unicode.IsMark(before)) ||
		(r == '\u200d' || r == '\ufe0f') && before >= utf8.RuneSelf && unicode.IsSymbol(before)
}

// judgePath says what the path pretends. What comes after it is seldom read.
func (l *Links) judgePath(a *address) {
	path := a.url.Path()
	if path == "/" {
		return
	}
	if i := strings.IndexByte(path, '%'); i >= 0 {
		before := ' '
		for i < len(path) {
			r, n := unescape(path[i:])
			switch {
			case n == 0:
				before = rune(path[i])
				i++
				continue
			case isAlnum(r):
				a.find(DeceptivePath, Suspicious, "Plain letters of the path are encoded, so that it cannot be read.")
			case strings.ContainsRune(twins, r):
				a.find(DeceptivePath, Suspicious, "The path has characters that look like those that end a host's name. It really leads to "+a.where()+".")
			case r >= utf8.RuneSelf && spoof.Invisible(r) && !joins(before, r):
				a.find(Invisible, Suspicious, "The path has characters that cannot be seen.")
			}
			before = r
			i += n
		}
	}
	if len(l.protected) == 0 || l.trusted(a.host) {
		return
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || strings.EqualFold(segment, "https:") || strings.EqualFold(segment, "http:") {
			continue
		}
		name := strings.ToLower(strings.TrimLeft(segment, "@"))
		if l.protected[web.Registrable(name)] {
			a.find(DeceptivePath, Suspicious, "The path begins with "+name+", but it leads to "+a.where()+".")
		}
		return
	}
}

// twins look like what ends a host, or like a dot in it.
const twins = "\u1735\u2024\u2044\u2215\u2571\u27cb\u29f8\uff0f\ufe52\uff0e\uff61\uff20\ufe6b\uff05\ufe6a\u2236\ua789"

func isAlnum(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// quoted is a word for a sentence.
func quoted(word string) string { return `"` + brief(word, 30) + `"` }

// mail judges an e-mail address, with or without its scheme.
func (l *Links) mail(a *address, written string) (ok bool) {
	if len(written) > l.policy.MaxLength {
		a.kind, a.face = Mail, written
		a.find(TooLong, Blocked, "The address is too long to be opened safely.")
		return true
	}
	raw := written
	if len(raw) < len("mailto:") || !strings.EqualFold(raw[:len("mailto:")], "mailto:") {
		raw = "mailto:" + raw
	}
	u, err := web.Parse(raw)
	if err != nil {
		return false
	}
	local, domain, found := strings.Cut(u.Path(), "@")
	if !found || local == "" || strings.ContainsAny(domain, "@, ") {
		return false
	}
	host, err := web.ToASCII(decode(domain))
	if err != nil || host == "" {
		return false
	}
	a.kind, a.url, a.local, a.host = Mail, u, local, host
	a.href = "mailto:" + local + "@" + host
	if u.HasQuery() {
		a.href += "?" + u.Query()
	}
	if !slices.Contains(l.schemes, "mailto") {
		a.find(ForbiddenScheme, Blocked, "E-mail addresses are not opened from a chat.")
	}
	if len(a.href) > l.policy.MaxLength {
		a.find(TooLong, Blocked, "The address is too long to be opened safely.")
	}
	l.judgeDomain(a)
	if _, domain, _ := strings.Cut(raw, "@"); strings.Contains(domain[:min(len(domain), strings.IndexByte(domain+"?", '?'))], "%") {
		a.find(EncodedHost, Suspicious, "The name of the host is not written as it is. It really is "+a.host+".")
	}
	if hidden(written) {
		a.find(Invisible, Suspicious, "It was written with characters that cannot be seen. It really is "+a.brief()+".")
	}
	return true
}

// phone judges a number.
func (l *Links) phone(a *address, written string) (ok bool) {
	tel, ok := scan.Tel(written, l.policy.Region)
	if !ok {
		return false
	}
	a.kind, a.href = Phone, tel
	if !slices.Contains(l.schemes, "tel") {
		a.find(ForbiddenScheme, Blocked, "Numbers are not called from a chat.")
	}
	return true
}

// differs says how a claimed address differs from the real one, or nothing.
func differs(claim, real *address) string {
	switch {
	case claim.kind == Phone || real.kind == Phone:
		if claim.kind == real.kind && claim.href != real.href {
			return "The text names the number " + claim.brief() + ", but a click calls " + real.brief() + "."
		}
		return ""
	case claim.kind == Mail && real.kind == Mail:
		if strings.EqualFold(claim.local, real.local) && claim.host == real.host {
			return ""
		}
		return "The text names " + claim.brief() + ", but a click writes to " + real.brief() + "."
	case claim.host == "" || strings.TrimPrefix(claim.host, "www.") == strings.TrimPrefix(real.host, "www."):
		return ""
	}
	return "The text names " + claim.host + ", but it leads to " + real.where() + "."
}
