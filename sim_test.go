package chatkernel_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/keyring"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

var (
	simSeeds = flag.Int("sim.seeds", seeds, "how many simulated runs")
	simSeed  = flag.Uint64("sim.seed", 0, "the one run to repeat, by its seed, with all it did")
)

// A run of the simulation is several processes on one store and one transport,
// in one goroutine and in a time of its own: whatever happens between two of them
// happens inside a call of the store. One seed gives one run, always the same.
//
// Beside them stand clients who give commands, hear lost answers and crashes, and
// send the same command again, to another process too, and a checker that knows
// what was acknowledged and looks at the store itself.
func TestHOST_5_LIFE_16_LIFE_18_TIME_7_simulated_processes(t *testing.T) {
	if *simSeed != 0 {
		w := simulate(t, *simSeed)
		for _, line := range w.trace {
			t.Log(line)
		}
		return
	}
	runs := *simSeeds
	if testing.Short() {
		runs /= 10
	}
	for seed := range uint64(runs) {
		simulate(t, seed+1)
	}
}

func TestHOST_5_a_simulated_run_repeats_exactly(t *testing.T) {
	for _, seed := range []uint64{3, 7} {
		one, two := simulate(t, seed), simulate(t, seed)
		require.Equal(t, one.trace, two.trace)
	}
}

func simulate(t *testing.T, seed uint64) (w *world) {
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(t, seed)
		for !w.T.Failed() && w.steps < 80 {
			w.steps++
			w.step()
			w.check()
		}
		w.end()
		w.log("the log is %x", w.sum())
	})
	return w
}

// A world is one run.
type world struct {
	*testing.T
	*rand.Rand
	ctx       context.Context
	store     *memstore.Store // the truth, which only the checker reads directly
	transport *memstore.Transport
	ring      *keyring.Memory
	reader    *chatkernel.Kernel // opens what is encrypted, for the checker
	folds     map[string]*folded
	alive     []*process
	chats     []string
	depth     int // of what happens inside a call of the store
	calm      bool
	steps     int
	keys      int
	open      []*command // not acknowledged yet
	done      []*command
	seen      map[string][]chatkernel.Item // what each viewer of each chat has been shown
	trace     []string
}

// A command is what a client wants, until it is acknowledged or refused.
type command struct {
	chat  string
	by    interaction.PartyID
	key   string
	cmd   interaction.Command
	at    chatkernel.Position
	sent  int  // how often it is on its way now
	maybe bool // an answer was lost: it may have happened
}

// A process is a kernel with its own handle on the store.
type process struct {
	*chatkernel.Kernel
	world *world
	dead  bool
	busy  bool // in a call of the store, inside which other things happen
}

var (
	simAgents   = []interaction.PartyID{maria, ben, "agent:zoe"}
	errDead     = errors.New("the process is dead")
	errLost     = errors.New("the answer was lost")
	errNotAsked = errors.New("the request was lost")
)

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		T: t, Rand: rand.New(rand.NewPCG(seed, 17)), ctx: t.Context(), store: memstore.New(&memstore.Options{Sequence: true}),
		transport: memstore.NewTransport(), seen: make(map[string][]chatkernel.Item),
	}
	w.Cleanup(func() {
		if w.Failed() {
			w.Logf("repeat it with -sim.seed=%d; its end was\n%s", seed, w.tail())
		}
	})
	if w.IntN(2) == 0 {
		w.ring = keyring.New()
	}
	w.reader, w.folds = chatkernel.New(w.store, w.transport, &chatkernel.Options{Keyring: w.keyring()}), make(map[string]*folded)
	w.Cleanup(func() { _ = w.reader.Close() })
	for range 1 + w.IntN(3) {
		w.boot()
	}
	return w
}

