package interaction

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// say decides a message (MSG-1, MSG-8, MSG-9).
func (d *decision) say(c Say) error {
	s := d.state()
	to, err := d.audience(s, SayKind, c.To, c.Consultation)
	if err != nil {
		return err
	}
	text, err := message(c.Text, &d.limits)
	if err != nil {
		return err
	}
	if retry, ok := s.allowed(s.party(d.by), d.now); !ok {
		return &RateError{retry}
	}
	if d.records != nil {
		d.emit(to, &Said{text})
		return nil
	}
	// The usual case: record and event in one piece of memory.
	one := &struct {
		records [1]Record
		said    Said
	}{said: Said{text}}
	one.records[0] = Record{Seq: d.base.seq + 1, At: d.now, By: d.by, Audience: to, Event: &one.said}
	d.records = one.records[:]
	return nil
}

// audience is who gets what the actor sends, if the actor may send it there:
// a consultant only into its consultation, a coach only to the owner, contact
// and bots only to everyone.
func (d *decision) audience(s *State, k CommandKind, to Scope, consultationID string) (Audience, error) {
	from := s.Standing(d.by)
	if consultationID != "" {
		c := s.Consultation(consultationID)
		if c == nil || !c.side(d.by) || c.Stage != Consulting {
			return Audience{}, ErrNoConsultation
		}
		return consultation(consultationID), nil
	}
	inChat := from == AsOwner || from == AsAgent
	switch {
	case to == Everyone && (inChat || from == AsContact || from == AsBot):
		return everyone, nil
	case to == Internal && (inChat || from == AsBot):
		return internal, nil
	case to == Supervisors && from == AsCoach:
		return Audience{Scope: Supervisors, To: s.Owner}, nil
	case to == Supervisors && inChat:
		return Audience{Scope: Supervisors, To: d.by}, nil
	case to >= scopes || to == OneConsultation:
		return Audience{}, &InvalidError{"to", ErrEmpty}
	}
	return Audience{}, denied(d.by.Role(), k)
}

func (d *decision) markRead(c MarkRead) error {
	s := d.state()
	i := s.party(d.by)
	p := &s.Parties[i]
	through := min(c.Through, s.meters[i].seen)
	if through <= p.Read {
		return nil
	}
	// Nobody but internal parties needs to know how far somebody has read; not
	// even the reader, whose own position must not move by it when it is the
	// contact.
	a := internal
	if p.role != RoleContact {
		a = s.presence(p)
		if a.Scope == Everyone {
			a = internal
		}
	}
	d.emit(a, &MarkedRead{through})
	return nil
}

// presence is the audience that may know that the party is there.
func (s *State) presence(p *Party) Audience {
	switch p.Presence {
	case Consulted:
		for i := range s.Consultations {
			if c := &s.Consultations[i]; c.Stage == Consulting && c.Target == p.ID {
				return consultation(c.ID)
			}
		}
	case Monitoring, Coaching:
		if p.Hidden {
			return Audience{Scope: Supervisors}
		}
		return internal
	}
	return everyone
}

func (d *decision) announce(c Announce) error {
	if c.Message > Information || c.Message == InactivityWarning || c.Message == InactivityEnd {
		return &InvalidError{"message", ErrEmpty}
	}
	text, err := message(c.Text, &d.limits)
	if err != nil {
		return err
	}
	d.emit(everyone, &Announced{c.Message, text})
	return nil
}

// automatic sends one of the policy's messages, if there is one.
func (d *decision) automatic(m Automatic) {
	s := d.state()
	all := s.Start.Policy.messages(s.Start.Language)
	text := map[Automatic]string{
		Greeting: all.Greeting, Waiting: all.Waiting, Farewell: all.Farewell,
		InactivityWarning: all.InactivityWarning, InactivityEnd: all.InactivityEnd,
	}[m]
	if text == "" && m != InactivityWarning && m != InactivityEnd {
		return
	}
	d.asSystem(func() { d.emit(everyone, &Announced{m, text}) })
}

const pushText = "Please navigate to the link: <url>"

