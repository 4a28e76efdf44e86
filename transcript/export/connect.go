package export

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel/transcript"
)

// Connect writes the chat in the shape of the transcripts that Amazon Connect
// stores for chats, for tools that read those (HIST-6). It is one JSON object
// with Version "2019-08-26", ContactId and InitialContactId (both the chat's id),
// Participants, and a Transcript of items in order, an item a line.
//
//	what the viewer sees          item
//	message, pushed page          MESSAGE, text/plain
//	automatic message             MESSAGE, text/plain, by the participant SYSTEM_MESSAGE
//	file                          ATTACHMENT; its status is APPROVED, IN_PROGRESS or REJECTED
//	joined, left the chat         EVENT …participant.joined, …participant.left
//	asked into the chat           EVENT …participant.invited
//	transfer accepted, refused    EVENT …transfer.succeeded, …transfer.failed
//	end of the chat               EVENT …chat.ended
//
// The roles are CUSTOMER, AGENT, SUPERVISOR, CUSTOM_BOT and SYSTEM. Ids of items
// and participants look like the format's own; they are made from the chat's id
// and from numbers that are the viewer's own, so they stay the same and count
// nothing that is hidden.
//
// These have no counterpart and are left out: messages that are not for
// everyone (a reader of this format would take them for words to the customer),
// consultations, watching, changes of the owner, lost connections, read
// positions, notes, dispositions, case data and links. AWSAccountId and
// InstanceId are not written. Content longer than the format's 16,384 characters
// is written whole.
func Connect(w io.Writer, c *Chat) error {
	x := connector{sink: newSink(w), chat: c, invited: make(map[string]string), parties: make(map[participantKey]string)}
	id, err := json.Marshal(c.ID)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	x.put(`{"Version":"2019-08-26","ContactId":`, string(id), `,"InitialContactId":`, string(id), `,"Participants":[`)
	if err := x.participants(); err != nil {
		return err
	}
	x.put("],\"Transcript\":[")
	x.first = true
	for i := range c.Entries {
		for _, item := range x.items(&c.Entries[i]) {
			if err := x.value(item); err != nil {
				return err
			}
		}
		if !x.rest() {
			return x.err
		}
	}
	x.put("\n]}\n")
	return x.flush()
}

// What the format calls things.
const (
	eventPrefix   = "application/vnd.amazonaws.connect.event."
	systemName    = "SYSTEM_MESSAGE"
	contentText   = "text/plain"
	typeMessage   = "MESSAGE"
	typeEvent     = "EVENT"
	typeFile      = "ATTACHMENT"
	connectMillis = "2006-01-02T15:04:05.000Z"
)

// An item is one of the format's transcript.
type item struct {
	AbsoluteTime    string
	Attachments     []attachment `json:",omitempty"`
	Content         string       `json:",omitempty"`
	ContentType     string       `json:",omitempty"`
	DisplayName     string       `json:",omitempty"`
	ID              string       `json:"Id"`
	ParticipantID   string       `json:"ParticipantId,omitempty"`
	ParticipantRole string       `json:",omitempty"`
	Type            string
}

type attachment struct {
	AttachmentID   string `json:"AttachmentId"`
	AttachmentName string
	ContentType    string `json:",omitempty"`
	Status         string
}

type participant struct {
	DisplayName     string `json:",omitempty"`
	ParticipantID   string `json:"ParticipantId"`
	ParticipantRole string
}

// A connector writes the format.
type connector struct {
	*sink
	chat    *Chat
	first   bool              // nothing stands before the next value
	invited map[string]string // purposes of invitations
	parties map[participantKey]string
}

// A participantKey is who somebody is for the viewer.
type participantKey struct {
	role   string
	colour int
}

// value writes one element of an array.
func (x *connector) value(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if !x.first {
		x.put(",")
	}
	x.first = false
	x.put("\n")
	x.out = append(x.out, b...)
	return nil
}

// participants writes who wrote, came or left, in that order.
func (x *connector) participants() error {
	x.first = true
	written := make(map[string]bool)
	for i := range x.chat.Entries {
		for _, it := range x.items(&x.chat.Entries[i]) {
			if it.ParticipantID == "" || written[it.ParticipantID] {
				continue
			}
			written[it.ParticipantID] = true
			if err := x.value(participant{it.DisplayName, it.ParticipantID, it.ParticipantRole}); err != nil {
				return err
			}
		}
		if !x.rest() {
			return x.err
		}
	}
	return nil
}

