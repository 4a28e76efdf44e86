package chatxml

import (
	"cmp"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// speaker is whose event it is: the system where nobody has joined under the id.
func (im *importer) speaker(e *Element) (*participation, interaction.PartyID) {
	if p := im.parts[e.Attr("userId")]; p != nil {
		return p, p.party
	}
	return nil, interaction.System
}

// message is what somebody wrote. Stray text beside msgText is not part of it.
func (im *importer) message(e *Element) {
	body := e.Child("msgText")
	text := clean(body.Text())
	if strings.TrimSpace(text) == "" {
		return
	}
	p, by := im.speaker(e)
	im.say(p, by, visibilityOf(e), text, by == interaction.System || strings.EqualFold(body.Attr("treatAs"), "SYSTEM"))
}

func (im *importer) say(p *participation, by interaction.PartyID, v visibility, text string, automatic bool) {
	if automatic {
		im.emit(by, im.audience(p, v), &interaction.Announced{Message: interaction.Information, Text: text})
		return
	}
	im.emit(by, im.audience(p, v), &interaction.Said{Text: text})
}

// notice is what a log has an event for. Custom notices are for programs, and
// hold once more what a bot wrote.
func (im *importer) notice(e *Element) {
	body := e.Child("noticeText")
	sort := cmp.Or(body.Attr("noticeType"), e.Attr("noticeType"))
	text := strings.TrimSpace(clean(body.Text()))
	p, by := im.speaker(e)
	to := im.audience(p, visibilityOf(e))
	switch strings.ToUpper(sort) {
	case "IDLE_CONTROL_ALERT":
		im.emit(interaction.System, to, &interaction.Announced{Message: interaction.InactivityWarning, Text: text})
	case "IDLE_CONTROL_CLOSE":
		im.idle = true
		im.emit(interaction.System, to, &interaction.Announced{Message: interaction.InactivityEnd, Text: text})
	case pushURL:
		if text == "" {
			return
		}
		if im.links == nil {
			im.links = urlsafe.New(nil)
		}
		link, err := im.links.Check(text)
		if err != nil || by == interaction.System {
			im.say(p, by, visibilityOf(e), text, by == interaction.System)
			return
		}
		im.emit(by, to, &interaction.URLPushed{URL: link.Href, Text: "Please navigate to the link: " + link.Href})
	}
}
