package chatxml

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

var internal = interaction.Audience{Scope: interaction.Internal}

// A kind is what a participant of a transcript is.
type kind uint8

const (
	bot kind = iota // external parties too, and what is not known
	client
	agent
	supervisor
	system // the server itself, no party here
)

// kindOf is what joins with a newParty. A bot has the agents' user type, and is
// known by its style or, of old, by having no person.
func kindOf(e *Element) kind {
	info := e.Child("userInfo")
	if info == nil {
		return bot
	}
	switch strings.ToUpper(info.Attr("userType")) {
	case "CLIENT":
		return client
	case "SUPERVISOR":
		return supervisor
	case "SYSTEM":
		return system
	case "AGENT":
		if info.Attr("personId") != "" && !styledBot(e.Child("userData")) && !styledBot(e.Child("eventAttributes")) {
			return agent
		}
	}
	return bot
}

// styledBot reports whether the items say that a party is a bot:
// GCTI_Chat_PartyStyle, or style in the lists of the event's attributes.
func styledBot(items *Element) bool {
	if items == nil {
		return false
	}
	for item := range items.Elements() {
		key := item.Attr("key")
		if (key == "GCTI_Chat_PartyStyle" || key == "style") && strings.EqualFold(strings.TrimSpace(item.Text()), "BOT") {
			return true
		}
		if styledBot(item) {
			return true
		}
	}
	return false
}

// caseData is what a contact brought along: the subject, and the texts under
// keys that are no words of the protocol. Lists are only kept.
func caseData(e *Element) (subject string, fields []interaction.Field) {
	data := e.Child("userData")
	if data == nil {
		return "", nil
	}
	for item := range data.Elements() {
		key, text := oneLine(item.Attr("key")), clean(item.Text())
		isText := item.Attr("type") == "" || strings.EqualFold(item.Attr("type"), "string")
		if key == "" || len(key) > 200 || len(text) > 4000 || !isText || item.Child("item") != nil || strings.HasPrefix(key, "GCTI_") {
			continue
		}
		if strings.EqualFold(key, "Subject") && subject == "" {
			subject = strings.TrimSpace(text)
			continue
		}
		if slices.ContainsFunc(fields, func(f interaction.Field) bool { return f.Key == key }) {
			continue
		}
		if len(fields) == maxCaseData {
			break
		}
		fields = append(fields, interaction.Field{Key: key, Value: interaction.Value{Text: text}})
	}
	return subject, fields
}

// partyID is a role with a name behind it: a name that is too long is
// represented by its digest.
func partyID(role, name string) interaction.PartyID {
	if id := interaction.PartyID(role + name); id.Valid() {
		return id
	}
	sum := sha256.Sum256([]byte(name))
	return interaction.PartyID(role + hex.EncodeToString(sum[:16]))
}

// A participation is what one userId stands for.
type participation struct {
	party interaction.PartyID
	kind  kind
	how   presence
	sees  visibility    // with which it joined
	with  *consultation // of one who is consulted
	open  bool
}

// A presence is how a participation takes part.
type presence uint8

const (
	noPresence presence = iota // it makes no difference
	inChat
	consulted
	watching
)

// A consultation is what an agent who joined unseen by the contact takes part in.
type consultation struct {
	id        string
	initiator interaction.PartyID
	target    interaction.PartyID
	over      bool
}

func (c *consultation) audience() interaction.Audience {
	return interaction.Audience{Scope: interaction.OneConsultation, Consultation: c.id}
}

// audience is who sees an event of a participation; nil is nobody that is known.
func (im *importer) audience(p *participation, v visibility) interaction.Audience {
	if v == toAll {
		return interaction.Audience{}
	}
	if p != nil && p.with != nil {
		return p.with.audience()
	}
	if v == toVip {
		a := interaction.Audience{Scope: interaction.Supervisors}
		if p != nil && p.kind == agent {
			a.To = p.party // who wrote it knows it
		}
		return a
	}
	if p != nil && p.how == inChat {
		for _, c := range slices.Backward(im.order) {
			if c.initiator == p.party && !c.over {
				return c.audience()
			}
		}
	}
	return internal
}