func (w *world) boot() {
	policy := interaction.DefaultPolicy()
	policy.RateEvery = 0
	policy.Async = w.IntN(3) == 0
	policy.AfterContact = interaction.AfterContact(w.IntN(3))
	policy.CloseDelay = 10 * time.Minute
	policy.ReturnAfter = 2 * time.Minute
	o := &chatkernel.Options{Policy: &policy, Gates: pass}
	if w.ring != nil {
		o.Keyring = w.ring
	}
	p := &process{world: w}
	p.Kernel = chatkernel.New(p, w.transport, o)
	chatkernel.SetJitter(p.Kernel, func(most time.Duration) time.Duration { return most / 2 })
	w.Cleanup(func() { _ = p.Close() })
	w.alive = append(w.alive, p)
}

func (w *world) log(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf("%s%*s"+format, append([]any{time.Now().UTC().Format("15:04:05.000 "), 2 * w.depth, ""}, args...)...))
}

func (w *world) tail() (text string) {
	for _, line := range w.trace[max(0, len(w.trace)-40):] {
		text += line + "\n"
	}
	return text
}

// sum is a digest of the whole log, without what differs by chance.
func (w *world) sum() uint64 {
	h := fnv.New64a()
	for one, err := range w.store.All(w.ctx, "") {
		require.NoError(w, err)
		data := one.Data
		if w.ring != nil {
			data = nil // nonces
		}
		fmt.Fprintln(h, one.Stream, one.After, one.Count, one.Key, one.At, one.Wake, data)
	}
	return h.Sum64()
}

func (w *world) any() *process {
	var idle []*process
	for _, p := range w.alive {
		if !p.busy {
			idle = append(idle, p)
		}
	}
	if len(idle) == 0 {
		w.boot()
		return w.alive[len(w.alive)-1]
	}
	return idle[w.IntN(len(idle))]
}

// step lets one thing happen.
func (w *world) step() {
	w.bury()
	switch n := w.IntN(20); {
	case n == 0:
		w.boot()
		w.log("a process starts")
	case n == 1 && len(w.alive) > 1:
		w.kill(w.any())
	case n < 3:
		d := time.Duration(w.IntN(100)) * time.Second
		if w.IntN(20) == 0 {
			d = time.Duration(w.IntN(20)) * time.Hour
		}
		w.log("%v pass", d)
		time.Sleep(d)
	case n < 5:
		w.any().sweep()
	case n < 6 && len(w.open) > 0:
		w.send(w.open[w.IntN(len(w.open))]) // the client tries again
	case n < 7 && len(w.done) > 0:
		w.again(w.done[w.IntN(len(w.done))]) // and once too often
	case n < 9 && len(w.chats) > 0:
		w.look(w.chats[w.IntN(len(w.chats))], w.viewer())
	default:
		for range 20 {
			if c := w.draw(); c != nil {
				w.open = append(w.open, c)
				w.send(c)
				break
			}
		}
	}
}

func (w *world) viewer() interaction.PartyID {
	return [...]interaction.PartyID{pat, maria, ben, "agent:zoe", sam}[w.IntN(5)]
}

func (w *world) kill(p *process) {
	w.log("a process dies")
	p.dead = true
}

// bury takes the dead away, whose memory is lost. One that is in the middle of a
// call is left until that is over.
func (w *world) bury() {
	if w.depth > 0 {
		return
	}
	w.alive = slices.DeleteFunc(w.alive, func(p *process) bool {
		if p.dead {
			require.NoError(w, p.Close())
		}
		return p.dead
	})
}

func (p *process) sweep() {
	if !p.dead {
		p.world.log("deadlines")
		chatkernel.Sweep(p.world.ctx, p.Kernel)
	}
}

// truth is the state as the store alone says it.
func (w *world) truth(id string) interaction.State {
	return w.fold(id).State
}

