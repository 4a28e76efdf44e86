package gateway

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// errPreflight says that a browser's question was answered, and nothing else is
// to be done.
var errPreflight = errors.New("gateway: preflight")

// origin refuses what a page of another site sends, unless it is listed, and
// answers the browser's question whether it is. A request without an origin is
// not a page's, or a navigation or a plain GET of another site, which browsers
// name in Sec-Fetch-Site.
func (g *Gateway) origin(w http.ResponseWriter, r *http.Request) error {
	origin := r.Header.Get("Origin")
	w.Header().Add("Vary", "Origin")
	if origin == "" {
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			return errOrigin
		}
		return nil
	}
	if sameOrigin(r, origin) {
		return nil
	}
	if !slices.Contains(g.opt.Origins, origin) {
		return errOrigin
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", "Retry-After")
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key, Last-Event-ID, Authorization")
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
		return errPreflight
	}
	return nil
}

// sameOrigin compares hosts. The scheme counts where the connection itself is
// encrypted; behind a proxy nobody knows it.
func sameOrigin(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || r.TLS != nil && u.Scheme != "https" {
		return false
	}
	return strings.EqualFold(u.Host, r.Host)
}