// newParty is somebody's joining.
func (im *importer) newParty(e *Element) error {
	if im.joined++; im.joined > maxParticipations {
		return fmt.Errorf("chatxml: import: more than %d participations: %w", maxParticipations, ErrTooMany)
	}
	info := e.Child("userInfo")
	p := &participation{kind: kindOf(e), sees: visibilityOf(e), open: true}
	if old := im.parts[e.Attr("userId")]; old != nil {
		old.open = false // its id is used again
	}
	im.parts[e.Attr("userId")] = p
	nick := oneLine(info.Attr("userNick"))
	var err error
	if p.party, err = im.identify(p.kind, info, e.Attr("userId"), nick); err != nil {
		return err
	}
	switch {
	case p.kind == system:
	case p.kind == client:
		im.contactLeft = false
		im.enter(p, nick, false, interaction.ForInbound)
	case p.kind == bot:
		im.enter(p, nick, false, interaction.ForInbound)
	case p.sees == toAll:
		im.agentEnters(p, nick)
	case p.kind == supervisor:
		im.watches(p, nick)
	default:
		im.consults(p, nick)
	}
	if len(im.state.Parties) > maxParties || len(im.order) > maxConsultations {
		return fmt.Errorf("chatxml: import: more than %d parties or %d consultations: %w", maxParties, maxConsultations, ErrTooMany)
	}
	return nil
}

// identify is the party that joins.
func (im *importer) identify(k kind, info *Element, userID, nick string) (interaction.PartyID, error) {
	person := oneLine(info.Attr("personId"))
	program := nick
	if t := strings.ToUpper(info.Attr("userType")); t != "EXTERNAL" && t != "AGENT" {
		program = "" // perhaps a person, whose name must not become an id: ids outlast an erasure (HIST-7)
	}
	name := cmp.Or(person, program, oneLine(userID), "unknown")
	id := partyID("bot:", name)
	switch k {
	case client:
		return im.contact, nil
	case system:
		return interaction.System, nil
	case agent:
		id = partyID("agent:", name)
	case supervisor:
		id = partyID("supervisor:", name)
	}
	if im.opt.Party == nil {
		return id, nil
	}
	given := im.opt.Party(Participant{ID: id, PersonID: person, Nick: nick, UserType: info.Attr("userType")})
	if given == "" {
		return id, nil
	}
	if !given.Valid() || given.Role() != id.Role() {
		return "", fmt.Errorf("chatxml: import: %q for %q: %w", given, id, ErrParty)
	}
	return given, nil
}

// enter puts a party into the chat.
func (im *importer) enter(p *participation, nick string, owner bool, via interaction.Purpose) {
	p.how = inChat
	im.emit(p.party, im.audience(p, p.sees), &interaction.Joined{Party: p.party, Name: nick, Owner: owner, Via: via})
}

// agentEnters puts an agent into the chat, as its owner if there is none.
func (im *importer) agentEnters(p *participation, nick string) {
	im.idle = false
	owner, via := len(im.staff) == 0, interaction.ForConference
	switch {
	case owner && im.handedOver:
		via = interaction.ForTransfer
	case owner && im.state.LastOwner == p.party:
		via = interaction.ForRejoin
	case owner:
		via = interaction.ForInbound
	case p.kind == supervisor:
		via = interaction.ForBargeIn
	}
	im.handedOver = false
	if slices.Contains(im.staff, p.party) {
		owner = im.state.Owner == p.party
	} else {
		im.staff = append(im.staff, p.party)
	}
	im.enter(p, nick, owner, via)
}

// watches lets a supervisor watch, or coach. One who is in the chat anyway goes
// on being it.
func (im *importer) watches(p *participation, nick string) {
	if slices.Contains(im.staff, p.party) {
		return
	}
	p.how = watching
	im.emit(p.party, im.audience(p, p.sees), &interaction.Watching{
		Party: p.party, Name: nick, Coaching: p.sees == toInt, Hidden: p.sees == toVip,
	})
}

