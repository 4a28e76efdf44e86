package routing

import (
	"sync"

	"github.com/chatkernel/chatkernel/interaction"
)

// work is what the router's workers have to do. What concerns one interaction
// or one agent is done by one worker at a time, and asked for often is done
// once.
type work struct {
	mu     sync.Mutex
	more   sync.Cond
	ready  []*job // whose turn it is, first come first served
	jobs   map[string]*job
	closed bool
}

// A job is everything that is to be done about one interaction or one agent.
type job struct {
	id      string              // of the interaction, empty for an agent
	agent   interaction.PartyID // whom the directory spoke of
	look    bool
	offers  []assignment
	recalls []recall
	running bool // its worker took what there was; more may have come
	queued  bool
}

// A recall is an offer to be taken back.
type recall struct {
	invitation string
	agent      interaction.PartyID
}

// start begins with nothing to do.
func (w *work) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs, w.ready, w.closed = make(map[string]*job), nil, false
}

// ask notes something to do.
func (w *work) ask(key string, f func(*job)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.jobs == nil {
		return // nobody runs; the first survey finds it
	}
	j := w.jobs[key]
	if j == nil {
		j = new(job)
		w.jobs[key] = j
	}
	f(j)
	if !j.queued && !j.running {
		j.queued = true
		w.ready = append(w.ready, j)
		w.more.Signal()
	}
}

func (w *work) look(id string) { w.ask(id, func(j *job) { j.id, j.look = id, true }) }

func (w *work) offer(a assignment) {
	w.ask(a.entry.id, func(j *job) { j.id, j.offers = a.entry.id, append(j.offers, a) })
}

func (w *work) recall(id, invitation string, agent interaction.PartyID) {
	w.ask(id, func(j *job) { j.id, j.recalls = id, append(j.recalls, recall{invitation, agent}) })
}

// meet has an agent looked up. Ids of interactions have no slash.
func (w *work) meet(agent interaction.PartyID) {
	w.ask("agent/"+string(agent), func(j *job) { j.agent = agent })
}

// next gives what to do next, and waits for it.
func (w *work) next() (now job, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.ready) == 0 && !w.closed {
		w.more.Wait()
	}
	if w.closed {
		return job{}, false
	}
	j := w.ready[0]
	w.ready[0] = nil
	w.ready = w.ready[1:]
	now = *j
	*j = job{id: j.id, running: true}
	return now, true
}

// done says that a job is done, as far as it was known when it was taken.
func (w *work) done(did job) {
	key := did.id
	if did.agent != "" {
		key = "agent/" + string(did.agent)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	j := w.jobs[key]
	j.running = false
	if j.look || j.agent != "" || len(j.offers)+len(j.recalls) > 0 {
		j.queued = true
		w.ready = append(w.ready, j)
		w.more.Signal()
		return
	}
	delete(w.jobs, key)
}

// stop ends all workers.
func (w *work) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.more.Broadcast()
}
