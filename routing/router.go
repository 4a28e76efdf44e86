package routing

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/timers"
)

// A Router finds agents for invitations. Any number of them, in any number of
// processes, may work on one store: an agent's capacity and an interaction's
// log each have one order, and whoever comes second finds that out. Its methods
// may be called by many goroutines at once.
type Router struct {
	dir      Directory
	opt      Options
	log      *slog.Logger
	capacity capacity
	later    *timers.Scheduler[string]
	work     work

	mu     sync.Mutex
	board  *board
	loaded bool // the board has the directory's agents
	known  map[string]*known
}

// known is an interaction as the router saw it last.
type known struct {
	head    uint64
	looked  time.Time
	waits   bool // its contact waits
	since   time.Time
	origin  interaction.Target
	entries []*entry
	asked   map[interaction.PartyID]string    // who has an offer, and of which invitation
	refused map[interaction.PartyID]time.Time // whom the rules did not let have it lately
	again   timers.Handle
}

// Options are what a host may set. The zero value works.
type Options struct {
	// Queues are the interaction queues. Other targets need no configuration.
	Queues []Queue
	// Strategy says who is asked first; nil is [LongestIdle].
	Strategy Strategy
	// Reserve is how long a piece of capacity is kept for an offer that is under
	// way; below 1 is ten seconds. It must be longer than any append takes.
	Reserve time.Duration
	// Poll is how often the router looks into store and directory by itself,
	// which heals lost notices; below 1 is five seconds.
	Poll time.Duration
	// Workers is how many interactions are worked on at once; below 1 is 8.
	Workers int
	// Words says a place in a queue to the contact; nil is [Words]. An empty text
	// is not sent.
	Words func(language string, p Place) string
	// Logger gets what an operator should know; nil logs nothing.
	Logger *slog.Logger
}

// Reasons that a sender is told when nobody of a target could be found
// (ROUTE-2).
const (
	NobodyReady    = "nobody is ready"
	NobodyFree     = "nobody has capacity left"
	NobodyAccepted = "nobody accepted"
	AgentGone      = "the agent is not there any more"
)

// New makes a router for the store that its kernel works on. Give its
// [Router.Gate] to the kernel, and have [Router.Run] run. It gives a
// [*QueueError] for a queue that is not well configured.
func New(store chatkernel.Store, directory Directory, options *Options) (*Router, error) {
	r := &Router{dir: directory, known: make(map[string]*known)}
	if options != nil {
		r.opt = *options
	}
	var (
		queues map[interaction.Target]*Queue
		err    error
	)
	if r.opt.Queues, queues, err = checked(r.opt.Queues); err != nil {
		return nil, err
	}
	for _, d := range []struct {
		v         *time.Duration
		otherwise time.Duration
	}{{&r.opt.Reserve, 10 * time.Second}, {&r.opt.Poll, 5 * time.Second}} {
		if *d.v < 1 {
			*d.v = d.otherwise
		}
	}
	if r.opt.Workers < 1 {
		r.opt.Workers = 8
	}
	if r.opt.Words == nil {
		r.opt.Words = Words
	}
	if r.log = r.opt.Logger; r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.capacity = capacity{store: store, owner: rand.Uint64(), keep: r.opt.Reserve}
	r.board = newBoard(r.opt.Strategy, queues)
	r.work.more.L = &r.work.mu
	return r, nil
}

