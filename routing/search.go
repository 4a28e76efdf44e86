package routing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Query asks the [Book] for targets. The zero Query asks for all.
type Query struct {
	// Text is what was typed so far: each of its words must begin a word of the
	// name or of the id, without regard to case and accents. With the first part
	// of an id in front, as in "group:" or "group:bil", it finds only what has
	// that. It has at most 200 bytes.
	Text string
	// Kinds are the kinds of targets to find, all where there are none.
	Kinds []interaction.TargetKind
	// Group finds the agents in a group, given without a prefix.
	Group string
	// Skill finds the agents who have a skill, at least at the Level.
	Skill string
	Level int
	// Favourites finds what For has marked.
	Favourites bool
	// Recents finds what For used, the latest first.
	Recents bool
	// Available finds only what is [Hit.Available].
	Available bool
	// For is the agent who asks. It cannot choose itself.
	For interaction.PartyID
	// Chat is the chat for which somebody is sought; its rules for For decide what
	// is possible. With nil only who is available does.
	Chat *interaction.State
	// Limit is how many to find at most; below 1 is 50.
	Limit int
}

// A Hit is what a search finds, as it is now.
type Hit struct {
	Target    interaction.Target
	Kind      interaction.TargetKind
	Name      string // to show: an agent's or queue's, a group's or skill's own
	Favourite bool   // For has marked it

	Presence Presence  // of an agent
	Reason   string    // of an agent who is not ready
	Since    time.Time // since when the agent's presence is what it is
	Level    int       // of an agent, at Query.Skill

	Members int // of all others: the agents it has
	Ready   int // and how many of them are ready

	// Available says that somebody is ready and has capacity left on any medium,
	// and that a queue is open.
	Available bool
	// Free is how much could be given to the agent now, or to all of the target's
	// together; to who is not ready, nothing.
	Free Capacity

	// Why For cannot do it with the target now, nil where it can. What the chat's
	// rules refuse gives the error of [interaction.State.Refusal]; who cannot be
	// asked, [ErrSelf], [ErrInChat], [ErrOffered], [ErrConsulting],
	// [interaction.ErrTarget] where For may not know why, or [ErrMedium],
	// [ErrUnavailable], [ErrFull], [ErrClosed]. Of a group or a skill it is what
	// hinders least. A queue can be chosen while nobody is ready: it waits.
	Transfer   error
	Conference error
	Consult    [3]error // by medium
}

// Errors of queries, and why somebody cannot be asked.
var (
	// ErrQuery says that a query makes no sense. A [*QueryError] says why.
	ErrQuery = errors.New("routing: the query is not valid")
	// ErrSelf says that the agent is the one who asks.
	ErrSelf = errors.New("routing: oneself cannot be asked")
	// ErrInChat says that the agent is in the chat.
	ErrInChat = errors.New("routing: the agent is in the chat already")
	// ErrOffered says that the agent has an open offer of the chat.
	ErrOffered = errors.New("routing: the agent is being asked already")
	// ErrConsulting says that the agent is being consulted by the one who asks.
	ErrConsulting = errors.New("routing: the agent is being consulted already")
)

// A QueryError says what is wrong with a query. It is [ErrQuery].
type QueryError struct {
	Field string // of [Query]
	Why   string
}

func (e *QueryError) Error() string { return fmt.Sprintf("%v: %s %s", ErrQuery, e.Field, e.Why) }

// Unwrap gives [ErrQuery].
func (e *QueryError) Unwrap() error { return ErrQuery }

const (
	maxText = 200 // bytes of a query's text
	maxHits = 50  // where a query says no limit
)

func (q *Query) check() error {
	switch {
	case len(q.Text) > maxText:
		return &QueryError{"Text", "is longer than 200 bytes"}
	case slices.ContainsFunc(q.Kinds, func(k interaction.TargetKind) bool {
		return k == interaction.NoTarget || k > interaction.QueueTarget
	}):
		return &QueryError{"Kinds", "has one that is none"}
	case q.Level != 0 && q.Skill == "":
		return &QueryError{"Level", "is without a skill"}
	case (q.Favourites || q.Recents) && q.For == "":
		return &QueryError{"For", "says nobody, who has neither favourites nor recents"}
	case q.Chat != nil && q.For == "":
		return &QueryError{"For", "says nobody, who can do nothing in a chat"}
	}
	return nil
}

