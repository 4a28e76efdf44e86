package interaction

import (
	"hash/fnv"
	"strconv"
	"time"
)

// An Input is all that a decision depends on besides the state.
type Input struct {
	By      PartyID   // who commands
	Key     string    // the caller's key for the command; ids that the command leaves empty come from it
	Command Command   // what is asked for
	Now     time.Time // the present time; the state's own time is taken where that is later
	Limits  *Limits   // nil: the defaults
}

// Decide gives the records that carry a command out, to be appended to the log
// and applied in order, or the error that says why it is refused. No records
// and no error mean that there is nothing to do. It is a pure function: equal
// inputs give equal results, and the state is left as it is.
//
// A deadline that was due before Now and that nobody has fired yet is decided
// first, in the same records (TIME-7).
func Decide(s *State, in Input) ([]Record, error) {
	switch {
	case in.Command == nil:
		return nil, &InvalidError{"command", ErrEmpty}
	case !ours(in.Command):
		return nil, &InvalidError{"command", ErrValue}
	case !in.By.Valid():
		return nil, &InvalidError{"actor", ErrValue}
	}
	d := decision{
		base: s, by: in.By, actor: in.By, key: in.Key, kind: in.Command.Kind(),
		now: time.UnixMicro(in.Now.UnixMicro()).UTC(), limits: in.Limits.complete(),
	}
	if d.now.Before(s.at) {
		d.now = s.at
	}
	if d.kind == StartKind || s.Start == nil {
		if err := s.permitStart(in.By.Role(), in.Command.Kind()); err != nil {
			return nil, err
		}
		if err := d.start(in.Command.(Start)); err != nil {
			return nil, err
		}
		return d.records, nil
	}
	if !s.wake.IsZero() && s.wake.Before(d.now) {
		d.elapse(func(at time.Time) bool { return at.Before(d.now) })
	}
	if err := d.command(in.Command); err != nil {
		return nil, err
	}
	return d.records, nil
}

// A decision collects the records of one command. Steps that depend on what
// was decided so far ask [decision.state].
type decision struct {
	base    *State
	work    *State // base with the first folded records applied, nil while none is
	folded  int
	actor   PartyID // who commands
	key     string
	kind    CommandKind
	by      PartyID // who the next records are by: the actor or the system
	now     time.Time
	limits  *Limits
	records []Record
}

// state is the state with everything decided so far. It is for reading.
func (d *decision) state() *State {
	if d.folded == len(d.records) {
		if d.work == nil {
			return d.base
		}
		return d.work
	}
	if d.work == nil {
		w := *d.base
		d.work = &w
	}
	for ; d.folded < len(d.records); d.folded++ {
		r := d.records[d.folded]
		d.work.apply(&r)
	}
	return d.work
}

// emit decides an event.
func (d *decision) emit(a Audience, e Event) {
	d.records = append(d.records, Record{
		Seq: d.base.seq + uint64(len(d.records)) + 1, At: d.now, By: d.by, Audience: a, Event: e,
	})
}

// asSystem emits events that nobody commanded.
func (d *decision) asSystem(do func()) {
	by := d.by
	d.by = System
	do()
	d.by = by
}

var (
	everyone = Audience{}
	internal = Audience{Scope: Internal}
)

func consultation(id string) Audience {
	return Audience{Scope: OneConsultation, Consultation: id}
}

// only is one party alone: the sides of no consultation, and it.
func only(id PartyID) Audience { return Audience{Scope: OneConsultation, To: id} }

func (d *decision) command(c Command) error {
	s := d.state()
	if err := s.permit(d.by, c.Kind()); err != nil {
		return err
	}
	if s.Phase == InDone && d.by.Role() == RoleContact {
		return nil // it is frozen, and the contact cannot tell
	}
	switch c := c.(type) {
	case Say:
		return d.say(c)
	case MarkRead:
		return d.markRead(c)
	case Elapse:
		d.elapse(func(at time.Time) bool { return !at.After(d.now) })
		return nil
	case Join:
		return d.joinBot(c)
	case Invite:
		return d.invite(c)
	case Offer:
		return d.offer(c)
	case Transfer:
		return d.transfer(c)
	case Conference:
		return d.conference(c)
	case Consult:
		return d.consult(c)
	case Accept:
		return d.accept(c)
	case Decline:
		return d.decline(c)
	case Cancel:
		return d.cancel(c)
	case Withdraw:
		return d.withdraw(c)
	case Rejoin:
		return d.rejoin(c)
	case Supervise:
		return d.supervise(c)
	case PushURL:
		return d.pushURL(c)
	case SendFile:
		return d.sendFile(c)
	case JudgeFile:
		return d.judgeFile(c)
	case Blend:
		return d.blend(c)
	case ScheduleCallback:
		return d.scheduleCallback(c)
	case Announce:
		return d.announce(c)
	case EndConsultation:
		return d.endConsultation(c)
	case MarkConsultationDone:
		return d.markConsultationDone(c)
	case Disconnect:
		return d.disconnect(c)
	case Reconnect:
		return d.reconnect(c)
	case Leave:
		d.contactLeaves(ByItself)
		return nil
	case End:
		d.end()
		return nil
	case Remove:
		return d.remove(c)
	case SetDisposition:
		return d.setDisposition(c)
	case SetNote:
		return d.setNote(c)
	case SetCaseData:
		return d.setCaseData(c)
	case MarkDone:
		return d.markDone()
	case AssignContact:
		return d.assignContact(c)
	case Erase:
		return d.erase()
	}
	return &InvalidError{"command", ErrValue}
}

// id is a name for what a command opens: the caller's, else one made from the
// command's key, so that a retry gives the same one and nothing can be counted.
func (d *decision) id(given string) (string, error) {
	if given != "" {
		return given, checkName("id", given)
	}
	h := fnv.New64a()
	h.Write([]byte(d.actor))
	h.Write([]byte{0})
	h.Write([]byte(d.key))
	return strconv.FormatUint(h.Sum64(), 36), nil
}