// items are what an entry is in the format: none, one, or two for somebody who
// joins by a transfer.
func (x *connector) items(e *transcript.Entry) []item {
	if e.Audience != "everyone" && (e.Audience != "internal" || e.Kind != transcript.Invitation) {
		return nil
	}
	who := e.From
	if e.About != nil {
		who = *e.About
	}
	switch e.Kind {
	case transcript.Message, transcript.Link:
		return []item{x.item(e, typeMessage, contentText, e.Text, e.From)}
	case transcript.Automatic:
		return []item{x.item(e, typeMessage, contentText, e.Text, transcript.Who{Colour: -1, Name: systemName, Role: "system"})}
	case transcript.File:
		it := x.item(e, typeFile, "", "", e.From)
		it.Attachments = x.attachments(e.Data.File)
		return []item{it}
	case transcript.Join:
		joined := x.item(e, typeEvent, eventPrefix+"participant.joined", "", who)
		if e.Data.Via != "transfer" {
			return []item{joined}
		}
		moved := x.item(e, typeEvent, eventPrefix+"transfer.succeeded", "", who)
		moved.ID = x.id("transfer", strconv.FormatUint(e.Position, 10))
		return []item{joined, moved}
	case transcript.Leave:
		return []item{x.item(e, typeEvent, eventPrefix+"participant.left", "", who)}
	case transcript.Invitation:
		return x.invitation(e)
	case transcript.Phase:
		if e.Data.Event == "ended" {
			it := x.item(e, typeEvent, eventPrefix+"chat.ended", "", e.From)
			it.DisplayName, it.ParticipantID, it.ParticipantRole = "", "", ""
			return []item{it}
		}
	}
	return nil
}

// invitation is what somebody's being asked into the chat is in the format. It
// is nobody's own: who was asked need not come.
func (x *connector) invitation(e *transcript.Entry) []item {
	d := &e.Data
	kind := ""
	switch {
	case d.Purpose == "transfer" || d.Purpose == "conference":
		x.invited[d.Invitation] = d.Purpose
		kind = "participant.invited"
	case d.Event == "invitation-closed" && x.invited[d.Invitation] == "transfer":
		kind = "transfer.failed"
	default:
		return nil
	}
	it := x.item(e, typeEvent, eventPrefix+kind, "", e.From)
	it.DisplayName, it.ParticipantID, it.ParticipantRole = "", "", ""
	return []item{it}
}

func (x *connector) item(e *transcript.Entry, kind, contentType, content string, who transcript.Who) item {
	return item{
		AbsoluteTime: e.At.UTC().Truncate(time.Millisecond).Format(connectMillis), Type: kind, ContentType: contentType, Content: content,
		ID: x.id("item", strconv.FormatUint(e.Position, 10)), ParticipantID: x.party(connectRole(who.Role), who.Colour),
		ParticipantRole: connectRole(who.Role), DisplayName: who.Name,
	}
}

func (x *connector) attachments(f *transcript.FileData) []attachment {
	if f == nil {
		return nil
	}
	a := attachment{AttachmentID: f.ID, AttachmentName: f.Name, ContentType: f.Type, Status: "REJECTED"}
	for i := range x.chat.Files {
		if x.chat.Files[i].ID == f.ID {
			f = &x.chat.Files[i].FileData // a later verdict
		}
	}
	switch f.Verdict {
	case "available":
		a.Status = "APPROVED"
	case "pending-scan":
		a.Status = "IN_PROGRESS"
	}
	return []attachment{a}
}

func connectRole(role string) string {
	switch role {
	case "contact":
		return "CUSTOMER"
	case "agent":
		return "AGENT"
	case "supervisor":
		return "SUPERVISOR"
	case "bot":
		return "CUSTOM_BOT"
	}
	return "SYSTEM"
}

// id makes an id of the format's shape: a UUID of version 8.
func (x *connector) id(kind, number string) string {
	sum := sha256.Sum256([]byte(x.chat.ID + "\x00" + kind + "\x00" + number))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	var out [36]byte
	text := out[:0]
	for i, b := range sum[:16] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, []byte{b})
	}
	return string(text)
}

// party is the id of a participant.
func (x *connector) party(role string, colour int) string {
	key := participantKey{role, colour}
	id, ok := x.parties[key]
	if !ok {
		id = x.id(role, strconv.Itoa(colour))
		x.parties[key] = id
	}
	return id
}
