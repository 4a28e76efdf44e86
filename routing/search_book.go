package routing

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Book is the team directory that agents search for somebody to transfer to,
// to confer with or to consult (ROUTE-6): it lists agents, groups, skills and
// queues, with who is available and what can be done with each now.
//
// It keeps itself up to date: a search that begins after the [Directory] told a
// change finds it. Its methods may be called by many goroutines at once.
type Book struct {
	dir     Directory
	opt     BookOptions
	scratch sync.Pool // of *search

	heard struct { // what the directory told and nobody has read yet
		sync.Mutex
		ids     map[interaction.PartyID]struct{}
		reading bool      // somebody reads what was told before: who searches waits for it
		last    time.Time // when everybody was read
	}
	reading sync.Mutex // by whoever reads the directory

	mu       sync.RWMutex // over all that follows
	byTarget map[interaction.Target]*listing
	byName   []*listing // in the order of names
	words    []posting  // in the order of words
	seats    []standing // by place in byName, of agents
	kinds    [interaction.QueueTarget + 1]places
	fresh    []*listing // not in byName yet
}

// BookOptions are what a host may set. The zero value works.
type BookOptions struct {
	// Queues are the queues that the book lists, as the router has them.
	Queues []Queue
	// Favourites keeps the agents' favourite and recent targets; nil is nobody
	// has any.
	Favourites Favourites
	// Used says how much an agent has on each medium, by [interaction.Medium];
	// nil is nothing. It is called very often, under a lock: it answers at once,
	// from memory, and does not call the book.
	Used func(agent interaction.PartyID) [3]int
	// Reread is how often everybody is read anew, because a directory may lose
	// what it has to tell; below 1 is a minute.
	Reread time.Duration
}

// A listing is one entry of the book.
type listing struct {
	target interaction.Target
	kind   interaction.TargetKind
	name   string
	key    string   // the name as it is sorted
	words  []string // by which it is found, each once
	place  int      // in Book.byName
	gone   bool     // not in the book any more

	agent *Agent // of an agent
	in    []seatIn

	queue   *Queue  // of a queue
	members []int32 // of all but agents: the places of its agents
	levels  []int   // of a skill: how good each member is at it
	count   int     // how many members there will be
}

// A seatIn is an agent's part in a group or a skill.
type seatIn struct {
	of    *listing
	level int
}

// A standing is what searches look at most of an agent, small and side by side.
type standing struct {
	id       interaction.PartyID
	capacity [3]int32
	ready    bool
}

// A posting says that a listing has a word.
type posting struct {
	word string
	of   *listing
}

// OpenBook makes a book over a directory, and reads it. It hears of changes
// until ctx is done; then it rereads now and then, and nothing has to be closed.
// It gives the directory's error, or a [*QueueError] for a queue that is not
// well configured.
func OpenBook(ctx context.Context, directory Directory, options *BookOptions) (*Book, error) {
	b := &Book{dir: directory, byTarget: make(map[interaction.Target]*listing)}
	if options != nil {
		b.opt = *options
	}
	if b.opt.Reread < 1 {
		b.opt.Reread = time.Minute
	}
	var err error
	if b.opt.Queues, _, err = checked(b.opt.Queues); err != nil {
		return nil, err
	}
	for i := range b.opt.Queues {
		q := &b.opt.Queues[i]
		b.list(q.Target, interaction.QueueTarget, q.Name).queue = q
	}
	b.heard.ids = make(map[interaction.PartyID]struct{})
	b.scratch.New = func() any { return new(search) }
	cancel, err := directory.Watch(ctx, b.hear)
	if err != nil {
		return nil, err
	}
	if err := b.refresh(ctx); err != nil {
		cancel()
		return nil, err
	}
	return b, nil
}

// hear notes whom to read anew before the next search.
func (b *Book) hear(id interaction.PartyID) {
	b.heard.Lock()
	defer b.heard.Unlock()
	b.heard.ids[id] = struct{}{}
}

// news says whether somebody changed, and whether everybody is to be read.
func (b *Book) news() (some, all bool) {
	b.heard.Lock()
	defer b.heard.Unlock()
	return len(b.heard.ids) > 0 || b.heard.reading, time.Since(b.heard.last) >= b.opt.Reread
}

