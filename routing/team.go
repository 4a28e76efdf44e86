package routing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/interaction"
)

// ErrInvalidAgent says that an agent cannot be in a directory. An [*AgentError]
// says why.
var ErrInvalidAgent = errors.New("routing: the agent is not valid")

// An AgentError says what is wrong with an agent. It is [ErrInvalidAgent].
type AgentError struct {
	Agent interaction.PartyID
	Field string // of [Agent]: "id", "name", "group", "skill", "presence", "reason", "capacity"
	Why   string
}

func (e *AgentError) Error() string {
	return fmt.Sprintf("%v: %q: %s %s", ErrInvalidAgent, string(e.Agent), e.Field, e.Why)
}

// Unwrap gives [ErrInvalidAgent].
func (e *AgentError) Unwrap() error { return ErrInvalidAgent }

// A Team is a [Directory] in memory (ROUTE-1). The zero Team is empty and ready
// to use; it must not be copied. All methods may be called at once, also from
// within the functions that Watch calls.
type Team struct {
	mu      sync.RWMutex
	agents  map[interaction.PartyID]*Agent // never changed once they are in it
	watches []*teamWatch                   // in the order in which they began
}

// A teamWatch is one call of Watch.
type teamWatch struct {
	ctx     context.Context
	changed func(interaction.PartyID)
}

// NewTeam gives a team of the agents. Where one has no Since, it is now. Of
// agents with the same id the last one counts.
func NewTeam(agents ...Agent) (*Team, error) {
	t := new(Team)
	for _, a := range agents {
		if err := t.Set(a); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Set adds an agent, or replaces the one with its id. A zero Since means since
// now or, where the presence stays what it is, since when it is that. Who is
// ready has no reason. An agent that cannot be is refused with an
// [*AgentError], and nothing changes.
func (t *Team) Set(a Agent) error {
	if err := a.check(); err != nil {
		return err
	}
	a.Groups, a.Skills = slices.Clone(a.Groups), slices.Clone(a.Skills)
	return t.change(a.ID, func(old *Agent) (*Agent, error) {
		switch {
		case !a.Since.IsZero():
		case old != nil && old.Presence == a.Presence:
			a.Since = old.Since
		default:
			a.Since = wallClock()
		}
		if a.Presence == Ready {
			a.Reason = ""
		}
		return &a, nil
	})
}

// Remove takes an agent out. It does nothing where there is none.
func (t *Team) Remove(id interaction.PartyID) {
	// The change cannot fail.
	_ = t.change(id, func(*Agent) (*Agent, error) { return nil, nil })
}

// SetPresence says whether an agent takes new work, and why not; who is ready
// has no reason. Since moves when the presence changes, not when only the reason
// does. It gives [ErrUnknownAgent], or an [*AgentError] for a presence or reason
// that is none.
func (t *Team) SetPresence(id interaction.PartyID, p Presence, reason string) error {
	if p == Ready {
		reason = ""
	}
	return t.change(id, func(old *Agent) (*Agent, error) {
		if old == nil {
			return nil, ErrUnknownAgent
		}
		a := *old
		a.Presence, a.Reason = p, reason
		if err := a.check(); err != nil {
			return nil, err
		}
		if old.Presence != p {
			a.Since = wallClock()
		}
		return &a, nil
	})
}

// SetNotReady is what [Directory] says.
func (t *Team) SetNotReady(ctx context.Context, id interaction.PartyID, reason string, asOf time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return t.change(id, func(old *Agent) (*Agent, error) {
		switch {
		case old == nil:
			return nil, ErrUnknownAgent
		case old.Presence != Ready || old.Since.After(asOf):
			return old, nil
		}
		a := *old
		a.Presence, a.Reason, a.Since = NotReady, reason, wallClock()
		if err := a.check(); err != nil {
			return nil, err
		}
		return &a, nil
	})
}

// wallClock is now, without the monotonic clock that no other process knows.
func wallClock() time.Time { return time.Now().Round(0) }

// Agent is what [Directory] says.
func (t *Team) Agent(ctx context.Context, id interaction.PartyID) (Agent, error) {
	if err := ctx.Err(); err != nil {
		return Agent{}, err
	}
	t.mu.RLock()
	a := t.agents[id]
	t.mu.RUnlock()
	if a == nil {
		return Agent{}, ErrUnknownAgent
	}
	return a.clone(), nil
}

// Agents gives everybody who is in the team when the loop begins, by id.
func (t *Team) Agents(ctx context.Context) iter.Seq2[Agent, error] {
	return func(yield func(Agent, error) bool) {
		t.mu.RLock()
		all := slices.Collect(maps.Values(t.agents))
		t.mu.RUnlock()
		slices.SortFunc(all, func(a, b *Agent) int { return cmp.Compare(a.ID, b.ID) })
		for _, a := range all {
			if err := ctx.Err(); err != nil {
				yield(Agent{}, err)
				return
			}
			if !yield(a.clone(), nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil && len(all) == 0 {
			yield(Agent{}, err)
		}
	}
}

// Watch is what [Directory] says. changed is called by the goroutine that made
// the change, before its call returns and without a lock, and by several of them
// at once. A call that is under way when cancel is called may end after it.
func (t *Team) Watch(ctx context.Context, changed func(interaction.PartyID)) (cancel func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &teamWatch{ctx, changed}
	t.mu.Lock()
	t.watches = append(t.watches, w)
	t.mu.Unlock()
	forget := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.watches = slices.DeleteFunc(t.watches, func(other *teamWatch) bool { return other == w })
	}
	stop := context.AfterFunc(ctx, forget)
	return func() { stop(); forget() }, nil
}

// change puts another agent in the place of the old one, nil for none, and tells
// those who watch if that makes a difference.
func (t *Team) change(id interaction.PartyID, to func(old *Agent) (*Agent, error)) error {
	watches, err := t.put(id, to)
	for _, w := range watches {
		if w.ctx.Err() == nil && t.watching(w) {
			w.changed(id)
		}
	}
	return err
}

func (t *Team) put(id interaction.PartyID, to func(old *Agent) (*Agent, error)) ([]*teamWatch, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.agents[id]
	a, err := to(old)
	switch {
	case err != nil:
		return nil, err
	case a.equal(old):
		return nil, nil
	case a == nil:
		delete(t.agents, id)
	default:
		if t.agents == nil {
			t.agents = make(map[interaction.PartyID]*Agent)
		}
		t.agents[id] = a
	}
	return slices.Clone(t.watches), nil
}

// watching reports whether the watch was not cancelled meanwhile.
func (t *Team) watching(w *teamWatch) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Contains(t.watches, w)
}

func (a *Agent) clone() Agent {
	b := *a
	b.Groups, b.Skills = slices.Clone(a.Groups), slices.Clone(a.Skills)
	return b
}

func (a *Agent) equal(b *Agent) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.ID == b.ID && a.Name == b.Name && slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Skills, b.Skills) &&
		a.Presence == b.Presence && a.Reason == b.Reason && a.Since.Equal(b.Since) && a.Capacity == b.Capacity
}

