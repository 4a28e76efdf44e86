package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// A Scanner judges contents, as a virus scanner does (FILE-7). It may be called
// by many goroutines at once.
type Scanner interface {
	// Scan reads r, which is the whole file, and says what it found. An error
	// says that it could not judge: the file stays closed and is scanned again
	// later. It must return when ctx ends.
	Scan(ctx context.Context, r io.Reader) (Finding, error)
}

// A Finding is what a scanner found. The zero Finding is not a judgement and
// opens nothing.
type Finding struct {
	Result ScanResult
	Threat string // the scanner's name for what it found, for the log only
}

// A ScanResult is a scanner's judgement.
type ScanResult uint8

// The judgements.
const (
	Unjudged ScanResult = iota // as an error
	Clean
	Infected
)

// CodeInfected is the code of a file that a scanner blocked.
const CodeInfected = "infected"

const reasonInfected = "The file is infected."

var errUnjudged = errors.New("files: the scanner gave no judgement")

// Scan lets the scanner judge a file now, whatever was said of it before, and
// keeps the new verdict, which it returns with the file. Broken files, those
// that the inspection blocked, and all files where there is no scanner stay as
// they are. The host says the verdict in the log with an [interaction.JudgeFile];
// [Cabinet.RunScans] does both for new files.
func (c *Cabinet) Scan(ctx context.Context, id string) (*File, error) {
	f, err := c.File(ctx, id)
	if err != nil || c.opt.Scanner == nil || f.bad() && f.Code != CodeInfected {
		return f, err
	}
	at, _ := place(id)
	content, err := c.store.Open(ctx, at)
	if err != nil {
		return nil, err
	}
	found, err := c.opt.Scanner.Scan(ctx, reader(content))
	err = errors.Join(err, content.Close())
	if err == nil && found.Result != Clean && found.Result != Infected {
		err = errUnjudged
	}
	if err != nil {
		return nil, fmt.Errorf("files: scanning %s: %w", id, err)
	}
	verdict, code, reason := interaction.Available, "", ""
	if found.Result == Infected {
		verdict, code, reason = interaction.Blocked, CodeInfected, reasonInfected
		c.log.Warn("a file is infected", "file", id, "interaction", f.Interaction, "threat", found.Threat)
	}
	return f, c.judge(ctx, f, verdict, code, reason)
}

// Judge keeps a verdict that the host gives, as when it learns later that a file
// is dangerous, or that it is not. The host says it in the log as well. Only
// available, blocked and pending scan can be given; the bytes stay.
func (c *Cabinet) Judge(ctx context.Context, id string, verdict interaction.Verdict, code, reason string) (*File, error) {
	switch verdict {
	case interaction.Available, interaction.Blocked, interaction.PendingScan:
	default:
		return nil, fmt.Errorf("files: the verdict %v cannot be given", verdict)
	}
	f, err := c.File(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.Hash == nil {
		return nil, fmt.Errorf("files: the verdict of a file without bytes cannot be changed")
	}
	return f, c.judge(ctx, f, verdict, code, reason)
}

func (c *Cabinet) judge(ctx context.Context, f *File, verdict interaction.Verdict, code, reason string) error {
	if f.Verdict == verdict && f.Code == code && f.Reason == reason {
		return nil
	}
	f.Verdict, f.Code, f.Reason = verdict, code, reason
	return c.keep(ctx, f)
}

// RunScans scans files as they come, until ctx ends, whose error it returns, and
// tells each verdict to judge, which brings it into the interaction's log and
// reports whether the file is there. A file that is not sent yet is told again
// later, so that one that is sent with an old verdict gets its new one:
//
//	func(ctx context.Context, f *files.File) (bool, error) {
//		_, err := k.Do(ctx, f.Interaction, chatkernel.By(interaction.System, ""),
//			interaction.JudgeFile{File: f.ID, Verdict: f.Verdict, Code: f.Code, Reason: f.Reason})
//		if errors.Is(err, interaction.ErrNoFile) {
//			return false, nil
//		}
//		return err == nil, err
//	}
//
// Any number of processes may run it; then a file may be scanned twice, which
// does no harm. A scanner's error is logged, and the file scanned again.
func (c *Cabinet) RunScans(ctx context.Context, judge func(context.Context, *File) (inLog bool, err error)) error {
	tick := time.NewTicker(c.opt.ScanRetry)
	defer tick.Stop()
	run := &scans{cabinet: c, judge: judge, free: make(chan struct{}, atOnce), busy: make(map[string]bool)}
	defer run.all.Wait()
	for {
		for e, err := range c.store.List(ctx, scanFolder) {
			if err != nil {
				c.log.Error("the files to scan cannot be listed", "error", err)
				break
			}
			run.settle(ctx, strings.TrimPrefix(e.Key, scanFolder), time.Since(e.At))
		}
		for again := false; !again; {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case id := <-c.wake:
				run.settle(ctx, id, 0)
			case <-tick.C:
				again = true
			}
		}
	}
}

// atOnce is how many files wait for the scanner at the same time.
const atOnce = 4

// scans are the files that one RunScans is about.
type scans struct {
	cabinet *Cabinet
	judge   func(context.Context, *File) (bool, error)
	free    chan struct{}
	all     sync.WaitGroup

	mu   sync.Mutex
	busy map[string]bool
}

// settle starts work on a file that nobody works on, once there is room for it.
func (s *scans) settle(ctx context.Context, id string, age time.Duration) {
	select {
	case s.free <- struct{}{}:
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	busy := s.busy[id]
	s.busy[id] = true
	s.mu.Unlock()
	if busy {
		<-s.free
		return
	}
	s.all.Go(func() {
		if err := s.cabinet.settle(ctx, id, age, s.judge); err != nil && ctx.Err() == nil {
			s.cabinet.log.Error("a file could not be scanned", "file", id, "error", err)
		}
		s.mu.Lock()
		delete(s.busy, id)
		s.mu.Unlock()
		<-s.free
	})
}

// settle does the next thing for a file that waits for the scanner's verdict, or
// for its verdict's being in the log.
func (c *Cabinet) settle(ctx context.Context, id string, age time.Duration, judge func(context.Context, *File) (bool, error)) error {
	f, err := c.File(ctx, id)
	if errors.Is(err, ErrNotFound) {
		if age <= c.opt.Lifetime+sweepGrace {
			return nil // it is just being uploaded
		}
		return c.store.Delete(ctx, scanFolder+id)
	}
	if err == nil && f.Verdict == interaction.PendingScan {
		f, err = c.Scan(ctx, id)
	}
	if err != nil || f.Verdict == interaction.PendingScan {
		return err
	}
	inLog, err := judge(ctx, f)
	if err != nil || !inLog {
		return err // the sweeper ends it if it is never sent
	}
	return c.store.Delete(ctx, scanFolder+id)
}
