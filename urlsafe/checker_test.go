package urlsafe_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/chatkernel/chatkernel/urlsafe"
)

// serve starts a server and gives a checker that may reach it and nothing else
// that is not public.
func serve(t *testing.T, o *urlsafe.CheckerOptions, handler http.HandlerFunc) (*urlsafe.HTTPChecker, string) {
	s := httptest.NewServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	return reach(t, o, s.Listener.Addr()), s.URL
}

func reach(t *testing.T, o *urlsafe.CheckerOptions, addr net.Addr) *urlsafe.HTTPChecker {
	to := netip.MustParseAddrPort(addr.String())
	c := urlsafe.NewHTTPChecker(urlsafe.New(&urlsafe.Policy{Ports: []uint16{to.Port()}}), o)
	c.Permit(func(a netip.AddrPort) bool { return a == to })
	return c
}

func check(t *testing.T, c urlsafe.Checker, address string) urlsafe.Answer {
	t.Helper()
	answer, err := c.CheckURL(t.Context(), address)
	require.NoError(t, err)
	return answer
}

func TestURL_6_a_page_that_answers(t *testing.T) {
	var asked []string
	c, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		require.Empty(t, r.Header.Get("Cookie")+r.Header.Get("Authorization")+r.Header.Get("Referer"))
		require.Equal(t, "chatkernel", r.UserAgent())
		require.Equal(t, "identity", r.Header.Get("Accept-Encoding"))
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	})
	answer := check(t, c, url+"/a//b%2Fc%zz/../d?x=%zz&y#z")
	require.Equal(t, urlsafe.Answer{Final: url + "/a//d?x=%zz&y#z", Status: 200, Reason: urlsafe.Answered}, answer)
	require.True(t, answer.OK())
	check(t, c, url+"//double?")
	require.Equal(t, []string{"HEAD /a//d?x=%zz&y", "HEAD //double?"}, asked, "as the parser has it, byte for byte")
}

func TestURL_6_what_knows_no_HEAD_is_asked_by_GET(t *testing.T) {
	var methods []string
	c, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	require.Equal(t, urlsafe.Answered, check(t, c, url).Reason)
	require.Equal(t, []string{"HEAD", "GET"}, methods)
}

func TestURL_6_each_status_has_its_reason(t *testing.T) {
	c, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		status, err := strconv.Atoi(r.URL.Path[1:])
		require.NoError(t, err)
		w.WriteHeader(status)
	})
	for status, reason := range map[int]urlsafe.Reason{
		200: urlsafe.Answered, 204: urlsafe.Answered, 304: urlsafe.Answered, 300: urlsafe.Redirects, 404: urlsafe.Missing, 410: urlsafe.Missing,
		401: urlsafe.Denied, 403: urlsafe.Denied, 429: urlsafe.Denied, 500: urlsafe.ServerError, 503: urlsafe.ServerError, 999: urlsafe.ServerError,
	} {
		answer := check(t, c, url+"/"+strconv.Itoa(status))
		require.Equal(t, reason, answer.Reason, status)
		require.Equal(t, status, answer.Status)
	}
}

func TestURL_6_redirects_are_followed_a_few_times(t *testing.T) {
	handler := func(w http.ResponseWriter, r *http.Request) {
		require.Empty(t, r.Header.Get("Cookie"), "a cookie of the first answer was sent back")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		n, _ := strconv.Atoi(r.URL.Path[1:])
		if n > 0 {
			w.Header().Set("Location", strconv.Itoa(n-1))
			w.WriteHeader(http.StatusFound)
		}
	}
	c, url := serve(t, nil, handler)
	require.Equal(t, urlsafe.Answer{Final: url + "/0", Status: 200, Reason: urlsafe.Answered}, check(t, c, url+"/5"))
	require.Equal(t, urlsafe.Answer{Final: url + "/1", Status: 302, Reason: urlsafe.Redirects}, check(t, c, url+"/6"))
	c, url = serve(t, &urlsafe.CheckerOptions{MaxRedirects: -1}, handler)
	require.Equal(t, urlsafe.Redirects, check(t, c, url+"/1").Reason)
	require.Equal(t, urlsafe.Answered, check(t, c, url+"/0").Reason)
}