// consults opens a consultation of the owner with an agent, or of the system
// while there is no owner. An owner cannot consult itself, and a second participation of a consulted agent takes part
// in the consultation that there is.
func (im *importer) consults(p *participation, nick string) {
	initiator := cmp.Or(im.state.Owner, interaction.System)
	if initiator == p.party {
		return
	}
	p.how = consulted
	for _, c := range im.order {
		if c.target == p.party && c.initiator == initiator && !c.over {
			p.with = c
			return
		}
	}
	c := &consultation{id: "imported-" + strconv.Itoa(len(im.order)+1), initiator: initiator, target: p.party}
	im.order = append(im.order, c)
	p.with = c
	asked := c.audience()
	asked.To = p.party
	im.emit(initiator, asked, &interaction.Invited{
		Invitation: c.id, Purpose: interaction.ForConsultation, Target: interaction.Target(p.party), Agent: p.party, AgentName: nick,
		Consultation: c.id,
	})
	im.emit(p.party, c.audience(), &interaction.ConsultationJoined{
		Consultation: c.id, Invitation: c.id, Party: p.party, Name: nick,
	})
}

func (im *importer) endConsultation(c *consultation, by interaction.PartyID, why interaction.ConsultationEnding) {
	if c.over {
		return
	}
	c.over = true
	im.emit(by, c.audience(), &interaction.ConsultationEnded{Consultation: c.id, Why: why})
}

// partyLeft is somebody's leaving. It makes a record when it was the party's
// last participation of the sort.
func (im *importer) partyLeft(i int, e *Element) {
	p := im.parts[e.Attr("userId")]
	if p == nil || !p.open {
		return
	}
	p.open = false
	for _, other := range im.parts {
		if other.open && other.party == p.party && other.how == p.how && other.with == p.with {
			return
		}
	}
	code := leftItself
	if n, err := strconv.Atoi(e.Child(reasonElement).Attr("code")); err == nil {
		code = reason(n)
	}
	if code == inactivity {
		im.idle = true
	}
	by, bySelf := im.asker(p, e, code)
	switch p.how {
	case consulted:
		if by == interaction.System {
			by = p.party
		}
		im.endConsultation(p.with, by, interaction.EndedBySide)
	case watching:
		if s := im.state.Party(p.party); s != nil && (s.Presence == interaction.Monitoring || s.Presence == interaction.Coaching) {
			im.emit(by, im.audience(p, max(p.sees, visibilityOf(e))), &interaction.WatchingEnded{Party: p.party})
		}
	case inChat:
		im.leaves(i, e, p, by, code, bySelf)
	}
}

// asker is who made a party leave.
func (im *importer) asker(p *participation, e *Element, code reason) (by interaction.PartyID, bySelf bool) {
	id := e.Attr("askerId")
	if id == "" || id == e.Attr("userId") {
		switch code {
		case disconnected, stopped, inactivity, notRestored:
			return interaction.System, id != ""
		}
		return p.party, true
	}
	if asker := im.parts[id]; asker != nil {
		return asker.party, asker.party == p.party
	}
	return interaction.System, false
}

// leaves takes a party out of the chat.
func (im *importer) leaves(i int, e *Element, p *participation, by interaction.PartyID, code reason, bySelf bool) {
	why := code.leaving(bySelf)
	if p.kind == client {
		im.contactLeft = why != interaction.WasRemoved
	}
	if at := slices.Index(im.staff, p.party); at >= 0 {
		for _, c := range im.order {
			if c.initiator == p.party {
				im.endConsultation(c, p.party, interaction.EndedByLeaving)
			}
		}
		im.staff = slices.Delete(im.staff, at, at+1)
		switch {
		case im.state.Owner != p.party:
		case len(im.staff) > 0:
			im.emit(by, internal, &interaction.OwnerChanged{Owner: im.staff[0]})
		case code == leftItself && bySelf && im.taken(i, p):
			why, im.handedOver = interaction.AfterTransfer, true
		}
	}
	im.emit(by, im.audience(p, max(p.sees, visibilityOf(e))), &interaction.Left{Party: p.party, Why: why})
}

// taken reports whether another agent came after the one who left, while the
// contact was still there: the gap of a transfer.
func (im *importer) taken(i int, p *participation) bool {
	for _, next := range im.events[i+1:] {
		e := next.node.Element
		if e == nil {
			continue
		}
		switch e.Name {
		case partyLeft:
			if other := im.parts[e.Attr("userId")]; other != nil && other.kind == client {
				return false
			}
		case newParty:
			k := kindOf(e)
			if (k != agent && k != supervisor) || visibilityOf(e) != toAll {
				continue
			}
			info := e.Child("userInfo")
			id, err := im.identify(k, info, e.Attr("userId"), oneLine(info.Attr("userNick")))
			return err == nil && id != p.party
		}
	}
	return false
}
