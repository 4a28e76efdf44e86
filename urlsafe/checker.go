package urlsafe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// A Checker says whether an address answers, so that an agent can test it before
// it pushes it (URL-6). [HTTPChecker] is one. Its method is called by many
// goroutines at once.
type Checker interface {
	// CheckURL asks an address. Whatever the address does is an [Answer]; an
	// error means that it was not asked: it is refused ([*RefusedError]), or the
	// context has ended.
	CheckURL(ctx context.Context, address string) (Answer, error)
}

// An Answer is what came of asking an address.
type Answer struct {
	// Final is the address that was asked in the end, after all redirects: the one
	// that answered or failed, or that leads to where nothing is asked. It can be
	// another one than the agent has entered, and can be pushed like that.
	Final  string `json:"final"`
	Status int    `json:"status,omitempty"` // of HTTP, from Final; 0 if there was none
	Reason Reason `json:"reason"`
}

// OK reports whether there is a page to see.
func (a Answer) OK() bool { return a.Reason == Answered }

// A Reason says in one word what came of asking an address. The values are
// stable.
type Reason string

// What can come of asking an address.
const (
	Answered    Reason = "answered"     // with a status of success
	Missing     Reason = "missing"      // there is no such page: status 404 or 410
	Denied      Reason = "denied"       // another status that begins with 4; a person who is logged in may see more
	ServerError Reason = "server-error" // a status that begins with 5, or one that HTTP does not know
	Redirects   Reason = "redirects"    // too many redirects, or one that leads nowhere
	Refused     Reason = "refused"      // a redirect to what could not be pushed, or a scheme or port that is not asked
	Private     Reason = "private"      // it leads into a network that is not public
	NoHost      Reason = "no-host"      // nobody has the host's name
	Unreachable Reason = "unreachable"  // nobody answers there, or with something that is not HTTP
	Insecure    Reason = "insecure"     // its certificate is not valid
	Timeout     Reason = "timeout"      // it took too long
)

// CheckerOptions configure an [HTTPChecker]. The zero value and nil work.
type CheckerOptions struct {
	// Timeout is for all of a check, redirects and both methods; 0 or less means
	// 5 seconds.
	Timeout time.Duration
	// MaxRedirects is how many redirects are followed; 0 means 5, less than 0
	// none.
	MaxRedirects int
	// UserAgent is sent as User-Agent; "" means "chatkernel".
	UserAgent string
}

// An HTTPChecker is a [Checker] that asks over HTTP, from the host's own network,
// addresses that a stranger may have chosen. Make one with [NewHTTPChecker]. Any
// number of goroutines may use it. It keeps no connection and leaves no goroutine.
//
// It asks by HEAD and, where that is not answered with success, by GET, of which
// it reads the header only. What protects the network in which it runs:
//
//   - It connects to public addresses only: not to private, shared (CGNAT),
//     loopback, link-local, multicast, documentation and otherwise reserved ones,
//     not to the metadata services of clouds, not to an IPv4 address of those
//     kinds inside an IPv6 one (mapped, NAT64), and not through the tunnels of
//     6to4 and Teredo. It looks at the very address that the operating system is
//     about to connect to, after the name was resolved, so a DNS that gives
//     another answer the second time changes nothing.
//   - Every redirect is parsed by the parser that judges links and has to pass the
//     same rules: http or https, and a usual port ([Policy.Ports]).
//   - It sends no cookie, no user name or password, no Referer, and asks no proxy
//     of the environment.
//   - A header may have 64 KiB, a body is never read and never unpacked, and
//     everything has to be over in time.
type HTTPChecker struct {
	links     *Links
	timeout   time.Duration
	redirects int
	agent     string
	transport *http.Transport
	permit    func(netip.AddrPort) bool // for tests: what may be connected to all the same
}