// Search gives what is found: first what is available, each part by name. It
// gives a [*QueryError], or the error of the directory or the favourites.
func (b *Book) Search(ctx context.Context, q Query) ([]Hit, error) {
	if err := cmp.Or(ctx.Err(), q.check()); err != nil {
		return nil, err
	}
	if err := b.refresh(ctx); err != nil {
		return nil, err
	}
	var favourites, recents []interaction.Target
	if f := b.opt.Favourites; f != nil && q.For != "" {
		var err error
		if favourites, err = f.List(ctx, q.For); err != nil {
			return nil, err
		}
		if q.Recents {
			if recents, err = f.Recents(ctx, q.For); err != nil {
				return nil, err
			}
		}
	}
	s := b.scratch.Get().(*search)
	defer func() { s.forget(); b.scratch.Put(s) }()
	b.mu.RLock()
	defer b.mu.RUnlock()
	s.begin(b, q)
	for _, t := range favourites {
		if l := b.find(t); l != nil {
			s.favourites.set(l.place)
		}
	}
	s.filter()
	s.judge()
	return s.collect(recents), nil
}

// A search is one that goes on: the room that it needs, kept for the next one.
type search struct {
	Query
	book *Book
	now  time.Time

	found, other, favourites places

	able     []ability  // of agents, by place
	turn     uint32     // which of them were worked out for this search
	bars     []bar      // who cannot be asked whatever it has
	partners []int      // the places of those whom For consults now
	refusals [3]error   // of the chat's rules: transfer, conference, consult
	chosen   []*listing // the hits
	rest     []*listing // of them, if there is room
}

// An ability is what could be given to an agent now. Some searches look at very
// many of them, so that it is small.
type ability struct {
	turn  uint32   // of the search for which it was worked out, twice, and one more for who is ready
	spare [3]int32 // how much is free on each medium, less than nothing where the medium is not allowed
}

func (a *ability) ready() bool { return a.turn&1 == 1 }

func (a *ability) available() bool { return a.ready() && max(a.spare[0], a.spare[1], a.spare[2]) > 0 }

// hinder is what hinders from asking the agent by a medium.
func (a *ability) hinder(m int) hindrance {
	switch {
	case a.spare[m] < 0:
		return noMedium
	case !a.ready():
		return notReady
	case a.spare[m] == 0:
		return full
	}
	return nothing
}

// free is how much could be given to the agent by a medium.
func (a *ability) free(m int) int {
	if a.ready() {
		return int(max(0, a.spare[m]))
	}
	return 0
}

// A hindrance is what hinders from asking somebody. The less it is, the nearer
// somebody is to be asked.
type hindrance uint8

const (
	nothing hindrance = iota
	full
	notReady
	noMedium
	barred
)

// A bar is why the agent in a place is not asked.
type bar struct {
	place int
	why   error
}

func (s *search) begin(b *Book, q Query) {
	n := len(b.byName)
	s.Query, s.book, s.now = q, b, time.Now()
	if s.Limit < 1 {
		s.Limit = maxHits
	}
	s.found.fill(n)
	s.other.reset(n)
	s.favourites.reset(n)
	if s.turn += 2; len(s.able) < n || s.turn == 0 {
		s.able, s.turn = make([]ability, n), 2
	}
}

// forget lets go of what belongs to the search that is over.
func (s *search) forget() {
	clear(s.chosen)
	clear(s.rest)
	s.bars, s.chosen, s.rest, s.partners = s.bars[:0], s.chosen[:0], s.rest[:0], s.partners[:0]
	s.Query, s.refusals = Query{}, [3]error{}
}

// filter finds everything that the query names.
func (s *search) filter() {
	b := s.book
	keep := func(mark func(set places)) {
		clear(s.other)
		mark(s.other)
		s.found.keep(s.other)
	}
	if len(s.Kinds) > 0 {
		keep(func(set places) {
			for _, k := range s.Kinds {
				set.add(b.kinds[k])
			}
		})
	}
	text := strings.TrimSpace(s.Text)
	if prefix, rest, ok := strings.Cut(text, ":"); ok {
		prefix = strings.ToLower(prefix) + ":"
		if interaction.Target(prefix+"x").Kind() != interaction.NoTarget {
			text = strings.TrimSpace(rest)
			keep(func(set places) {
				for i, l := range b.byName {
					if strings.HasPrefix(string(l.target), prefix) {
						set.set(i)
					}
				}
			})
		}
	}
	words := distinct(foldWords(text))
	if len(words) == 0 && text != "" {
		clear(s.found)
	}
	for _, word := range words {
		keep(func(set places) {
			from := sort.Search(len(b.words), func(i int) bool { return b.words[i].word >= word })
			for _, p := range b.words[from:] {
				if !strings.HasPrefix(p.word, word) {
					break
				}
				set.set(p.of.place)
			}
		})
	}
	if s.Group != "" {
		keep(func(set places) {
			b.eachOf(interaction.Target("group:"+s.Group), set.set)
		})
	}
	if s.Skill != "" {
		keep(func(set places) {
			if l := b.byTarget[interaction.Target("skill:"+s.Skill)]; l != nil {
				for i, place := range l.members {
					if l.levels[i] >= s.Level {
						set.set(int(place))
					}
				}
			}
		})
	}
	if s.Favourites {
		s.found.keep(s.favourites)
	}
}