func (d *decision) pushURL(c PushURL) error {
	if c.URL == "" {
		return &InvalidError{"url", ErrEmpty}
	}
	if len(c.URL) > maxText || !utf8.ValidString(c.URL) {
		return &InvalidError{"url", ErrTooLong}
	}
	text := d.state().Start.Policy.PushText
	if text == "" {
		text = pushText
	}
	d.emit(everyone, &URLPushed{c.URL, strings.ReplaceAll(text, "<url>", c.URL)})
	return nil
}

func (d *decision) sendFile(c SendFile) error {
	s, f := d.state(), c.File
	to, err := d.audience(s, SendFileKind, c.To, c.Consultation)
	if err != nil {
		return err
	}
	switch {
	case !validName(f.ID) || s.File(f.ID) != nil:
		return &InvalidError{"file id", ErrNoFile}
	case !validText(f.Name) || f.Name == "" || !validText(f.Type) || !validText(f.Reason) || len(f.Hash) > 64 || f.Size < 0 || f.Verdict > Deleted:
		return &InvalidError{"file", ErrTooLong}
	}
	d.emit(to, &FileSent{f})
	return nil
}

func (d *decision) judgeFile(c JudgeFile) error {
	f := d.state().File(c.File)
	switch {
	case f == nil:
		return ErrNoFile
	case c.Verdict > Deleted || !validText(c.Reason):
		return &InvalidError{"verdict", ErrTooLong}
	case f.Verdict == Deleted:
		return ErrNoFile
	case f.Verdict == c.Verdict && f.Reason == c.Reason:
		return nil
	}
	d.emit(f.Audience, &FileJudged{c.File, c.Verdict, c.Reason})
	return nil
}

func (d *decision) blend(c Blend) error {
	if !validName(c.Medium) || !validText(c.Address) || !validText(c.Ref) {
		return &InvalidError{"medium or address", ErrTooLong}
	}
	d.emit(internal, &Blended{c.Medium, c.Address, c.Ref})
	return nil
}

func (d *decision) scheduleCallback(c ScheduleCallback) error {
	if c.At.Before(d.now) {
		return &InvalidError{"time", ErrEmpty}
	}
	if c.Number == "" || !validText(c.Number) || !validText(c.Note) {
		return &InvalidError{"number", ErrEmpty}
	}
	d.emit(internal, &CallbackScheduled{c.At.UTC().Truncate(time.Microsecond), c.Number, c.Note})
	return nil
}

func (d *decision) setNote(c SetNote) error {
	switch {
	case len(c.Text) > d.limits.MaxNoteBytes:
		return &InvalidError{"note", &LimitError{"bytes", d.limits.MaxNoteBytes, ErrTooLong}}
	case !utf8.ValidString(c.Text):
		return &InvalidError{"note", ErrUTF8}
	case c.Text == d.state().Note:
		return nil
	}
	d.emit(internal, &NoteSet{c.Text})
	return nil
}

func (d *decision) setCaseData(c SetCaseData) error {
	s := d.state()
	if err := validField(Field{c.Key, c.Value}); err != nil {
		return err
	}
	if d.by.Role().staff() && !s.Start.Policy.mayEdit(c.Key) {
		return ErrCaseDataKey
	}
	known := false
	for _, f := range s.CaseData {
		if f.Key == c.Key {
			known = true
			if f.Value == c.Value && !c.Delete {
				return nil
			}
		}
	}
	if c.Delete {
		if known {
			d.emit(internal, &CaseDataSet{Field{Key: c.Key}, true})
		}
		return nil
	}
	if !known && len(s.CaseData) >= d.limits.MaxCaseData {
		return &InvalidError{"case data", &LimitError{"keys", d.limits.MaxCaseData, ErrTooMany}}
	}
	d.emit(internal, &CaseDataSet{Field{c.Key, c.Value}, false})
	return nil
}

func validField(f Field) error {
	if !validName(f.Key) || !validText(f.Value.Text) {
		return &InvalidError{"case data", ErrTooLong}
	}
	var err error
	switch f.Value.Type {
	case StringValue:
	case NumberValue:
		_, err = strconv.ParseFloat(f.Value.Text, 64)
	case BoolValue:
		_, err = strconv.ParseBool(f.Value.Text)
	case TimeValue:
		_, err = time.Parse(time.RFC3339Nano, f.Value.Text)
	default:
		err = ErrEmpty
	}
	if err != nil {
		return &InvalidError{"case data", ErrValue}
	}
	return nil
}