// draw thinks of a command that could be meant now, mostly one that is allowed.
func (w *world) draw() *command {
	w.keys++
	c := &command{key: fmt.Sprint("key-", w.keys)}
	if len(w.chats) < 2 && w.IntN(4) == 0 || len(w.chats) == 0 {
		c.chat, c.by = fmt.Sprint("chat-", len(w.chats)), pat
		w.chats = append(w.chats, c.chat)
		c.cmd = interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Target: "agent:maria", Subject: "Lamp"}
		return c
	}
	c.chat = w.chats[w.IntN(len(w.chats))]
	s := w.truth(c.chat)
	if s.Start == nil {
		return nil
	}
	c.by = [...]interaction.PartyID{pat, maria, ben, "agent:zoe", sam, interaction.System}[w.IntN(6)]
	if c.cmd = w.command(&s, c.by); c.cmd == nil {
		return nil
	}
	return c
}

func (w *world) command(s *interaction.State, by interaction.PartyID) interaction.Command {
	allowed := s.Allowed(by)
	if len(allowed) == 0 {
		return nil
	}
	agent := simAgents[w.IntN(len(simAgents))]
	invitation, consultation := "none", ""
	if n := len(s.Invitations); n > 0 {
		invitation = s.Invitations[w.IntN(n)].ID
	}
	if n := len(s.Consultations); n > 0 {
		consultation = s.Consultations[w.IntN(n)].ID
	}
	switch kind := allowed[w.IntN(len(allowed))]; kind {
	case interaction.EndKind, interaction.MarkDoneKind, interaction.LeaveKind, interaction.EraseKind:
		if w.IntN(3) > 0 {
			return nil // else no chat lives long
		}
		return map[interaction.CommandKind]interaction.Command{
			interaction.EndKind: interaction.End{}, interaction.MarkDoneKind: interaction.MarkDone{},
			interaction.LeaveKind: interaction.Leave{}, interaction.EraseKind: interaction.Erase{},
		}[kind]
	case interaction.InviteKind:
		return interaction.Invite{To: interaction.Target(agent), Agent: agent}
	case interaction.OfferKind:
		return interaction.Offer{Invitation: invitation, Agent: agent}
	case interaction.TransferKind:
		return interaction.Transfer{To: interaction.Target(agent), Agent: agent}
	case interaction.ConferenceKind:
		return interaction.Conference{To: interaction.Target(agent), Agent: agent}
	case interaction.ConsultKind:
		return interaction.Consult{To: interaction.Target(agent), Agent: agent}
	case interaction.AcceptKind:
		for _, inv := range s.Invitations {
			if inv.Agent == by {
				invitation = inv.ID
			}
		}
		return interaction.Accept{Invitation: invitation, Name: "Name"}
	case interaction.DeclineKind:
		return interaction.Decline{Invitation: invitation}
	case interaction.CancelKind:
		return interaction.Cancel{Invitation: invitation}
	case interaction.WithdrawKind:
		return interaction.Withdraw{Invitation: invitation}
	case interaction.SuperviseKind:
		return interaction.Supervise{Mode: interaction.Supervision(w.IntN(4)), Name: "Sam"}
	case interaction.SayKind:
		return interaction.Say{Text: fmt.Sprint("text ", w.keys), To: interaction.Scope(w.IntN(2)), Consultation: [...]string{"", "", consultation}[w.IntN(3)]}
	case interaction.MarkReadKind:
		return interaction.MarkRead{Through: uint64(w.IntN(30))}
	case interaction.RejoinKind:
		return interaction.Rejoin{Name: "Name"}
	case interaction.SetNoteKind:
		return interaction.SetNote{Text: fmt.Sprint("note ", w.keys)}
	case interaction.SetCaseDataKind:
		return interaction.SetCaseData{Key: "plan", Value: interaction.Value{Text: fmt.Sprint(w.keys)}}
	case interaction.DisconnectKind:
		return interaction.Disconnect{Party: by}
	case interaction.ReconnectKind:
		return interaction.Reconnect{Party: by}
	case interaction.EndConsultationKind:
		return interaction.EndConsultation{Consultation: consultation}
	case interaction.MarkConsultationDoneKind:
		return interaction.MarkConsultationDone{Consultation: consultation}
	case interaction.RemoveKind:
		return interaction.Remove{Party: agent}
	case interaction.AssignContactKind:
		return interaction.AssignContact{Contact: interaction.Person{ID: "contact:kat", Name: "Kat"}}
	}
	return nil
}

