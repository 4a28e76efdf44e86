package chatkernel

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// An Observation is one thing that the kernel did (HOST-7). It holds no content
// and nobody's identity.
type Observation struct {
	Op      Op
	Command interaction.CommandKind // with OpDo
	Took    time.Duration           // with OpDo
	Late    time.Duration           // with OpDeadline: how long after the deadline it was fired
	Streams int                     // with OpDue: how many were due
	Err     error                   // nil where it went well
}

// An Op is what an observation is about.
type Op string

// What is observed.
const (
	OpDo       Op = "do"       // a command
	OpDeadline Op = "deadline" // a due interaction was looked at
	OpDue      Op = "due"      // the store was asked for due interactions
	OpPublish  Op = "publish"  // a notice could not be published
	OpFeed     Op = "feed"     // a feed fell behind and read from the store
	OpMedium   Op = "medium"   // the host's medium failed
)

func (k *Kernel) observe(o Observation) {
	if k.opt.Observe != nil {
		k.opt.Observe(o)
	}
}

// begin is the time a call began, where somebody wants to know.
func (k *Kernel) begin() time.Time {
	if k.opt.Observe == nil {
		return time.Time{}
	}
	return time.Now()
}

// Status says whether the connections that the kernel needs are there (DESK-5).
type Status struct {
	Store     error // why the store's last call failed, nil where it works
	Transport error // why the last notice could not be sent or subscribed, nil where it works
}

// Status is the present state of the kernel's connections, from what the last
// calls said.
func (k *Kernel) Status() Status {
	return Status{k.health.lastStore.get(), k.health.lastTransport.get()}
}

type health struct{ lastStore, lastTransport lastError }

// store notes how a call of the store went; the errors named are answers.
func (h *health) store(err error, answers ...error) { h.lastStore.note(err, answers...) }

func (h *health) transport(err error) { h.lastTransport.note(err) }

type lastError struct{ err atomic.Pointer[error] }

func (l *lastError) note(err error, answers ...error) {
	if err != nil {
		l.failed(err, answers)
	} else if l.err.Load() != nil {
		l.err.Store(nil)
	}
}

func (l *lastError) failed(err error, answers []error) {
	for _, a := range answers {
		if errors.Is(err, a) {
			l.err.Store(nil)
			return
		}
	}
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		l.err.Store(&err)
	}
}

func (l *lastError) get() error {
	if e := l.err.Load(); e != nil {
		return *e
	}
	return nil
}
