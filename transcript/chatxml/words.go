package chatxml

import (
	"strings"
	"unicode"

	"github.com/chatkernel/chatkernel/interaction"
)

// The words of the format.
const (
	newParty  = "newParty"
	message   = "message"
	notice    = "notice"
	partyLeft = "partyLeft"
)

// A visibility is who sees an event: a higher one is for fewer.
type visibility uint8

const (
	toAll visibility = iota // the contact too
	toInt                   // agents and supervisors
	toVip                   // supervisors
)

var visibilityNames = [...]string{"ALL", "INT", "VIP"}

func (v visibility) String() string { return visibilityNames[v] }

// visibilityOf reads an element's visibility. One that is missing is internal
// and one that is not known is for supervisors, so that nothing comes to the
// contact by mistake.
func visibilityOf(e *Element) visibility {
	switch strings.ToUpper(e.Attr("visibility")) {
	case "ALL":
		return toAll
	case "INT", "":
		return toInt
	}
	return toVip
}

// visibilityFor is the visibility that an audience has in the format. What one
// consultation sees is internal.
func visibilityFor(s interaction.Scope) visibility {
	switch s {
	case interaction.Everyone:
		return toAll
	case interaction.Supervisors:
		return toVip
	}
	return toInt
}

// A reason is the code of a partyLeft.
type reason int

const (
	leftItself   reason = iota // no code is written
	closeIfAlone               // left, and closed the chat if no agent remained
	closeForced                // left, and closed the chat
	disconnected               // the connection was lost
	removed                    // by another party
	stopped                    // by the server
	_
	inactivity // of the whole chat
	notRestored
)

var reasonTexts = map[reason]string{
	leftItself:   "left",
	closeIfAlone: "left with request to close if no agents",
	closeForced:  "left with request to close forcedly",
	disconnected: "left due to disconnect",
	removed:      "removed by other party",
	inactivity:   "left due to inactivity",
}

// leaving is what a reason says in a log of this library.
func (r reason) leaving(bySelf bool) interaction.Leaving {
	switch r {
	case disconnected, notRestored:
		return interaction.ConnectionLost
	case removed, stopped:
		if !bySelf {
			return interaction.WasRemoved
		}
	}
	return interaction.ByItself
}

// reasonOf is the code for a leaving.
func reasonOf(why interaction.Leaving) reason {
	switch why {
	case interaction.ConnectionLost:
		return disconnected
	case interaction.WasRemoved:
		return removed
	}
	return leftItself
}

// clean takes out of a text what a message of this library never holds:
// control characters but newline and tab (MSG-8).
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// oneLine is a name or a key on one line.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// reasonElement holds why somebody left, pushURL is the type of a notice that
// holds a page's address.
const (
	reasonElement = "reason"
	pushURL       = "PUSH_URL"
)
