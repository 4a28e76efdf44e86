package memstore

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
)

// An index finds streams by their summaries. Its lock protects summary, started
// and sibling of all streams (to read them, the lock of the stream's shard is
// enough as well).
type index struct {
	mu       sync.RWMutex
	contacts map[string]*stream  // the newest stream of a contact; the others follow as siblings
	former   map[string]*ordered // those that were assigned away from a contact
	agents   map[string]*ordered // by whoever is an owner or in one of the lists
	phases   map[string]*ordered // every stream is in one
	seeking  ordered             // those for which a router has to find somebody
}

func (x *index) init() {
	x.contacts = make(map[string]*stream)
	x.former = make(map[string]*ordered)
	x.agents = make(map[string]*ordered)
	x.phases = make(map[string]*ordered)
}

// indexed says that the stream has a summary: a packed one is never empty.
func (st *stream) indexed() bool { return st.summary != "" }

// precedes is the order of answers: newest first, ties by name.
func (st *stream) precedes(other *stream) bool {
	return st.started > other.started || st.started == other.started && st.name < other.name
}

// set gives a stream another summary. The index and the stream's shard are locked.
func (x *index) set(st *stream, summary string) {
	if st.indexed() {
		old := unpack(st.summary)
		x.removeContact(old.Contact, st)
		for _, contact := range formers(&old) {
			remove(x.former, contact, st)
		}
		remove(x.phases, old.Phase, st)
		for _, agent := range agents(&old) {
			remove(x.agents, agent, st)
		}
		if len(old.Seeking) > 0 {
			x.seeking.remove(st)
		}
	}
	now := unpack(summary)
	st.summary, st.started = summary, now.Started.UnixMicro()
	x.insertContact(now.Contact, st)
	for _, contact := range formers(&now) {
		insert(x.former, contact, st)
	}
	insert(x.phases, now.Phase, st)
	for _, agent := range agents(&now) {
		insert(x.agents, agent, st)
	}
	if len(now.Seeking) > 0 {
		x.seeking.insert(st)
	}
}