// judge finds out what hinders the one who asks.
func (s *search) judge() {
	keepOut := func(id interaction.PartyID, why error) {
		if l := s.book.agent(id); l != nil && s.barred(l.place) == nil {
			s.bars = append(s.bars, bar{l.place, why})
		}
	}
	keepOut(s.For, ErrSelf)
	if s.Chat == nil {
		return
	}
	for i, k := range [...]interaction.CommandKind{interaction.TransferKind, interaction.ConferenceKind, interaction.ConsultKind} {
		s.refusals[i] = s.Chat.Refusal(s.For, k)
	}
	for i := range s.Chat.Parties {
		if p := &s.Chat.Parties[i]; p.Presence == interaction.InChat {
			keepOut(p.ID, ErrInChat)
		}
	}
	for i := range s.Chat.Invitations {
		inv := &s.Chat.Invitations[i]
		switch {
		case inv.Agent == "":
		case inv.Consultation != "" && inv.From != s.For:
			keepOut(inv.Agent, interaction.ErrTarget) // others' consultations are not its business
		default:
			keepOut(inv.Agent, ErrOffered)
		}
	}
	for i := range s.Chat.Consultations {
		c := &s.Chat.Consultations[i]
		if l := s.book.agent(c.Target); l != nil && c.Stage == interaction.Consulting && c.Initiator == s.For {
			s.partners = append(s.partners, l.place)
		}
	}
}

// barred is why the agent in a place is not asked, nil if it can be.
func (s *search) barred(place int) error {
	for i := range s.bars {
		if s.bars[i].place == place {
			return s.bars[i].why
		}
	}
	return nil
}

// collect makes the hits.
func (s *search) collect(recents []interaction.Target) []Hit {
	if s.Recents {
		for _, t := range recents {
			l := s.book.find(t)
			if l == nil || !s.found.has(l.place) || slices.Contains(s.chosen, l) || s.Available && !s.available(l) {
				continue
			}
			if s.chosen = append(s.chosen, l); len(s.chosen) == s.Limit {
				break
			}
		}
	} else {
		s.found.each(func(place int) bool {
			l := s.book.byName[place]
			if s.available(l) {
				s.chosen = append(s.chosen, l)
			} else if !s.Available && len(s.rest) < s.Limit {
				s.rest = append(s.rest, l)
			}
			return len(s.chosen) < s.Limit
		})
		s.chosen = append(s.chosen, s.rest[:min(len(s.rest), s.Limit-len(s.chosen))]...)
	}
	if len(s.chosen) == 0 {
		return nil
	}
	hits := make([]Hit, len(s.chosen))
	for i, l := range s.chosen {
		s.hit(&hits[i], l)
	}
	return hits
}

// ability is what could be given to the agent in a place, worked out once a
// search.
func (s *search) ability(place int) *ability {
	a := &s.able[place]
	if a.turn|1 != s.turn|1 {
		s.workOut(a, &s.book.seats[place])
	}
	return a
}

func (s *search) workOut(a *ability, at *standing) {
	var used [3]int
	a.turn = s.turn
	if at.ready {
		a.turn |= 1
		if s.book.opt.Used != nil {
			used = s.book.opt.Used(at.id)
		}
	}
	for m, most := range at.capacity {
		a.spare[m] = most - int32(min(max(0, used[m]), int(most)))
		if most < 1 {
			a.spare[m] = -1
		}
	}
}

