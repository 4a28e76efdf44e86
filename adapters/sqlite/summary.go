package sqlite

import (
	"database/sql"
	"encoding/json"

	"github.com/chatkernel/chatkernel"
)

// A summary is an Index as the tables hold it: its single values in columns of
// streams, its lists as JSON beside them, and those by whom it is found in members.
type summary struct {
	one     chatkernel.Index // without its lists
	lists   []byte
	seeking bool
	members map[member]bool
}

// A member is somebody by whom a stream can be found.
type member struct{ kind, who string }

const (
	isContact = "contact" // is, or was
	isEngaged = "engaged" // is, or was
	isWorking = "working"
)

// lists are those of an Index.
type lists struct {
	Former   []string `json:"former,omitempty"`
	Engaged  []string `json:"engaged,omitempty"`
	Consults []string `json:"consults,omitempty"`
	Invited  []string `json:"invited,omitempty"`
	Attached []string `json:"attached,omitempty"`
	Seeking  []string `json:"seeking,omitempty"`
}

// summarise copies all that it keeps of x.
func summarise(x *chatkernel.Index) *summary {
	s := &summary{one: *x, seeking: len(x.Seeking) > 0, members: make(map[member]bool)}
	l := lists{x.Former, x.Engaged, x.Consults, x.Invited, x.Attached, x.Seeking}
	s.lists, _ = json.Marshal(l) // texts have no other outcome
	s.one.Former, s.one.Engaged, s.one.Consults, s.one.Invited, s.one.Attached, s.one.Seeking = nil, nil, nil, nil, nil, nil
	for kind, groups := range map[string][][]string{
		isContact: {{x.Contact}, x.Former},
		isEngaged: {x.Engaged},
		isWorking: {{x.Owner}, x.Consults, x.Invited, x.Attached},
	} {
		for _, group := range groups {
			for _, who := range group {
				if who != "" { // no query asks for nobody
					s.members[member{kind, who}] = true
				}
			}
		}
	}
	return s
}

// index gives a stream another summary. Most of those by whom it is found are the
// same as before.
func (t *tx) index(id int64, name []byte, s *summary) {
	started := micros(s.one.Started)
	t.exec(`update streams set started = ?, ended = ?, phase = ?, contact = ?, owner = ?, last_owner = ?, queue = ?, channel = ?,
		disposition = ?, priority = ?, seeking = ?, lists = ? where id = ?`,
		started, orNull(s.one.Ended, micros), s.one.Phase, s.one.Contact, s.one.Owner, s.one.LastOwner, s.one.Queue, s.one.Channel,
		s.one.Disposition, s.one.Priority, s.seeking, string(s.lists), id)

	type row struct {
		member
		started int64
	}
	var gone []row
	t.query(func(rows *sql.Rows) error {
		var r row
		err := rows.Scan(&r.kind, &r.who, &r.started)
		if r.started == started && s.members[r.member] {
			delete(s.members, r.member)
		} else {
			gone = append(gone, r)
		}
		return err
	}, "select kind, who, started from members where stream = ?", id)
	for _, r := range gone {
		t.exec("delete from members where kind = ? and who = ? and started = ? and name = ?", r.kind, r.who, r.started, name)
	}
	for m := range s.members {
		t.exec("insert into members(kind, who, started, name, stream) values(?, ?, ?, ?, ?)", m.kind, m.who, started, name, id)
	}
}

// entryColumns is what scanEntry reads of a stream, after its name and its start.
const entryColumns = `s.head, s.wake, s.ended, s.phase, s.contact, s.owner, s.last_owner, s.queue, s.channel, s.disposition,
	s.priority, s.lists`

func scanEntry(rows *sql.Rows) (chatkernel.Entry, error) {
	var e chatkernel.Entry
	var started, head int64
	var wake, ended sql.Null[int64]
	var packed sql.RawBytes
	x := &e.Index
	err := rows.Scan(&started, &e.Stream, &head, &wake, &ended, &x.Phase, &x.Contact, &x.Owner, &x.LastOwner, &x.Queue, &x.Channel,
		&x.Disposition, &x.Priority, &packed)
	if err != nil {
		return e, err
	}
	var l lists
	if err := json.Unmarshal(packed, &l); err != nil {
		return e, err
	}
	e.Head, e.Wake = uint64(head), orZero(wake)
	x.Started, x.Ended = instant(started), orZero(ended)
	x.Former, x.Engaged, x.Consults, x.Invited, x.Attached, x.Seeking = l.Former, l.Engaged, l.Consults, l.Invited, l.Attached, l.Seeking
	return e, nil
}
