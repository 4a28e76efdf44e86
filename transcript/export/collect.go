package export

import (
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A collector makes a chat from what is shown, record by record.
type collector struct {
	view transcript.View
	chat Chat
	ids  []interaction.PartyID // of the chat's parties, as they are shown
}

func (c *collector) add(shown *interaction.Shown) {
	e := c.view.Entry(shown)
	e.At = e.At.UTC()
	if e.Data.At != nil {
		at := e.Data.At.UTC()
		e.Data.At = &at
	}
	if c.chat.Started.IsZero() {
		c.chat.Started = e.At
	}
	c.chat.Entries = append(c.chat.Entries, e)
	who := e.From
	if e.About != nil {
		who = *e.About
	}
	chat := &c.chat
	switch ev := shown.Event.(type) {
	case *interaction.Started:
		chat.Subject, chat.Channel, chat.Contact = ev.Subject, ev.Channel, e.Data.Contact
		for _, f := range ev.CaseData {
			c.field(f.Key, f.Value)
		}
	case *interaction.Joined:
		c.joined(ev.Party, who, "chat", e.At)
		if ev.Owner {
			c.owns(ev.Party)
		}
	case *interaction.Watching:
		c.joined(ev.Party, who, "watch", e.At)
	case *interaction.ConsultationJoined:
		c.joined(ev.Party, who, "consultation", e.At)
	case *interaction.Left:
		c.left(ev.Party, e.At)
	case *interaction.WatchingEnded:
		c.left(ev.Party, e.At)
	case *interaction.OwnerChanged:
		c.owns(ev.Owner)
	case *interaction.Ended:
		chat.Ended, chat.EndedWhy = e.At, e.Data.Why
	case *interaction.DispositionSet:
		chat.Dispositions = append(chat.Dispositions, Disposition{e.At, e.From, ev.Code, e.Data.Label})
	case *interaction.NoteSet:
		chat.Notes = append(chat.Notes, Note{e.At, e.From, ev.Text})
	case *interaction.CaseDataSet:
		if ev.Deleted {
			chat.CaseData = slices.DeleteFunc(chat.CaseData, func(f Field) bool { return f.Key == ev.Key })
		} else {
			c.field(ev.Key, ev.Value)
		}
	case *interaction.ContactAssigned:
		chat.Contact = e.Data.Contact
	case *interaction.FileSent:
		chat.Files = append(chat.Files, File{*e.Data.File, e.At, e.From})
	case *interaction.FileJudged:
		for i := range chat.Files {
			if f := &chat.Files[i]; f.ID == ev.File {
				f.Verdict, f.Code, f.Reason = e.Data.File.Verdict, e.Data.File.Code, e.Data.File.Reason
			}
		}
	}
}

// field sets case data.
func (c *collector) field(key string, v interaction.Value) {
	types := [...]string{"string", "number", "bool", "time"}
	value := transcript.Value{Type: "unknown", Text: v.Text}
	if int(v.Type) < len(types) {
		value.Type = types[v.Type]
	}
	for i := range c.chat.CaseData {
		if c.chat.CaseData[i].Key == key {
			c.chat.CaseData[i].Value = value
			return
		}
	}
	c.chat.CaseData = append(c.chat.CaseData, Field{key, value})
}

// joined notes that somebody takes part. Who comes again keeps its place and
// the most that it took part in.
func (c *collector) joined(id interaction.PartyID, who transcript.Who, part string, at time.Time) {
	i := slices.Index(c.ids, id)
	if i < 0 {
		c.ids = append(c.ids, id)
		p := Party{Who: who, Part: part, Joined: at}
		if c.chat.Viewer != interaction.RoleContact.String() {
			p.ID = string(id)
		}
		c.chat.Parties = append(c.chat.Parties, p)
		return
	}
	p := &c.chat.Parties[i]
	p.Who, p.Left = who, time.Time{}
	if rank(part) > rank(p.Part) {
		p.Part = part
	}
}

func rank(part string) int { return slices.Index([]string{"watch", "consultation", "chat"}, part) }

func (c *collector) left(id interaction.PartyID, at time.Time) {
	if i := slices.Index(c.ids, id); i >= 0 {
		c.chat.Parties[i].Left = at
	}
}

// owns notes who is responsible now.
func (c *collector) owns(id interaction.PartyID) {
	for i := range c.ids {
		c.chat.Parties[i].Owner = c.ids[i] == id
	}
}