func TestURL_6_a_redirect_has_to_pass_the_same_rules(t *testing.T) {
	location := ""
	c, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	})
	for to, reason := range map[string]urlsafe.Reason{
		"http://127.0.0.1/":                        urlsafe.Private, // not the port that is permitted
		"http://localhost/":                        urlsafe.Private,
		"http://169.254.169.254/latest/meta-data/": urlsafe.Private,
		"http://[::1]/":                            urlsafe.Private,
		"http://[::ffff:10.0.0.1]/":                urlsafe.Private,
		"http://[64:ff9b::a00:1]/":                 urlsafe.Private,
		"http://0x7f.1/":                           urlsafe.Private,
		"http://2130706433/":                       urlsafe.Private,
		`http:\\127.0.0.1\`:                        urlsafe.Private,
		"http://example.com:22/":                   urlsafe.Refused,
		"http://user:secret@example.com/":          urlsafe.Refused,
		"ftp://example.com/":                       urlsafe.Refused,
		"file:///etc/passwd":                       urlsafe.Refused,
		"javascript:alert(1)":                      urlsafe.Refused,
		"gopher://127.0.0.1:6379/_x":               urlsafe.Refused,
		"http://":                                  urlsafe.Redirects,
		"":                                         urlsafe.Redirects,
		"http://example.com/" + strings.Repeat("x", 3000): urlsafe.Refused,
	} {
		location = to
		answer := check(t, c, url)
		require.Equal(t, reason, answer.Reason, to)
		require.NotContains(t, answer.Final, "secret")
	}
}

func TestURL_6_only_public_addresses_are_connected_to(t *testing.T) {
	for text, want := range map[string]bool{
		"1.1.1.1": true, "93.184.216.34": true, "100.63.255.255": true, "100.128.0.1": true, "172.15.0.1": true, "172.32.0.1": true,
		"192.0.1.1": true, "198.17.0.1": true, "198.20.0.1": true, "223.255.255.255": true, "168.63.129.17": true, "9.255.255.255": true,
		"2606:4700::1111": true, "2a00:1450:4001::1": true, "64:ff9b::101:101": true, "::ffff:1.1.1.1": true, "2001:200::1": true, "3ffe::1": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "100.64.0.1": false, "100.100.100.200": false, "100.127.255.255": false,
		"127.0.0.1": false, "127.255.0.1": false, "168.63.129.16": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.0.0.192": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.1.1": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.1": false, "203.0.113.9": false, "224.0.0.1": false, "239.1.1.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:1ff::1": false,
		"2001:db8::1": false, "2002:7f00:1::": false, "2002:101:101::": false, "3fff::1": false, "fc00::1": false, "fd00:ec2::254": false,
		"fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false, "4000::1": false,
	} {
		require.Equal(t, want, urlsafe.Public(netip.MustParseAddr(text)), text)
	}
	require.False(t, urlsafe.Public(netip.MustParseAddr("2606:4700::1111%eth0")), "a zone")
	require.False(t, urlsafe.Public(netip.Addr{}))
}

// A server of names answers with a public address when somebody looks first, and
// with a private one when the connection is made.
func TestURL_6_a_name_that_changes_its_address_changes_nothing(t *testing.T) {
	var reached atomic.Bool
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer s.Close()
	port := netip.MustParseAddrPort(s.Listener.Addr().String()).Port()

	names, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	var asked atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := names.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				return
			}
			m.Response = true
			m.Additionals = nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				asked.Add(1)
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0},
					Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
				}}
			}
			answer, _ := m.Pack()
			_, _ = names.WriteTo(answer, from)
		}
	}()
	c := urlsafe.NewHTTPChecker(urlsafe.New(&urlsafe.Policy{Ports: []uint16{port}}), nil)
	c.Resolve(&net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", names.LocalAddr().String())
	}})
	answer := check(t, c, "http://rebinds.example:"+strconv.Itoa(int(port))+"/")
	require.Equal(t, urlsafe.Private, answer.Reason)
	require.False(t, reached.Load())
	require.NotZero(t, asked.Load(), "the name was not resolved")
	require.NoError(t, names.Close())
	<-done
}

func TestURL_6_an_endless_answer_ends(t *testing.T) {
	limits := &urlsafe.CheckerOptions{Timeout: 100 * time.Millisecond}

	var sent atomic.Int64
	patient := &urlsafe.CheckerOptions{Timeout: time.Minute} // the machine may be busy; what ends it is not the time
	c, url := serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		w.Header().Set("Content-Encoding", "gzip") // a bomb, and without end
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<16)
		for range 1 << 16 {
			if n, err := z.Write(zeros); err != nil {
				return
			} else {
				sent.Add(int64(n))
			}
			_ = z.Flush()
		}
	})
	require.Equal(t, urlsafe.Answered, check(t, c, url).Reason)
	require.Less(t, sent.Load(), int64(1<<32))

	c, url = serve(t, limits, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	require.Equal(t, urlsafe.Answer{Final: url + "/", Reason: urlsafe.Timeout}, check(t, c, url))

	c, url = serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 70<<10))
	})
	require.Equal(t, urlsafe.Unreachable, check(t, c, url).Reason)
}

// raw starts a server that is none of HTTP.
func raw(t *testing.T, serve func(net.Conn)) net.Addr {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return listener.Addr()
}

func TestURL_6_what_is_not_HTTP(t *testing.T) {
	addr := raw(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 ready\r\n"); _, _ = bufio.NewReader(c).ReadByte() })
	require.Equal(t, urlsafe.Unreachable, check(t, reach(t, nil, addr), "http://"+addr.String()).Reason)

	addr = raw(t, func(c net.Conn) { // informational answers without end
		for {
			if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"); err != nil {
				return
			}
		}
	})
	answer := check(t, reach(t, &urlsafe.CheckerOptions{Timeout: 10 * time.Second}, addr), "http://"+addr.String())
	require.False(t, answer.OK())

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	require.Equal(t, urlsafe.Unreachable, check(t, reach(t, nil, closed.Addr()), "http://"+closed.Addr().String()).Reason)
}

func TestURL_6_a_certificate_that_nobody_vouches_for(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.StartTLS()
	defer s.Close()
	require.Equal(t, urlsafe.Insecure, check(t, reach(t, nil, s.Listener.Addr()), s.URL).Reason)
}

func TestURL_6_what_may_not_be_pushed_is_not_asked(t *testing.T) {
	c := urlsafe.NewHTTPChecker(urlsafe.New(nil), nil)
	for _, address := range []string{"", "hello", "ftp://example.com/", "http://user@example.com/", "javascript:alert(1)", "\xff"} {
		_, err := c.CheckURL(t.Context(), address)
		var refused *urlsafe.RefusedError
		require.ErrorAs(t, err, &refused, address)
		require.NotEmpty(t, refused.Findings)
	}
	require.Equal(t, urlsafe.Private, check(t, c, "http://127.0.0.1/").Reason)
	require.Equal(t, urlsafe.Private, check(t, c, "http://[fd00:ec2::254]/").Reason)
	require.Equal(t, urlsafe.Refused, check(t, c, "http://example.com:22/").Reason)
}

func TestURL_6_a_caller_that_gives_up_hears_so(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, url := serve(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := c.CheckURL(ctx, url)
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.CheckURL(ctx, url)
	require.ErrorIs(t, err, context.Canceled)
}