// send lets a client give its command to some process.
func (w *world) send(c *command) {
	p := w.any()
	c.sent++
	r, err := p.Do(w.ctx, c.chat, chatkernel.By(c.by, c.key), c.cmd)
	c.sent--
	c.maybe = c.maybe || c.sent > 0
	w.log("%s %s %T in %s: %v", c.by, c.key, c.cmd, c.chat, err)
	switch {
	case p.dead:
		c.maybe = true // the client heard nothing
		return
	case errors.Is(err, chatkernel.ErrUnknownOutcome):
		c.maybe = true
		return
	case errors.Is(err, chatkernel.ErrStore), errors.Is(err, chatkernel.ErrBusy):
		require.True(w, c.maybe || !w.stored(c), "%s has failed with %v, and it is in the log", c.key, err)
		return
	}
	w.open = slices.DeleteFunc(w.open, func(o *command) bool { return o == c })
	if err != nil {
		// A refusal is an answer as well: it did not happen, and cannot any more by
		// this key unless the client tries again.
		require.False(w, w.stored(c), "%s was refused with %v, and it is in the log", c.key, err)
		// Unless a deadline has come since it was judged, it is what the log says.
		if s := w.truth(c.chat); !errors.Is(err, chatkernel.ErrNoGate) && (s.Wake().IsZero() || s.Wake().After(time.Now())) {
			_, now := interaction.Decide(&s, interaction.Input{By: c.by, Key: c.key, Command: c.cmd, Now: time.Now()})
			require.Error(w, now, "%s was refused with %v, and by what the log has it is not", c.key, err)
		}
		return
	}
	c.at = r.Position
	w.done = append(w.done, c)
}

// again sends what was acknowledged once more: the answer is the same, and nothing
// happens.
func (w *world) again(c *command) {
	p := w.any()
	before := w.truth(c.chat)
	if w.IntN(3) == 0 && w.stored(c) && !w.shredded(c.chat) {
		_, err := p.Do(w.ctx, c.chat, chatkernel.By(c.by, c.key), interaction.Say{Text: "another command by the same key"})
		if w.shredded(c.chat) {
			return // meanwhile, and with it what told commands apart
		}
		require.Error(w, err)
		require.True(w, p.dead || errors.Is(err, chatkernel.ErrKeyReused) || errors.Is(err, chatkernel.ErrStore) || errors.Is(err, chatkernel.ErrUnknownOutcome), "%v", err)
		return
	}
	r, err := p.Do(w.ctx, c.chat, chatkernel.By(c.by, c.key), c.cmd)
	if p.dead || errors.Is(err, chatkernel.ErrStore) || errors.Is(err, chatkernel.ErrUnknownOutcome) {
		return
	}
	after := w.truth(c.chat)
	if w.stored(c) && c.at != (chatkernel.Position{}) { // else it had nothing to do, and may have now
		require.NoError(w, err, "%s %s", c.key, c.by)
		require.Equal(w, c.at.Seen, r.Position.Seen, "the first answer to %s", c.key)
		if w.depth == 0 {
			require.LessOrEqual(w, after.Seq()-before.Seq(), uint64(8), "others may act in between, it does not")
		}
	}
}

// stored reports whether a command is in the log, which has it once at most.
func (w *world) stored(c *command) bool {
	key, n := chatkernel.CommitKey(c.by, c.key), 0
	for commit, err := range w.store.Load(w.ctx, c.chat, 0) {
		require.NoError(w, err)
		if commit.Key == key {
			n++
		}
	}
	require.LessOrEqual(w, n, 1, "%s is in the log twice", c.key)
	return n == 1
}

