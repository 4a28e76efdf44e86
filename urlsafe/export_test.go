package urlsafe

import (
	"net"
	"net/netip"
)

// Permit lets a checker in a test connect to what is not public.
func (c *HTTPChecker) Permit(permit func(netip.AddrPort) bool) { c.permit = permit }

// Resolve lets a checker in a test ask another DNS.
func (c *HTTPChecker) Resolve(r *net.Resolver) {
	d := net.Dialer{Control: c.control, KeepAlive: -1, Resolver: r}
	c.transport.DialContext = d.DialContext
}

// Public is public.
var Public = public
