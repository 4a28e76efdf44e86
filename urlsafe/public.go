package urlsafe

import "net/netip"

// public reports whether an address is one of the public internet: whoever
// connects to it does not end up in the network of the process, in that of its
// provider, or with itself. The ranges are those of the IANA registries of
// special-purpose addresses (RFC 6890), and what clouds have put among the public
// ones.
func public(addr netip.Addr) bool {
	if addr.Zone() != "" {
		return false
	}
	if addr = addr.Unmap(); addr.Is4() { // ::ffff:0:0/96 is IPv4 in other words
		return public4(addr.As4())
	}
	b := addr.As16()
	if [12]byte(b[:12]) == nat64 {
		return public4([4]byte(b[12:]))
	}
	switch {
	case b[0]&0xe0 != 0x20: // outside 2000::/3, all that is given out: loopback, unique local, link-local, multicast, NAT64 of one's own
	case b[0] == 0x20 && b[1] == 0x01 && b[2] < 2: // 2001::/23, protocols; Teredo's tunnels
	case b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8: // 2001:db8::/32, documentation
	case b[0] == 0x20 && b[1] == 0x02: // 2002::/16, tunnels of 6to4
	case b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10: // 3fff::/20, documentation
	default:
		return true
	}
	return false
}

// nat64 is 64:ff9b::/96, by which a network without IPv4 reaches all of IPv4.
var nat64 = [12]byte{0, 0x64, 0xff, 0x9b}

func public4(b [4]byte) bool {
	switch {
	case b[0] == 0, b[0] == 10, b[0] == 127: // this network, private, loopback
	case b[0] == 100 && b[1]&0xc0 == 64: // 100.64/10, shared by a provider's customers; a metadata service too
	case b == [4]byte{168, 63, 129, 16}: // the host of Azure's virtual machines
	case b[0] == 169 && b[1] == 254: // link-local; metadata services
	case b[0] == 172 && b[1]&0xf0 == 16: // 172.16/12, private
	case b[0] == 192 && b[1] == 0 && (b[2] == 0 || b[2] == 2): // protocols and a metadata service, documentation
	case b[0] == 192 && b[1] == 88 && b[2] == 99: // relays of 6to4
	case b[0] == 192 && b[1] == 168: // private
	case b[0] == 198 && b[1]&0xfe == 18: // 198.18/15, measurements
	case b[0] == 198 && b[1] == 51 && b[2] == 100, b[0] == 203 && b[1] == 0 && b[2] == 113: // documentation
	case b[0] >= 224: // multicast, reserved, broadcast
	default:
		return true
	}
	return false
}