// look reads a viewer's feed from the beginning, through some process. What it
// was shown before is the beginning of it.
func (w *world) look(chat string, who interaction.PartyID) {
	p := w.any()
	var items []chatkernel.Item
	for item, err := range p.Watch(w.ctx, chat, interaction.Viewer{ID: who}, chatkernel.Position{}) {
		if err != nil {
			return // not a party, or a fault
		}
		if item.Current {
			break
		}
		items = append(items, item)
	}
	name := chat + " " + string(who)
	before := w.seen[name]
	w.seen[name] = items
	for i, item := range items {
		require.EqualValues(w, i+1, item.Position.Seen, "a viewer's positions have no gap")
		if who == pat {
			require.Equal(w, interaction.Everyone, item.Shown.Audience, "%s was shown %T", who, item.Shown.Event)
		}
		if i < len(before) && before[i].Position == item.Position {
			require.Equal(w, before[i].Shown.Event.Kind(), item.Shown.Event.Kind(), "%s: what was shown stays", name)
			require.Equal(w, before[i].Shown.At, item.Shown.At)
		}
	}
}

// A folded is what the store says of a chat, as far as it was read.
type folded struct {
	interaction.State
	wake   time.Time
	erased bool // its key is gone
}

// fold reads a log from the store itself and checks it as such.
func (w *world) fold(id string) *folded {
	f := w.folds[id]
	if f == nil || f.erased != w.shredded(id) {
		f = &folded{erased: w.shredded(id)}
		w.folds[id] = f
	}
	for commit, err := range w.store.Load(w.ctx, id, f.Seq()) {
		require.NoError(w, err)
		if f.wake = commit.Wake; commit.Count == 0 {
			continue
		}
		require.Equal(w, f.Seq(), commit.After, "%s has a gap", id)
		require.False(w, commit.At.Before(f.At()), "%s goes back in time", id)
		b, err := chatkernel.Decode(w.ctx, w.reader, commit)
		require.NoError(w, err)
		for _, r := range b.Records {
			if f.Phase == interaction.InDone {
				switch r.Event.(type) {
				case *interaction.ConsultationMarked, *interaction.ContactAssigned, *interaction.Erased, *interaction.FileJudged:
				default:
					w.Fatalf("%s is done, and then there is %T", id, r.Event)
				}
			}
			require.NoError(w, f.Apply(r))
		}
	}
	return f
}

// shredded reports whether the key of a chat was destroyed.
func (w *world) shredded(id string) bool {
	if w.ring == nil {
		return false
	}
	_, err := w.ring.Key(w.ctx, id, "")
	return errors.Is(err, chatkernel.ErrErased)
}

func (w *world) keyring() chatkernel.Keyring {
	if w.ring == nil {
		return nil
	}
	return w.ring
}

// check is what must hold at any moment.
func (w *world) check() {
	if w.depth > 0 {
		return
	}
	for _, id := range w.chats {
		f := w.fold(id)
		s, wake := f.State, f.wake
		if s.Start == nil {
			continue
		}
		require.True(w, wake.Equal(s.Wake()) || wake.IsZero() && s.Wake().IsZero(), "%s: the store's wake is %v, the log's %v", id, wake, s.Wake())
		w.sound(id, &s)
		if f.erased && !s.Erased {
			continue // an erasure is half done: others may have the content until it is repeated
		}
		for _, p := range w.alive {
			if p.dead || p.world.IntN(4) > 0 {
				continue
			}
			w.calm = true
			live, err := p.State(w.ctx, id)
			w.calm = false
			require.NoError(w, err)
			require.True(w, reflect.DeepEqual(s, live), "%s: a process has another state than the log", id)
		}
	}
	for e, err := range w.store.Find(w.ctx, chatkernel.Query{}) {
		require.NoError(w, err)
		s := w.truth(e.Stream)
		require.Equal(w, chatkernel.IndexOf(&s), &e.Index, "%s: the index is not the log's", e.Stream)
	}
	for _, c := range w.done {
		if c.at != (chatkernel.Position{}) {
			_, err := w.store.Lookup(w.ctx, c.chat, chatkernel.CommitKey(c.by, c.key))
			require.NoError(w, err, "%s was acknowledged and is not in the log", c.key)
		}
	}
}

