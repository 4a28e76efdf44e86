package interaction

import (
	"cmp"
	"slices"
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
	text, err := message(c.Text, d.limits)
	if err != nil {
		return err
	}
	if retry, ok := s.allowed(s.party(d.by), d.now); !ok {
		return &RateError{retry}
	}
	d.touched(to)
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
		return Audience{}, &InvalidError{"to", ErrValue}
	}
	return Audience{}, denied(d.by.Role(), k)
}

func (d *decision) markRead(c MarkRead) error {
	s := d.state()
	i := s.party(d.by)
	p := &s.Parties[i]
	through := min(c.Through, s.meters.at(i).seen)
	if through <= p.Read {
		return nil
	}
	// How far the contact has read is for internal parties, and must not move its
	// own position. How far an agent has read is its own affair: the number
	// counts consultations that others must not know of (PART-2).
	a := internal
	if p.role != RoleContact {
		a = only(p.ID)
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
		return &InvalidError{"message", ErrValue}
	}
	text, err := message(c.Text, d.limits)
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
	if err := checkText("url", c.URL); err != nil {
		return err
	}
	start := d.state().Start
	text := cmp.Or(start.Policy.messages(start.Language).PushedURL, start.Policy.PushText, pushText)
	if !strings.Contains(text, "<url>") {
		text += " <url>" // it is never missing
	}
	d.touched(everyone)
	d.emit(everyone, &URLPushed{c.URL, strings.ReplaceAll(text, "<url>", c.URL)})
	return nil
}

func (d *decision) sendFile(c SendFile) error {
	s, f := d.state(), c.File
	to, err := d.audience(s, SendFileKind, c.To, c.Consultation)
	if err != nil {
		return err
	}
	if err := cmp.Or(
		checkName("file id", f.ID), checkText("file name", f.Name), checkText("file type", f.Type), checkText("code", f.Code), checkText("reason", f.Reason),
	); err != nil {
		return err
	}
	switch {
	case f.Name == "":
		return &InvalidError{"file name", ErrEmpty}
	case s.File(f.ID) != nil:
		return &InvalidError{"file id", ErrValue} // it is there already
	case len(f.Hash) > 64 || f.Size < 0 || f.Verdict > Deleted:
		return &InvalidError{"file", ErrValue}
	}
	f.Hash = slices.Clone(f.Hash)
	if f.Verdict == Available {
		d.touched(to)
	}
	d.emit(to, &FileSent{f})
	return nil
}

func (d *decision) judgeFile(c JudgeFile) error {
	f := d.state().File(c.File)
	switch {
	case f == nil:
		return ErrNoFile
	case c.Verdict > Deleted:
		return &InvalidError{"verdict", ErrValue}
	case f.Verdict == Deleted:
		return ErrNoFile
	case f.Verdict == c.Verdict && f.Code == c.Code && f.Reason == c.Reason:
		return nil
	}
	if err := cmp.Or(checkText("code", c.Code), checkText("reason", c.Reason)); err != nil {
		return err
	}
	d.emit(f.Audience, &FileJudged{c.File, c.Verdict, c.Code, c.Reason})
	return nil
}

func (d *decision) blend(c Blend) error {
	if err := cmp.Or(checkName("medium", c.Medium), checkText("address", c.Address), checkText("reference", c.Ref)); err != nil {
		return err
	}
	d.emit(internal, &Blended{c.Medium, c.Address, c.Ref})
	return nil
}

func (d *decision) scheduleCallback(c ScheduleCallback) error {
	if c.At.Before(d.now) || c.At.After(d.now.Add(maxDuration)) {
		return &InvalidError{"time", ErrValue}
	}
	if err := cmp.Or(checkName("number", c.Number), checkText("note", c.Note)); err != nil {
		return err
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
	if c.Delete {
		c.Value = Value{}
	}
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
	err := cmp.Or(checkName("case data key", f.Key), checkText("case data", f.Value.Text))
	if err != nil {
		return err
	}
	switch f.Value.Type {
	case StringValue:
	case NumberValue:
		err = decimal(f.Value.Text)
	case BoolValue:
		if f.Value.Text != "true" && f.Value.Text != "false" {
			err = ErrValue
		}
	case TimeValue:
		_, err = time.Parse(time.RFC3339Nano, f.Value.Text)
	default:
		err = ErrValue
	}
	if err != nil {
		return &InvalidError{"case data", ErrValue}
	}
	return nil
}

// decimal says whether the text is a finite decimal number.
func decimal(text string) error {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return ErrValue // not the other notations that ParseFloat knows
	}
	_, err := strconv.ParseFloat(text, 64)
	return err
}