// available is what Hit.Available says.
func (s *search) available(l *listing) bool {
	switch {
	case l.agent != nil:
		return s.ability(l.place).available()
	case l.queue != nil && !l.queue.Hours.Open(s.now):
		return false
	}
	return slices.ContainsFunc(l.members, func(place int32) bool { return s.ability(int(place)).available() })
}

// why is the error of a hindrance; of a bar it is the one that is given.
func (h hindrance) why(bar error) error {
	switch h {
	case nothing:
		return nil
	case full:
		return ErrFull
	case notReady:
		return ErrUnavailable
	case noMedium:
		return ErrMedium
	}
	return bar
}

func (s *search) hit(h *Hit, l *listing) {
	h.Target, h.Kind, h.Name, h.Favourite = l.target, l.kind, l.name, s.favourites.has(l.place)
	h.Available = s.available(l)
	switch l.kind {
	case interaction.AgentTarget:
		s.hitAgent(h, l)
	case interaction.QueueTarget:
		s.hitQueue(h, l)
	default:
		s.hitMembers(h, l)
	}
	h.Transfer = cmp.Or(s.refusals[0], h.Transfer)
	h.Conference = cmp.Or(s.refusals[1], h.Conference)
	for m := range h.Consult {
		h.Consult[m] = cmp.Or(s.refusals[2], h.Consult[m])
	}
}

func (s *search) hitAgent(h *Hit, l *listing) {
	h.Presence, h.Reason, h.Since = l.agent.Presence, l.agent.Reason, l.agent.Since
	if s.Skill != "" {
		h.Level, _ = l.agent.Level(s.Skill)
	}
	able, bar := s.ability(l.place), s.barred(l.place)
	h.Free = capacityOf([3]int{able.free(0), able.free(1), able.free(2)})
	for m := range h.Consult {
		h.Consult[m] = cmp.Or(bar, able.hinder(m).why(nil))
	}
	h.Transfer, h.Conference = h.Consult[interaction.ByChat], h.Consult[interaction.ByChat]
	if slices.Contains(s.partners, l.place) {
		// It has its part already: it need not be available (CONS-7, CONS-8), and a
		// transfer to it withdraws what else it is asked.
		h.Conference, h.Transfer = bar, nil
		if bar == ErrInChat {
			h.Transfer = ErrInChat
		}
		h.Consult = [3]error{ErrConsulting, ErrConsulting, ErrConsulting}
	}
}

// hitMembers is for a group or a skill: those who cannot be asked are skipped.
func (s *search) hitMembers(h *Hit, l *listing) {
	consult := [3]hindrance{barred, barred, barred}
	give := barred
	var bar, consulting error
	var free [3]int
	for _, place := range l.members {
		able := s.member(h, &free, int(place))
		why := s.barred(int(place))
		if why != nil {
			bar = why
			continue
		}
		give = min(give, able.hinder(int(interaction.ByChat)))
		if slices.Contains(s.partners, int(place)) {
			consulting = ErrConsulting
			continue
		}
		for m := range consult {
			consult[m] = min(consult[m], able.hinder(m))
		}
	}
	h.Free = capacityOf(free)
	h.Transfer = give.why(bar)
	h.Conference = h.Transfer
	for m := range consult {
		h.Consult[m] = consult[m].why(cmp.Or(consulting, bar))
	}
}

// hitQueue is for a queue: it waits for whoever serves it by the medium.
func (s *search) hitQueue(h *Hit, l *listing) {
	h.Consult = [3]error{ErrMedium, ErrMedium, ErrMedium}
	var free [3]int
	for _, place := range l.members {
		able := s.member(h, &free, int(place))
		for m := range h.Consult {
			if able.hinder(m) != noMedium {
				h.Consult[m] = nil
			}
		}
	}
	h.Free = capacityOf(free)
	if l.queue.Closed == Refuse && !l.queue.Hours.Open(s.now) {
		h.Consult = [3]error{ErrClosed, ErrClosed, ErrClosed}
	}
	h.Transfer, h.Conference = h.Consult[interaction.ByChat], h.Consult[interaction.ByChat]
}

// member counts one in, and gives its ability.
func (s *search) member(h *Hit, free *[3]int, place int) *ability {
	able := s.ability(place)
	h.Members++
	if able.ready() {
		h.Ready++
		for m := range free {
			free[m] += able.free(m)
		}
	}
	return able
}

func capacityOf(free [3]int) Capacity {
	return Capacity{Chat: free[interaction.ByChat], IM: free[interaction.ByIM], Voice: free[interaction.ByVoice]}
}