// sound is what the rules promise of every state.
func (w *world) sound(id string, s *interaction.State) {
	engaged := false
	for i := range s.Parties {
		p := &s.Parties[i]
		if p.Presence == interaction.InChat && p.ID.Role() != interaction.RoleContact {
			engaged = true
		}
	}
	switch s.Phase {
	case interaction.InActive:
		require.True(w, engaged && s.Owner != "", "%s is active without an owner", id)
	case interaction.InWaiting, interaction.InDormant:
		require.Empty(w, s.Owner, id)
	}
}

// end lets everything come to rest: commands that were not answered are given
// until they are, and no deadline is left that is due.
func (w *world) end() {
	w.calm = true
	w.alive = nil
	w.boot()
	for range 2 { // what waits for an erasure to be completed is answered after that
		for _, c := range slices.Clone(w.open) {
			w.send(c)
		}
	}
	require.Empty(w, w.open, "everything is answered where nothing fails")
	for _, c := range w.done {
		w.stored(c)
	}
	w.any().sweep()
	due, err := w.store.Due(w.ctx, 100)
	require.NoError(w, err)
	require.Empty(w, due.Streams, "nothing that is due is forgotten")
	w.check()
}

// The store as a process sees it.

// between is a moment in which others go on.
func (p *process) between() {
	w := p.world
	if w.calm || w.depth > 1 {
		return
	}
	switch w.IntN(8) {
	case 0:
		w.depth, p.busy = w.depth+1, true
		w.step()
		w.depth, p.busy = w.depth-1, false
	case 1:
		time.Sleep(time.Duration(w.IntN(3000)) * time.Millisecond)
	}
}

// fault is what goes wrong with a call, nil for nothing.
func (p *process) fault() error {
	w := p.world
	switch {
	case p.dead:
		return errDead
	case w.calm:
		return nil
	case w.IntN(60) == 0 && len(w.alive) > 1:
		w.kill(p)
		return errDead
	case w.IntN(25) == 0:
		return errNotAsked
	}
	return nil
}

func (p *process) Epoch(ctx context.Context) (string, error) { return p.world.store.Epoch(ctx) }

func (p *process) Append(ctx context.Context, c chatkernel.Commit) error {
	p.between()
	if err := p.fault(); err != nil {
		return err
	}
	err := p.world.store.Append(ctx, c)
	p.between()
	if err == nil && !p.world.calm && p.world.IntN(20) == 0 {
		err = errLost
		p.world.log("an answer is lost")
	}
	if p.dead {
		return errDead
	}
	return err
}

func (p *process) Load(ctx context.Context, stream string, after uint64) iter.Seq2[chatkernel.Commit, error] {
	return func(yield func(chatkernel.Commit, error) bool) {
		p.between()
		if err := p.fault(); err != nil {
			yield(chatkernel.Commit{}, err)
			return
		}
		p.world.store.Load(ctx, stream, after)(yield)
	}
}

func (p *process) Lookup(ctx context.Context, stream string, key chatkernel.Key) (chatkernel.Commit, error) {
	if err := p.fault(); err != nil {
		return chatkernel.Commit{}, err
	}
	return p.world.store.Lookup(ctx, stream, key)
}

func (p *process) Due(ctx context.Context, limit int) (chatkernel.Due, error) {
	if err := p.fault(); err != nil {
		return chatkernel.Due{}, err
	}
	d, err := p.world.store.Due(ctx, limit)
	p.between()
	return d, err
}

func (p *process) Find(ctx context.Context, q chatkernel.Query) iter.Seq2[chatkernel.Entry, error] {
	return p.world.store.Find(ctx, q)
}
