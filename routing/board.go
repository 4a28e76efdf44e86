package routing

import (
	"container/heap"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// media is how many media there are.
const media = int(interaction.ByVoice) + 1

// A board knows who could be asked and what waits, and brings the two together.
// It does nothing else: no store, no clock. Its owner locks it.
type board struct {
	strategy Strategy
	queues   map[interaction.Target]*Queue // never changed: may be read without the lock
	members  map[interaction.PartyID]*member
	pools    map[poolKey]*pool
	groups   map[string]int // how many are in each
	skills   map[string]int
	dirty    []*pool // in which something may fit together now
}

type poolKey struct {
	target interaction.Target
	medium interaction.Medium
}

// A member is an agent as the board knows it.
type member struct {
	Agent
	used    [media]int
	idle    time.Time
	offered time.Time
	seats   []*seat
}

// An assignment is an entry and the one to ask for it.
type assignment struct {
	entry *entry
	agent interaction.PartyID
	name  string
}

func newBoard(strategy Strategy, queues map[interaction.Target]*Queue) *board {
	b := &board{
		strategy: strategy, queues: queues, members: make(map[interaction.PartyID]*member),
		pools: make(map[poolKey]*pool), groups: make(map[string]int), skills: make(map[string]int),
	}
	if b.strategy == nil {
		b.strategy = LongestIdle
	}
	return b
}

// set adds an agent, or changes it.
func (b *board) set(a Agent) {
	m := b.members[a.ID]
	if m == nil {
		m = &member{idle: a.Since}
		b.members[a.ID] = m
	} else {
		b.count(&m.Agent, -1)
	}
	b.count(&a, 1)
	seated := m.ID != "" && slices.Equal(m.Groups, a.Groups) && slices.Equal(m.Skills, a.Skills) && m.Capacity == a.Capacity
	came := a.Presence == Ready && (m.Presence != Ready || a.Since.After(m.Since))
	was := m.Presence
	m.Agent = a
	if came && a.Since.After(m.idle) {
		m.idle = a.Since
	}
	if !seated {
		b.unseat(m, was)
		for _, p := range b.pools {
			b.seat(m, p)
		}
	} else if was != a.Presence {
		for _, st := range m.seats {
			st.pool.ready += one(a.Presence == Ready) - one(was == Ready)
		}
	}
	b.settle(m, came, a.Since)
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// remove forgets an agent.
func (b *board) remove(id interaction.PartyID) {
	if m := b.members[id]; m != nil {
		b.count(&m.Agent, -1)
		b.unseat(m, m.Presence)
		delete(b.members, id)
	}
}

// count keeps the numbers of those who are in each group and have each skill.
func (b *board) count(a *Agent, by int) {
	add := func(in map[string]int, name string) {
		if in[name] += by; in[name] == 0 {
			delete(in, name)
		}
	}
	for _, g := range a.Groups {
		add(b.groups, g)
	}
	for _, s := range a.Skills {
		add(b.skills, s.Name)
	}
}

// unseat takes a member, who had the given presence, out of all pools.
func (b *board) unseat(m *member, was Presence) {
	for _, st := range m.seats {
		if st.at >= 0 {
			heap.Remove(&st.pool.free, st.at)
		}
		st.pool.members--
		st.pool.ready -= one(was == Ready)
	}
	m.seats = nil
}

// seat puts a member into a pool if it serves the target by the medium.
func (b *board) seat(m *member, p *pool) {
	level, ok := b.serves(&m.Agent, p.target)
	if !ok || m.Capacity.On(p.medium) < 1 {
		return
	}
	st := &seat{Candidate: Candidate{Agent: m.ID, Level: level}, who: m, pool: p, at: -1}
	m.seats = append(m.seats, st)
	p.members++
	p.ready += one(m.Presence == Ready)
	m.fill(st)
	p.settle(st)
	if m.Presence == Ready && m.Since.After(p.round) {
		p.round = m.Since
	}
}

// serves reports whether an agent is one of a target's, and how good it is.
func (b *board) serves(a *Agent, t interaction.Target) (level int, ok bool) {
	_, name, _ := strings.Cut(string(t), ":")
	switch t.Kind() {
	case interaction.AgentTarget:
		return 0, t.Agent() == a.ID
	case interaction.GroupTarget:
		return 0, slices.Contains(a.Groups, name)
	case interaction.SkillTarget:
		skill, least := skillOf(t)
		level, ok = a.Level(skill)
		return level, ok && level >= least
	case interaction.QueueTarget:
		q := b.queues[t]
		if q == nil {
			return 0, false
		}
		for _, of := range q.Members {
			if of.Kind() == interaction.QueueTarget {
				continue // a queue is served by people
			}
			if l, serves := b.serves(a, of); serves {
				level, ok = max(level, l), true
			}
		}
		return level, ok
	}
	return 0, false
}

// skillOf takes a skill target apart: "skill:spanish/3" is level 3 or better.
func skillOf(t interaction.Target) (name string, least int) {
	_, name, _ = strings.Cut(string(t), ":")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		if n, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i], n
		}
	}
	return name, 0
}

// known reports whether a target names something that exists.
func (b *board) known(t interaction.Target) bool {
	_, name, _ := strings.Cut(string(t), ":")
	switch t.Kind() {
	case interaction.AgentTarget:
		return b.members[t.Agent()] != nil
	case interaction.GroupTarget:
		return b.groups[name] > 0
	case interaction.SkillTarget:
		skill, _ := skillOf(t)
		return b.skills[skill] > 0
	case interaction.QueueTarget:
		return b.queues[t] != nil
	}
	return false
}