// NewHTTPChecker makes a checker that asks what [Links.Check] lets through. o may
// be nil.
func NewHTTPChecker(l *Links, o *CheckerOptions) *HTTPChecker {
	c := &HTTPChecker{links: l, timeout: 5 * time.Second, redirects: 5, agent: "chatkernel"}
	if o != nil {
		if o.Timeout > 0 {
			c.timeout = o.Timeout
		}
		if o.MaxRedirects != 0 {
			c.redirects = max(o.MaxRedirects, 0)
		}
		if o.UserAgent != "" {
			c.agent = o.UserAgent
		}
	}
	dialer := net.Dialer{Control: c.control, KeepAlive: -1}
	c.transport = &http.Transport{
		DialContext:            dialer.DialContext,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		// HTTP/1.1 is all that a header needs.
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
	return c
}

var errPrivate = errors.New("urlsafe: not a public address")

// control judges what the operating system is about to connect to.
func (c *HTTPChecker) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	if !public(to.Addr()) && (c.permit == nil || !c.permit(to)) {
		return errPrivate
	}
	return nil
}

// CheckURL asks an address; see [Checker]. The address is judged and normalised
// as [Links.Check] does first.
func (c *HTTPChecker) CheckURL(ctx context.Context, address string) (Answer, error) {
	link, err := c.links.Check(address)
	if err != nil {
		return Answer{}, err
	}
	u, err := web.Parse(link.Href)
	if err != nil { // what Check gives can be parsed
		return Answer{}, err
	}
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answer := c.follow(limited, u)
	if answer.Status == 0 && ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	return answer, nil
}

// follow asks an address, and where it is sent to.
func (c *HTTPChecker) follow(ctx context.Context, u web.URL) Answer {
	for hop := 0; ; hop++ {
		if !c.links.usualPort(u.Port()) || u.Scheme() != "http" && u.Scheme() != "https" {
			return Answer{Final: u.Href(), Reason: Refused}
		}
		status, location, err := c.ask(ctx, u)
		answer := Answer{Final: u.Href(), Status: status, Reason: reason(status, err)}
		if err != nil || status < 300 || status > 399 || status == http.StatusNotModified {
			return answer
		}
		next, err := web.ParseRef(location, &u)
		if location == "" || err != nil || hop >= c.redirects {
			answer.Reason = Redirects
			return answer
		}
		if c.links.refuses(next) {
			answer.Reason = Refused
			return answer
		}
		u = next
	}
}

// ask sends HEAD, and GET if the server does not know or like that.
func (c *HTTPChecker) ask(ctx context.Context, u web.URL) (status int, location string, err error) {
	for _, method := range [...]string{http.MethodHead, http.MethodGet} {
		status, location, err = c.send(ctx, method, u)
		if err == nil && status < 400 || errors.Is(err, errPrivate) || ctx.Err() != nil {
			break
		}
	}
	return status, location, err
}

func (c *HTTPChecker) send(ctx context.Context, method string, u web.URL) (status int, location string, err error) {
	header := http.Header{"User-Agent": {c.agent}, "Accept": {"*/*"}, "Accept-Encoding": {"identity"}}
	r := (&http.Request{Method: method, URL: carry(u), Header: header, Close: true}).WithContext(ctx)
	response, err := c.transport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	_ = response.Body.Close() // unread: the connection is closed with it
	return response.StatusCode, response.Header.Get("Location"), nil
}

// carry puts what the parser has decided into the type that net/http takes;
// nothing is parsed once more.
func carry(u web.URL) *url.URL {
	host := u.Hostname()
	if u.Port() != "" {
		host += ":" + u.Port()
	}
	to := &url.URL{Scheme: u.Scheme(), Host: host, RawQuery: u.Query(), ForceQuery: u.HasQuery() && u.Query() == ""}
	if path := u.Path(); strings.HasPrefix(path, "//") {
		// Opaque would be taken for an authority.
		to.RawPath = path
		to.Path, _ = url.PathUnescape(path)
	} else {
		to.Opaque = path
	}
	return to
}

func reason(status int, err error) Reason {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		network     net.Error
	)
	switch {
	case err == nil && status >= 200 && status < 300, status == http.StatusNotModified:
		return Answered
	case status == http.StatusNotFound, status == http.StatusGone:
		return Missing
	case status >= 400 && status < 500:
		return Denied
	case err == nil:
		return ServerError
	case errors.Is(err, errPrivate):
		return Private
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Timeout
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoHost
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &hostname):
		return Insecure
	case errors.As(err, &network) && network.Timeout():
		return Timeout
	default:
		return Unreachable
	}
}