// refresh reads what changed.
func (b *Book) refresh(ctx context.Context) error {
	some, all := b.news()
	switch {
	case !some && !all:
		return nil
	case some:
		b.reading.Lock()
	case !b.reading.TryLock():
		return nil // somebody does it
	}
	defer b.reading.Unlock()
	// Only what was told before the reading is known by it.
	b.heard.Lock()
	ids, last := b.heard.ids, b.heard.last
	b.heard.ids = make(map[interaction.PartyID]struct{})
	b.heard.reading = len(ids) > 0
	began := time.Now()
	if all = began.Sub(last) >= b.opt.Reread || len(ids) > len(b.byName)/4+16; all {
		b.heard.last = began
	}
	b.heard.Unlock()
	err := b.read(ctx, ids, all)
	b.heard.Lock()
	defer b.heard.Unlock()
	b.heard.reading = false
	if err != nil { // the next search tries again
		maps.Copy(b.heard.ids, ids)
		if all {
			b.heard.last = last
		}
	}
	return err
}

func (b *Book) read(ctx context.Context, ids map[interaction.PartyID]struct{}, all bool) error {
	var read []Agent
	var gone []interaction.PartyID
	if all {
		there := make(map[interaction.PartyID]struct{}, len(b.byName))
		for a, err := range b.dir.Agents(ctx) {
			if err != nil {
				return err
			}
			there[a.ID] = struct{}{}
			read = append(read, a)
		}
		for _, l := range b.byName { // which only changes while one is reading
			if _, ok := there[interaction.PartyID(l.target)]; l.agent != nil && !ok {
				gone = append(gone, l.agent.ID)
			}
		}
	} else {
		for id := range ids {
			a, err := b.dir.Agent(ctx, id)
			switch {
			case errors.Is(err, ErrUnknownAgent):
				gone = append(gone, id)
			case err != nil:
				return err
			default:
				read = append(read, a)
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	anew := b.kinds[interaction.AgentTarget] == nil
	for _, id := range gone {
		if l := b.agent(id); l != nil {
			b.drop(l)
			anew = true
		}
	}
	for i := range read {
		if b.set(&read[i]) {
			anew = true
		}
	}
	if anew {
		b.index()
	}
	return nil
}

// set puts an agent into the book, and reports whether that changes more than
// whether it is available.
func (b *Book) set(a *Agent) (anew bool) {
	l := b.agent(a.ID)
	same := l != nil && l.agent.Name == a.Name
	if same && slices.Equal(l.agent.Groups, a.Groups) && slices.Equal(l.agent.Skills, a.Skills) {
		l.agent = a
		b.seat(l)
		return false
	}
	if !same {
		if l != nil {
			b.drop(l)
		}
		l = b.list(interaction.Target(a.ID), interaction.AgentTarget, a.Name)
	}
	l.agent, l.in = a, l.in[:0]
	part := func(of *listing, level int) {
		if !slices.ContainsFunc(l.in, func(p seatIn) bool { return p.of == of }) { // a host may say a thing twice
			l.in = append(l.in, seatIn{of, level})
		}
	}
	for _, name := range a.Groups {
		part(b.list(interaction.Target("group:"+name), interaction.GroupTarget, name), 0)
	}
	for _, s := range a.Skills {
		part(b.list(interaction.Target("skill:"+s.Name), interaction.SkillTarget, s.Name), s.Level)
	}
	return true
}

// seat notes what searches look at most. An agent that has no place yet gets it
// with the place.
func (b *Book) seat(l *listing) {
	if l.place >= len(b.seats) {
		return
	}
	at := &b.seats[l.place]
	*at = standing{id: l.agent.ID, ready: l.agent.Presence == Ready}
	for m := range at.capacity {
		at.capacity[m] = int32(min(max(0, l.agent.Capacity.On(interaction.Medium(m))), math.MaxInt32))
	}
}

// agent is the listing of an agent, nil if it is not in the book.
func (b *Book) agent(id interaction.PartyID) *listing {
	if l := b.byTarget[interaction.Target(id)]; l != nil && l.agent != nil {
		return l
	}
	return nil
}

// list gives the listing of a target, a new one if there is none.
func (b *Book) list(t interaction.Target, kind interaction.TargetKind, name string) *listing {
	if l := b.byTarget[t]; l != nil {
		return l
	}
	_, id, _ := strings.Cut(string(t), ":")
	if name == "" {
		name = id
	}
	words := foldWords(name)
	key := strings.Join(words, " ")
	if id != name {
		words = append(words, foldWords(id)...)
	}
	l := &listing{target: t, kind: kind, name: name, key: key, words: distinct(words), place: math.MaxInt}
	b.byTarget[t] = l
	b.fresh = append(b.fresh, l)
	return l
}

func (b *Book) drop(l *listing) {
	l.gone = true
	delete(b.byTarget, l.target)
}

// index makes everything that is derived from the listings. What stays keeps
// its order, so that it takes a time that grows with their number.
func (b *Book) index() {
	everybody := func(visit func(l *listing)) {
		for _, all := range [...][]*listing{b.byName, b.fresh} {
			for _, l := range all {
				if l.agent != nil && !l.gone {
					visit(l)
				}
			}
		}
	}
	for _, l := range b.byTarget {
		l.count, l.members, l.levels = 0, l.members[:0], l.levels[:0]
	}
	everybody(func(l *listing) {
		for _, p := range l.in {
			p.of.count++
		}
	})
	for _, l := range b.byTarget {
		if l.count == 0 && (l.kind == interaction.GroupTarget || l.kind == interaction.SkillTarget) {
			b.drop(l)
		}
	}
	gone := func(l *listing) bool { return l.gone }
	fresh := slices.DeleteFunc(b.fresh, gone)
	b.fresh = nil
	slices.SortFunc(fresh, (*listing).compare)
	b.byName = merge(slices.DeleteFunc(b.byName, gone), fresh, (*listing).compare)
	var words []posting
	for _, l := range fresh {
		for _, w := range l.words {
			words = append(words, posting{w, l})
		}
	}
	slices.SortFunc(words, posting.compare)
	b.words = merge(slices.DeleteFunc(b.words, func(p posting) bool { return p.of.gone }), words, posting.compare)

	for i := range b.kinds {
		b.kinds[i].reset(len(b.byName))
	}
	b.seats = slices.Grow(b.seats[:0], len(b.byName))[:len(b.byName)]
	for i, l := range b.byName {
		l.place = i
		b.kinds[l.kind].set(i)
		if l.agent == nil {
			b.seats[i] = standing{}
			continue
		}
		b.seat(l)
		for _, p := range l.in {
			p.of.members = append(p.of.members, int32(i))
			if p.of.kind == interaction.SkillTarget {
				p.of.levels = append(p.of.levels, p.level)
			}
		}
	}
	var serves places
	for i := range b.opt.Queues {
		q := b.byTarget[b.opt.Queues[i].Target]
		serves.reset(len(b.byName))
		for _, of := range q.queue.Members {
			b.eachOf(of, func(place int) { serves.set(place) })
		}
		serves.each(func(place int) bool {
			q.members = append(q.members, int32(place))
			return true
		})
	}
}

func (l *listing) compare(m *listing) int {
	return cmp.Or(strings.Compare(l.key, m.key), strings.Compare(l.name, m.name), strings.Compare(string(l.target), string(m.target)))
}

func (p posting) compare(q posting) int { return strings.Compare(p.word, q.word) }

// merge gives two sorted lists as one.
func merge[T any](a, b []T, compare func(x, y T) int) []T {
	if len(b) == 0 {
		return a
	}
	all := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// find gives the listing of a target, nil where there is none.
func (b *Book) find(t interaction.Target) *listing {
	if t.Kind() == interaction.SkillTarget {
		skill, _ := skillOf(t)
		t = interaction.Target("skill:" + skill)
	}
	return b.byTarget[t]
}

// eachOf visits the places of a target's agents.
func (b *Book) eachOf(t interaction.Target, visit func(place int)) {
	l := b.find(t)
	if l == nil {
		return
	}
	if l.agent != nil {
		visit(l.place)
		return
	}
	least := math.MinInt
	if l.kind == interaction.SkillTarget {
		_, least = skillOf(t)
	}
	for i, place := range l.members {
		if l.levels == nil || l.levels[i] >= least {
			visit(int(place))
		}
	}
}

// places is a set of places in Book.byName.
type places []uint64

// reset empties the set, and makes it one for n places.
func (p *places) reset(n int) {
	if n = (n + 63) / 64; cap(*p) < n {
		*p = make(places, n)
		return
	}
	*p = (*p)[:n]
	clear(*p)
}

// fill makes it the set of all n places.
func (p *places) fill(n int) {
	p.reset(n)
	for i := range n / 64 {
		(*p)[i] = 1<<64 - 1
	}
	if n%64 > 0 {
		(*p)[n/64] = 1<<(n%64) - 1
	}
}

func (p places) set(i int)      { p[i/64] |= 1 << (i % 64) }
func (p places) has(i int) bool { return p[i/64]&(1<<(i%64)) != 0 }

func (p places) add(other places) {
	for i := range p {
		p[i] |= other[i]
	}
}

// keep takes out what is not in the other one.
func (p places) keep(other places) {
	for i := range p {
		p[i] &= other[i]
	}
}

// each visits the places in order, until visit says no.
func (p places) each(visit func(place int) bool) {
	for i, word := range p {
		for ; word != 0; word &= word - 1 {
			if !visit(64*i + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}