// Run routes until the context is done or the kernel is closed, and returns why
// it ended. It needs the kernel whose gate it is, and may run once at a time.
func (r *Router) Run(ctx context.Context, k *chatkernel.Kernel) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.begin()
	r.later = timers.NewScheduler(func(due []string) {
		for _, id := range due {
			r.work.look(id)
		}
	}, nil)
	defer r.later.Close()
	if err := r.load(ctx); err != nil {
		return err
	}
	quit, err := r.dir.Watch(ctx, r.work.meet)
	if err != nil {
		return err
	}
	defer quit()
	cancel, err := k.Changes(ctx, r.work.look)
	if err != nil {
		return err
	}
	defer cancel()

	var workers sync.WaitGroup
	defer workers.Wait()
	defer r.work.stop()
	defer stop()
	for range r.opt.Workers {
		workers.Go(func() {
			for {
				j, ok := r.work.next()
				if !ok {
					return
				}
				r.do(ctx, k, j)
				r.work.done(j)
			}
		})
	}
	tick := time.NewTicker(r.opt.Poll)
	defer tick.Stop()
	for {
		if err := r.survey(ctx, k); err != nil {
			if errors.Is(err, chatkernel.ErrClosed) || ctx.Err() != nil {
				return err
			}
			r.log.Error("the store does not say what waits", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := r.reread(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("the directory does not say who is there", "error", err)
		}
	}
}

// begin forgets what an earlier run knew: it may have changed since.
func (r *Router) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.known {
		for _, e := range k.entries {
			r.board.take(e)
		}
	}
	r.known = make(map[string]*known)
	r.work.start()
}

// load has the board know the directory's agents, once.
func (r *Router) load(ctx context.Context) error {
	r.mu.Lock()
	loaded := r.loaded
	r.mu.Unlock()
	if loaded {
		return nil
	}
	return r.reread(ctx)
}

// reread compares the board's agents with the directory's.
func (r *Router) reread(ctx context.Context) error {
	var all []Agent
	there := make(map[interaction.PartyID]bool)
	for a, err := range r.dir.Agents(ctx) {
		if err != nil {
			return err
		}
		all = append(all, a)
		there[a.ID] = true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded = true
	for i := range all {
		r.set(all[i])
	}
	for id := range r.board.members {
		if !there[id] {
			r.board.remove(id)
		}
	}
	r.match()
	return nil
}

// set brings an agent on the board up to date. The router is locked.
func (r *Router) set(a Agent) {
	before := r.board.members[a.ID]
	if before != nil && before.Presence != Offline && a.Presence == Offline {
		r.recall(a.ID)
	}
	r.board.set(a)
}

// meet brings one agent up to date that the directory spoke of.
func (r *Router) meet(ctx context.Context, id interaction.PartyID) {
	a, err := r.dir.Agent(ctx, id)
	if err != nil && !errors.Is(err, ErrUnknownAgent) {
		r.log.Error("the directory does not say how an agent is", "error", err)
		return // read again at the next poll
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.recall(id)
		r.board.remove(id)
		return
	}
	r.set(a)
	r.match()
}

// recall has the offers of an agent who is gone taken back. The router is
// locked.
func (r *Router) recall(id interaction.PartyID) {
	for chat, k := range r.known {
		if inv := k.asked[id]; inv != "" {
			r.work.recall(chat, inv, id)
		}
	}
}

// survey finds what nobody told of: what seeks somebody by the store's index,
// and what holds capacity and was not looked at for a while.
func (r *Router) survey(ctx context.Context, k *chatkernel.Kernel) error {
	q := chatkernel.Query{Seeking: true, Limit: 1000}
	seeking := make(map[string]bool)
	for {
		n := 0
		for e, err := range k.Find(ctx, q) {
			if err != nil {
				return err
			}
			n++
			q.After = &e
			seeking[e.Stream] = true
			r.mu.Lock()
			was := r.known[e.Stream]
			news := was == nil || was.head < e.Head
			r.mu.Unlock()
			if news {
				r.work.look(e.Stream)
			}
		}
		if n < q.Limit {
			break
		}
	}
	held, overdue := r.capacity.audit(time.Now())
	for _, agent := range overdue {
		if err := r.capacity.refresh(ctx, agent); err != nil {
			return err
		}
		r.loadOf(agent, false)
	}
	stale := time.Now().Add(-10 * r.opt.Poll)
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range held {
		if r.known[id] == nil {
			r.work.look(id)
		}
	}
	for id, was := range r.known {
		if len(was.entries) > 0 && !seeking[id] || was.looked.Before(stale) {
			r.work.look(id)
		}
	}
	return nil
}