// fill brings a seat up to date with its agent.
func (m *member) fill(st *seat) {
	st.Used, st.Capacity = m.used[st.pool.medium], m.Capacity.On(st.pool.medium)
	st.Idle, st.Offered = m.idle, m.offered
}

// settle puts a member into its places after it has changed. One who became
// available begins a new round for all that wait for it.
func (b *board) settle(m *member, available bool, at time.Time) {
	for _, st := range m.seats {
		m.fill(st)
		was := st.at >= 0
		st.pool.settle(st)
		if available && at.After(st.pool.round) {
			st.pool.round = at
		}
		if st.at >= 0 && (available || !was) {
			b.soil(st.pool)
		}
	}
}

// load says how much an agent has. Work that was taken off it, and not only an
// offer, makes it available anew.
func (b *board) load(id interaction.PartyID, used [media]int, available bool, at time.Time) {
	m := b.members[id]
	if m == nil || m.used == used && !available {
		return
	}
	m.used = used
	if available && at.After(m.idle) {
		m.idle = at
	}
	b.settle(m, available, at)
}

// seatsOf are the seats of an agent.
func (b *board) seatsOf(id interaction.PartyID) []*seat {
	if m := b.members[id]; m != nil {
		return m.seats
	}
	return nil
}

// pool is the pool of a target and a medium. It is made when it is first asked
// for.
func (b *board) pool(t interaction.Target, m interaction.Medium) *pool {
	key := poolKey{t, m}
	p := b.pools[key]
	if p == nil {
		p = &pool{target: t, medium: m, strategy: b.strategy}
		if q := b.queues[t]; q != nil && q.Strategy != nil {
			p.strategy = q.Strategy
		}
		p.free.strategy = p.strategy
		b.pools[key] = p
		if agent := b.members[t.Agent()]; t.Agent() != "" && agent != nil {
			b.seat(agent, p)
			return p
		} else if t.Agent() == "" {
			for _, m := range b.members {
				b.seat(m, p)
			}
		}
	}
	return p
}

// add lets an entry wait for its target, and for the others.
func (b *board) add(e *entry, others ...interaction.Target) {
	for _, t := range append([]interaction.Target{e.target}, others...) {
		p := b.pool(t, e.medium)
		if slices.Contains(e.pools, p) {
			continue
		}
		e.pools = append(e.pools, p)
		p.line.insert(e)
		b.soil(p)
	}
}

// take takes an entry out of all lines.
func (b *board) take(e *entry) {
	for _, p := range e.pools {
		p.line.remove(e)
		// A pool of one agent is made for one entry, and there are many agents.
		if p.target.Agent() != "" && p.line.len() == 0 {
			b.close(p)
		}
	}
	e.pools = nil
}

func (b *board) close(p *pool) {
	for _, st := range p.free.all {
		st.at = -1
	}
	if m := b.members[p.target.Agent()]; m != nil {
		m.seats = slices.DeleteFunc(m.seats, func(st *seat) bool { return st.pool == p })
	}
	b.dirty = slices.DeleteFunc(b.dirty, func(q *pool) bool { return q == p })
	delete(b.pools, poolKey{p.target, p.medium})
}

func (b *board) soil(p *pool) {
	if p.line.len() > 0 && len(p.free.all) > 0 && !slices.Contains(b.dirty, p) {
		b.dirty = append(b.dirty, p)
	}
}

// match brings together what fits: the most urgent entry of all lines first,
// and for each the one whom the strategy puts first. The entries are out of
// their lines and the agents have them counted when it returns.
func (b *board) match(now time.Time) []assignment {
	if len(b.dirty) == 0 {
		return nil
	}
	var next fronts
	for _, p := range b.dirty {
		if e := p.line.after(nil); e != nil {
			next = append(next, front{p, e})
		}
	}
	b.dirty = b.dirty[:0]
	heap.Init(&next)
	var all []assignment
	for len(next) > 0 {
		p, e := next[0].pool, next[0].entry
		if len(p.free.all) == 0 {
			heap.Pop(&next)
			continue
		}
		// It may have been given to somebody through another line.
		if slices.Contains(e.pools, p) {
			if st := p.pick(e, b.seatsOf(e.prefer)); st != nil {
				m := st.who
				b.take(e)
				m.used[e.medium]++
				m.idle, m.offered = now, now
				b.settle(m, false, now)
				all = append(all, assignment{e, m.ID, m.Name})
			}
		}
		if e = p.line.after(e); e == nil {
			heap.Pop(&next)
			continue
		}
		next[0].entry = e
		heap.Fix(&next, 0)
	}
	return all
}

// A front is the next entry of a line that match looks at.
type front struct {
	pool  *pool
	entry *entry
}

type fronts []front

func (f fronts) Len() int           { return len(f) }
func (f fronts) Less(i, j int) bool { return f[i].entry.before(f[j].entry) }
func (f fronts) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *fronts) Push(x any)        { *f = append(*f, x.(front)) }
func (f *fronts) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// targets are those for which something waits or is asked for, in order.
func (b *board) targets() []poolKey {
	return slices.SortedFunc(maps.Keys(b.pools), func(x, y poolKey) int {
		return strings.Compare(string(x.target)+string(rune(x.medium)), string(y.target)+string(rune(y.medium)))
	})
}
