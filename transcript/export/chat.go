package export

import (
	"iter"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A Chat is one chat as one viewer may read it. [Of] makes it, with all times in
// UTC; its JSON is that of [JSON], but for the format's name and version. The
// zero Chat is a chat in which nothing happened.
type Chat struct {
	ID string `json:"id"`
	// Language is a BCP 47 tag. It words the labels, days and times that [Text] and
	// [HTML] add, as [transcript.CalendarFor] does; the sentences of the entries
	// are in the language of the view's words. Empty is English.
	Language string `json:"language,omitempty"`
	// Zone names the time zone of days and times in Text and HTML, as
	// [transcript.Zone] reads it. Empty is UTC, and so is a name that is not known.
	Zone string `json:"zone,omitempty"`
	// Viewer is the role of whom it is for: "contact", "agent", "supervisor",
	// "bot" or "system".
	Viewer string `json:"viewer"`

	Subject  string             `json:"subject,omitempty"`
	Channel  string             `json:"channel,omitempty"`
	Contact  *transcript.Person `json:"contact,omitempty"` // whose history it belongs to, for internal viewers
	Started  time.Time          `json:"started,omitzero"`  // of the first entry
	Ended    time.Time          `json:"ended,omitzero"`    // zero while the chat goes on
	EndedWhy string             `json:"endedWhy,omitempty"`

	Parties      []Party       `json:"parties"`                // in the order in which the viewer saw them first
	Dispositions []Disposition `json:"dispositions,omitempty"` // as they were set; the last one holds
	Notes        []Note        `json:"notes,omitempty"`        // every version; the last one holds
	CaseData     []Field       `json:"caseData,omitempty"`     // as it was at last
	Files        []File        `json:"files,omitempty"`        // with the last verdict that the viewer saw

	// Entries are the transcript, the silent ones too, which [Text], [HTML] and
	// [Connect] leave out.
	Entries []transcript.Entry `json:"entries"`
}

// A Party is somebody who took part.
type Party struct {
	transcript.Who
	ID     string    `json:"id,omitempty"` // for internal viewers
	Part   string    `json:"part"`         // the most it took: "chat", "consultation" or "watch"
	Joined time.Time `json:"joined"`
	Left   time.Time `json:"left,omitzero"` // zero for who was there to the end
	Owner  bool      `json:"owner,omitempty"`
}

// A Disposition is a code that was set (LIFE-8); an empty one cleared it.
type Disposition struct {
	At    time.Time      `json:"at"`
	From  transcript.Who `json:"from"`
	Code  string         `json:"code"`
	Label string         `json:"label,omitempty"`
}

// A Note is a version of the note (LIFE-9).
type Note struct {
	At   time.Time      `json:"at"`
	From transcript.Who `json:"from"`
	Text string         `json:"text"`
}

// A Field is one piece of case data (LIFE-10).
type Field struct {
	Key   string           `json:"key"`
	Value transcript.Value `json:"value"`
}

// A File is a file of the transcript (FILE-2). Its bytes are not part of an
// export.
type File struct {
	transcript.FileData
	At   time.Time      `json:"at"`
	From transcript.Who `json:"from"`
}

// Shown are the records of a whole log that a viewer may see, with the viewer's
// own positions.
func Shown(v transcript.View, log []interaction.Record) iter.Seq[interaction.Shown] {
	return func(yield func(interaction.Shown) bool) {
		var position, public uint64
		for i := range log {
			shown, ok := v.State.Show(v.Viewer, &log[i])
			if !ok {
				continue
			}
			position++
			if shown.Audience == interaction.Everyone {
				public++
			}
			shown.Position, shown.Public = position, public
			if !yield(shown) {
				return
			}
		}
	}
}

// Of is the chat with an id, from the records that the view's viewer was shown:
// by [Shown], or by a feed that was read from its beginning. What the viewer
// did not get shown is not in it.
func Of(id string, v transcript.View, shown iter.Seq[interaction.Shown]) Chat {
	c := collector{view: v, chat: Chat{
		ID: id, Viewer: v.Viewer.ID.Role().String(), Parties: []Party{}, Entries: []transcript.Entry{},
	}}
	for s := range shown {
		c.add(&s)
	}
	return c.chat
}

// Note is the note as it stands, empty for none.
func (c *Chat) Note() string {
	if len(c.Notes) == 0 {
		return ""
	}
	return c.Notes[len(c.Notes)-1].Text
}

// Disposition is the one that holds, zero for none.
func (c *Chat) Disposition() Disposition {
	if n := len(c.Dispositions); n > 0 && c.Dispositions[n-1].Code != "" {
		return c.Dispositions[n-1]
	}
	return Disposition{}
}
