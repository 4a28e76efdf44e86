package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/chatkernel/chatkernel/files/icon"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript"
)

// A Transcript is one chat as one viewer may read it (HIST-1). Parties, entries and
// files are those that the viewer sees; the rest is for internal viewers.
type Transcript struct {
	Chat
	Parties      []transcript.Who           `json:"parties"` // in the order of their colours
	Entries      []transcript.Entry         `json:"entries"` // in order, those with nothing to draw too
	Files        []File                     `json:"files,omitempty"`
	Notes        []Note                     `json:"notes,omitempty"`        // every version, the last is the present one (LIFE-9)
	Dispositions []Disposed                 `json:"dispositions,omitempty"` // as they were set, the last is the present one (LIFE-8)
	CaseData     []transcript.CaseDataField `json:"caseData,omitempty"`     // as it is now (LIFE-10)
}

// A File is one that was sent, as it is now (FILE-4).
type File struct {
	transcript.FileData
	At   time.Time      `json:"at"`
	From transcript.Who `json:"from"`
}

// A Note is one version of a chat's note.
type Note struct {
	Text string         `json:"text"`
	At   time.Time      `json:"at"`
	By   transcript.Who `json:"by"`
}

// A Disposed is a disposition that somebody set; an empty code cleared it.
type Disposed struct {
	Code  string         `json:"code"`
	Label string         `json:"label,omitempty"`
	At    time.Time      `json:"at"`
	By    transcript.Who `json:"by"`
}

// Transcript opens a chat, one that goes on too, as it is at one moment. What the
// viewer may not read gives the same [interaction.ErrNotStarted] as what does not
// exist; an id that cannot be one [chatkernel.ErrInvalidID].
func (h *History) Transcript(ctx context.Context, viewer interaction.PartyID, id string, look Look) (Transcript, error) {
	var t Transcript
	view := h.view(viewer, look)
	err := h.read(ctx, viewer, id, func(s *interaction.State) error {
		if err := h.admits(ctx, viewer, id, s); err != nil {
			return err
		}
		view.State = s
		t.begin(&view, id)
		return nil
	}, func(r *interaction.Shown) {
		t.Entries = append(t.Entries, view.Entry(r))
		by := t.Entries[len(t.Entries)-1].From
		switch ev := r.Event.(type) {
		case *interaction.NoteSet:
			t.Notes = append(t.Notes, Note{ev.Text, r.At, by})
		case *interaction.DispositionSet:
			t.Dispositions = append(t.Dispositions, Disposed{ev.Code, label(view.State, ev.Code), r.At, by})
		}
	})
	if err != nil {
		return Transcript{}, err
	}
	return t, nil
}

// Records opens a chat as [History.Transcript] does, for programs that make
// something of their own of it, as an export (HIST-6): the viewer's view of the chat,
// and what it is shown, in order.
func (h *History) Records(ctx context.Context, viewer interaction.PartyID, id string, look Look) (transcript.View, []interaction.Shown, error) {
	view := h.view(viewer, look)
	var shown []interaction.Shown
	err := h.read(ctx, viewer, id, func(s *interaction.State) error {
		view.State = s
		return h.admits(ctx, viewer, id, s)
	}, func(r *interaction.Shown) { shown = append(shown, *r) })
	if err != nil {
		return transcript.View{}, nil, err
	}
	return view, shown, nil
}

// view is how somebody reads, but for the state.
func (h *History) view(viewer interaction.PartyID, look Look) transcript.View {
	return transcript.View{Viewer: interaction.Viewer{ID: viewer, Purpose: interaction.History}, Words: look.Words, Links: h.opt.Links}
}

// begin fills in what the state says.
func (t *Transcript) begin(view *transcript.View, id string) {
	s, v := view.State, view.Viewer
	seen, _ := s.Position(v)
	t.Chat, t.Entries, t.Parties = chatOf(v.ID, id, s), make([]transcript.Entry, 0, seen), []transcript.Who{}
	for i := range s.Parties {
		if handle, known := s.Handle(v, s.Parties[i].ID); known {
			t.Parties = append(t.Parties, whoOf(handle))
		}
	}
	slices.SortStableFunc(t.Parties, func(a, b transcript.Who) int { return cmp.Compare(a.Colour, b.Colour) })
	for i := range s.Files {
		f := &s.Files[i]
		if !s.SeesFile(v, f) {
			continue
		}
		from, _ := s.Handle(v, f.By)
		t.Files = append(t.Files, File{fileData(&f.File), f.At, whoOf(from)})
	}
	if v.ID.Role() == interaction.RoleContact {
		return
	}
	for _, f := range s.CaseData {
		t.CaseData = append(t.CaseData, transcript.CaseDataField{Key: f.Key, Value: value(f.Value)})
	}
}

func fileData(f *interaction.File) transcript.FileData {
	d := transcript.FileData{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Verdict: word(f.Verdict), Code: f.Code, Reason: f.Reason}
	if f.Type != "" {
		d.Icon = icon.For(f.Type)
	}
	return d
}

func value(v interaction.Value) transcript.Value {
	name := "string"
	switch v.Type {
	case interaction.NumberValue:
		name = "number"
	case interaction.BoolValue:
		name = "bool"
	case interaction.TimeValue:
		name = "time"
	}
	return transcript.Value{Type: name, Text: v.Text}
}