// agents are all whom the index names, each once.
func agents(x *chatkernel.Index) []string {
	all := slices.Concat(x.Engaged, x.Consults, x.Invited, x.Attached)
	for _, owner := range [...]string{x.Owner, x.LastOwner} {
		if owner != "" {
			all = append(all, owner)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// formers are the contacts that it was assigned away from, each once, without the
// one whose it is.
func formers(x *chatkernel.Index) []string {
	if len(x.Former) == 0 {
		return nil
	}
	all := slices.DeleteFunc(slices.Clone(x.Former), func(c string) bool { return c == x.Contact })
	slices.Sort(all)
	return slices.Compact(all)
}

// A contact has few chats: they are a list through the streams themselves, which
// costs each of them eight bytes.

func (x *index) insertContact(contact string, st *stream) {
	first, ok := x.contacts[contact]
	if !ok || st.precedes(first) {
		st.sibling = first
		if !ok {
			contact = strings.Clone(contact) // not a part of the summary, which will change
		}
		x.contacts[contact] = st
		return
	}
	at := first
	for at.sibling != nil && at.sibling.precedes(st) {
		at = at.sibling
	}
	st.sibling, at.sibling = at.sibling, st
}

func (x *index) removeContact(contact string, st *stream) {
	first := x.contacts[contact]
	switch {
	case first != st:
		at := first
		for at.sibling != st {
			at = at.sibling
		}
		at.sibling = st.sibling
	case st.sibling != nil:
		x.contacts[contact] = st.sibling
	default:
		delete(x.contacts, contact)
	}
	st.sibling = nil
}

func insert(lists map[string]*ordered, name string, st *stream) {
	list := lists[name]
	if list == nil {
		list = new(ordered)
		lists[strings.Clone(name)] = list
	}
	list.insert(st)
}

func remove(lists map[string]*ordered, name string, st *stream) {
	list := lists[name]
	list.remove(st)
	if len(list.chunks) == 0 {
		delete(lists, name)
	}
}

// ordered is a set of streams in the reverse order of answers, because new
// streams are mostly the newest and go to the end. Its chunks keep an insertion
// in the middle cheap; none of them is empty.
type ordered struct{ chunks [][]*stream }

const chunkSize = 256

// search finds the place of the first stream that st does not precede: its own,
// or the one that it would have.
func (o *ordered) search(st *stream) (chunk, at int) {
	chunk = sort.Search(len(o.chunks), func(i int) bool {
		return !st.precedes(o.chunks[i][len(o.chunks[i])-1])
	})
	if chunk == len(o.chunks) {
		return chunk, 0
	}
	return chunk, sort.Search(len(o.chunks[chunk]), func(i int) bool { return !st.precedes(o.chunks[chunk][i]) })
}

func (o *ordered) insert(st *stream) {
	chunk, at := o.search(st)
	if chunk == len(o.chunks) {
		if chunk == 0 || len(o.chunks[chunk-1]) == chunkSize {
			o.chunks = append(o.chunks, []*stream{st})
			return
		}
		chunk--
		at = len(o.chunks[chunk])
	}
	c := slices.Insert(o.chunks[chunk], at, st)
	if len(c) > chunkSize {
		half := slices.Clone(c[chunkSize/2:])
		clear(c[chunkSize/2:])
		c = c[:chunkSize/2]
		o.chunks = slices.Insert(o.chunks, chunk+1, half)
	}
	o.chunks[chunk] = c
}

func (o *ordered) remove(st *stream) {
	chunk, at := o.search(st)
	c := slices.Delete(o.chunks[chunk], at, at+1)
	if len(c) == 0 {
		o.chunks = slices.Delete(o.chunks, chunk, chunk+1)
		return
	}
	o.chunks[chunk] = c
}

// A walk gives streams in the order of answers, nil at its end.
type walk func() *stream

// from walks over the streams for which passed is true; where it is true for one
// it is so for all that follow in the answer.
func (o *ordered) from(passed func(*stream) bool) walk {
	chunk := sort.Search(len(o.chunks), func(i int) bool { return !passed(o.chunks[i][0]) }) - 1
	if chunk < 0 {
		return func() *stream { return nil }
	}
	at := sort.Search(len(o.chunks[chunk]), func(i int) bool { return !passed(o.chunks[chunk][i]) }) - 1
	return func() *stream {
		if at < 0 {
			if chunk == 0 {
				return nil
			}
			chunk--
			at = len(o.chunks[chunk]) - 1
		}
		at--
		return o.chunks[chunk][at+1]
	}
}

// siblings walks over the streams of a contact for which passed is true.
func siblings(st *stream, passed func(*stream) bool) walk {
	for st != nil && !passed(st) {
		st = st.sibling
	}
	return func() *stream {
		now := st
		if st != nil {
			st = st.sibling
		}
		return now
	}
}

// merge walks over several disjoint walks as one.
func merge(walks []walk) walk {
	if len(walks) == 1 {
		return walks[0]
	}
	heads := make([]*stream, len(walks))
	for i := range walks {
		heads[i] = walks[i]()
	}
	return func() *stream {
		first := -1
		for i, st := range heads {
			if st != nil && (first < 0 || st.precedes(heads[first])) {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		st := heads[first]
		heads[first] = walks[first]()
		return st
	}
}

// find gives the answer to a query, as it is at one moment.
func (s *Store) find(q *chatkernel.Query) []chatkernel.Entry {
	limit := q.Limit
	if limit < 1 {
		limit = 100
	}
	since, until := bound(q.Since, math.MinInt64), bound(q.Until, math.MaxInt64)
	var after *stream
	if q.After != nil {
		after = &stream{name: q.After.Stream, started: q.After.Index.Started.UnixMicro()}
	}

	s.index.mu.RLock()
	defer s.index.mu.RUnlock()
	next := s.index.walk(q, func(st *stream) bool {
		return st.started < until && (after == nil || after.precedes(st))
	})
	var found []chatkernel.Entry
	for len(found) < limit {
		st := next()
		if st == nil || st.started < since {
			break
		}
		x := unpack(st.summary)
		if !matches(q, &x) {
			continue
		}
		e := chatkernel.Entry{Stream: st.name, Index: x}
		sh := s.shard(st.name)
		sh.mu.Lock()
		e.Head = st.head
		if st.wake != never {
			e.Wake = instant(st.wake)
		}
		sh.mu.Unlock()
		found = append(found, e)
	}
	return found
}

// walk chooses the list that promises to be the shortest.
func (x *index) walk(q *chatkernel.Query, passed func(*stream) bool) walk {
	if q.Contact != "" {
		own := siblings(x.contacts[q.Contact], passed)
		if former := x.former[q.Contact]; former != nil {
			return merge([]walk{own, former.from(passed)})
		}
		return own
	}
	var lists []*ordered
	switch agent := cmp.Or(q.Working, q.Owner, q.LastOwner, q.Engaged); {
	case agent != "":
		lists = append(lists, x.agents[agent])
	case q.Seeking:
		lists = append(lists, &x.seeking)
	case len(q.Phases) > 0:
		phases := slices.Clone(q.Phases)
		slices.Sort(phases)
		for _, phase := range slices.Compact(phases) {
			lists = append(lists, x.phases[phase])
		}
	default:
		lists = slices.Collect(maps.Values(x.phases))
	}
	var walks []walk
	for _, list := range lists {
		if list != nil {
			walks = append(walks, list.from(passed))
		}
	}
	return merge(walks)
}

func matches(q *chatkernel.Query, x *chatkernel.Index) bool {
	return (q.Contact == "" || q.Contact == x.Contact || slices.Contains(x.Former, q.Contact)) &&
		(q.LastOwner == "" || q.LastOwner == x.LastOwner) &&
		(q.Channel == "" || q.Channel == x.Channel) &&
		(q.Disposition == "" || q.Disposition == x.Disposition) &&
		(q.Owner == "" || q.Owner == x.Owner) &&
		(q.Queue == "" || q.Queue == x.Queue) &&
		(q.Engaged == "" || slices.Contains(x.Engaged, q.Engaged)) &&
		(!q.Seeking || len(x.Seeking) > 0) &&
		(q.Working == "" || q.Working == x.Owner || slices.Contains(x.Consults, q.Working) ||
			slices.Contains(x.Invited, q.Working) || slices.Contains(x.Attached, q.Working)) &&
		(len(q.Phases) == 0 || slices.Contains(q.Phases, x.Phase))
}

// bound gives a time of a query in microseconds, rounded up: a start that is
// before t is before the bound as well.
func bound(t time.Time, none int64) int64 {
	switch {
	case t.IsZero():
		return none
	case t.Unix() < firstSecond:
		return math.MinInt64
	case t.Unix() > lastSecond:
		return math.MaxInt64
	}
	return upMicros(t)
}