const nameBytes = 200 // bytes of a name or a reason, as in an interaction

// check says why the agent cannot be in a directory.
func (a *Agent) check() error {
	fault := func(field, why string) error { return &AgentError{a.ID, field, why} }
	line := func(s string) bool {
		return len(s) <= nameBytes && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
	}
	switch {
	case !a.ID.Valid() || interaction.Target(a.ID).Kind() != interaction.AgentTarget:
		return fault("id", "must be that of an agent or a supervisor")
	case strings.TrimSpace(a.Name) == "":
		return fault("name", "is empty")
	case !line(a.Name):
		return fault("name", "must be one line of UTF-8, of at most 200 bytes")
	case a.Presence > Ready:
		return fault("presence", "is none")
	case !line(a.Reason):
		return fault("reason", "must be one line of UTF-8, of at most 200 bytes")
	case a.Capacity.Chat < 0 || a.Capacity.IM < 0 || a.Capacity.Voice < 0:
		return fault("capacity", "is negative")
	}
	seen := make(map[string]bool)
	for _, g := range a.Groups {
		switch {
		case interaction.Target("group:"+g).Kind() != interaction.GroupTarget || !line(g):
			return fault("group", fmt.Sprintf("%q is no name that a target can have", g))
		case seen[g]:
			return fault("group", fmt.Sprintf("%q is there twice", g))
		}
		seen[g] = true
	}
	clear(seen)
	for _, s := range a.Skills {
		switch {
		case interaction.Target("skill:"+s.Name).Kind() != interaction.SkillTarget || !line(s.Name) || endsInLevel(s.Name):
			return fault("skill", fmt.Sprintf("%q is no name that a target can have", s.Name))
		case s.Level < 0:
			return fault("skill", fmt.Sprintf("%q has a negative level", s.Name))
		case seen[s.Name]:
			return fault("skill", fmt.Sprintf("%q is there twice", s.Name))
		}
		seen[s.Name] = true
	}
	return nil
}

// endsInLevel reports whether a skill's name would be read as one with a level:
// "skill:go/2" asks for the skill "go".
func endsInLevel(skill string) bool {
	i := strings.LastIndexByte(skill, '/')
	if i < 0 {
		return false
	}
	_, err := strconv.Atoi(skill[i+1:])
	return err == nil
}

var _ Directory = (*Team)(nil)
