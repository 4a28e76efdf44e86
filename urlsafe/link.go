package urlsafe

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/urlsafe/internal/web"
)

// A Link is an address that was found in a text. What is shown (Text, Tooltip),
// what was judged and what a click opens (Href) come from one parsed address.
//
// As JSON it has the names below; kinds, levels and codes are words.
type Link struct {
	// Start and End are byte offsets of what is written in the text, half open
	// and on borders of runes.
	Start int  `json:"start"`
	End   int  `json:"end"`
	Kind  Kind `json:"kind"`

	// Href is what a click opens, serialised by the URL standard and so all
	// ASCII. It never holds a user name or a password; a browser would show
	// neither. It is empty for a blocked link, which nothing may open.
	Href string `json:"href,omitempty"`
	// Text is the address as a person is shown it: the host in Unicode where that
	// deceives nobody, else in ASCII; percent-encoding undone where that stays
	// visible; nothing invisible; a number as "+14155550123". It is no longer
	// than [Policy.Width].
	Text string `json:"text"`
	// Tooltip is the whole actual address (URL-2), all ASCII: Href, also where
	// the link is blocked.
	Tooltip string `json:"tooltip"`

	Level    Level     `json:"level"`
	Findings []Finding `json:"findings,omitempty"` // nil if there is nothing to say
}

// A Kind is what a link opens.
type Kind uint8

// The kinds of links.
const (
	Web   Kind = iota // a page, or what else a scheme with a host opens
	Mail              // a click starts an e-mail (URL-4)
	Phone             // a click starts a call (URL-4)
)

var kinds = [...]string{"web", "mail", "phone"}

// String gives the kind's word: "web", "mail" or "phone".
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText gives the kind's word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's word.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, word := range kinds {
		if string(text) == word {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("urlsafe: unknown kind %.20q", text)
}

// A Level says how a link is to be treated (URL-3).
type Level uint8

// The levels of links, from good to bad.
const (
	OK         Level = iota // what is written is where it goes
	Suspicious              // it works; a person should see the findings before
	Blocked                 // it is no link: it has no Href and is drawn as text
)

var levels = [...]string{"ok", "suspicious", "blocked"}

// String gives the level's word: "ok", "suspicious" or "blocked".
func (l Level) String() string {
	if int(l) < len(levels) {
		return levels[l]
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// MarshalText gives the level's word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a level's word.
func (l *Level) UnmarshalText(text []byte) error {
	for i, word := range levels {
		if string(text) == word {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("urlsafe: unknown level %.20q", text)
}

// A Finding is one thing about a link that a person should know.
type Finding struct {
	Code Code `json:"code"`
	// Sentence says it in English, for a person who does not know what a URL
	// consists of. It is made from the parsed address and all ASCII.
	Sentence string `json:"sentence"`
}

// A Code names a kind of finding. The values are stable, so that a host can have
// its own sentences for them.
type Code string

// What can be found about a link.
const (
	MixedScript     Code = "mixed-script"     // the host has letters of scripts that are not written together
	OddLetters      Code = "odd-letters"      // the host has letters that are shown to nobody, or where they do not belong
	LookAlike       Code = "look-alike"       // the host looks like one of a protected domain
	UserName        Code = "user-name"        // there is a user name before the host
	UnusualPort     Code = "unusual-port"     // another port than [Policy.Ports]
	EncodedHost     Code = "encoded-host"     // the host is not written as it is
	OddIP           Code = "odd-ip"           // an IP address in an unusual notation
	OtherHost       Code = "other-host"       // the text in front of the address names another host
	ForbiddenScheme Code = "forbidden-scheme" // not one of [Policy.Schemes]: blocked
	Invisible       Code = "invisible"        // characters that are not seen, or that turn the direction of writing
	TooLong         Code = "too-long"         // longer than [Policy.MaxLength], or [Policy.MaxPush]: blocked
	DeceptivePath   Code = "deceptive-path"   // what comes after the host is made to look like a host or like something else
	Malformed       Code = "malformed"        // not an address at all; only what is pushed or checked
)

// Shorten gives the link's Text with at most limit runes. It cuts the path from
// its end, then the host from its front, and never cuts the registrable domain
// ("example.co.uk"), even if that alone is longer; what was cut is an ellipsis.
// So a short text never ends within a host, where it could seem to be another.
// Numbers and what is short enough are not cut.
func (l Link) Shorten(limit int) string {
	if limit <= 0 || utf8.RuneCountInString(l.Text) <= limit || l.Kind == Phone {
		return l.Text
	}
	if l.Kind == Mail {
		local, rest, found := strings.Cut(l.Text, "@")
		if !found {
			return l.Text
		}
		domain, tail, _ := strings.Cut(rest, "?")
		if tail != "" {
			tail = "?…"
		}
		if room := limit - utf8.RuneCountInString("@"+domain+tail); room > 1 && utf8.RuneCountInString(local) > room {
			local = cut(local, room)
		}
		return local + "@" + domain + tail
	}
	u, err := web.Parse(l.Tooltip)
	if err != nil || !u.HasHost() {
		return cut(l.Text, limit)
	}
	begin := strings.Index(l.Text, "://") + len("://")
	end := begin + strings.IndexAny(l.Text[begin:]+"/", "/?#")
	origin, path := l.Text[:end], l.Text[end:]
	if room := limit - utf8.RuneCountInString(origin); room >= 2 {
		return origin + cut(path, room)
	}
	if path != "" {
		path = "/…"
	}
	server := l.Text[begin:end]
	labels := strings.Count(web.Registrable(u.Hostname()), ".") + 1
	keep := len(server)
	for ; labels > 0; labels-- {
		if keep = strings.LastIndexByte(server[:keep], '.'); keep < 0 {
			break
		}
	}
	if keep > 0 && utf8.RuneCountInString(origin+path) > limit {
		server = "…" + server[keep:]
	}
	return l.Text[:begin] + server + path
}

// cut gives the first runes of a text and an ellipsis, limit in all, or all of it.
func cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	n := 0
	for i := range text {
		if n++; n == limit {
			return text[:i] + "…"
		}
	}
	return text
}
