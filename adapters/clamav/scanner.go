package clamav

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chatkernel/chatkernel/files"
)

var (
	// ErrTooLarge means that a file is longer than [Options.MaxSize] or than clamd
	// takes (its StreamMaxLength), and so has not been judged.
	ErrTooLarge = errors.New("clamav: file is too large to be scanned")

	// ErrNoAnswer means that clamd ended the connection, or was silent for longer
	// than [Options.Timeout], before its answer was complete.
	ErrNoAnswer = errors.New("clamav: no answer from clamd")
)

// An AnswerError is an answer of clamd's that is no verdict: an error that it
// reports, or nothing that it should say.
type AnswerError struct {
	Answer string // what it said, at most 200 printable characters of it
}

func (e *AnswerError) Error() string { return fmt.Sprintf("clamav: clamd answered %q", e.Answer) }

// Options are how a [Scanner] works. The zero value is fine.
type Options struct {
	// Timeout is how long clamd may take for each step: to accept the connection,
	// to take the next piece of the file, to judge it when it has all. Zero means
	// one minute.
	Timeout time.Duration

	// MaxSize is how many bytes a file may have. It is best the StreamMaxLength of
	// clamd, or less. Zero means 100 MiB, which is clamd's default.
	MaxSize int64

	// Dial connects to clamd. Nil means that of package net. The context is done
	// when the scan's is, or after Timeout.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Scanner asks one clamd. Make one with [New]; it may be used by any number of
// goroutines, each scan having a connection of its own.
type Scanner struct {
	network, address string
	timeout          time.Duration
	maxSize          int64
	dial             func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Scanner can be plugged into package files.
var _ files.Scanner = (*Scanner)(nil)

// New makes a scanner that finds clamd at an address: "unix" and the path of its
// LocalSocket, or "tcp" and host:port of its TCPSocket. It does not connect yet.
// The options may be nil. The error says which of them makes no sense.
func New(network, address string, o *Options) (*Scanner, error) {
	s := &Scanner{network: network, address: address, timeout: time.Minute, maxSize: 100 << 20, dial: new(net.Dialer).DialContext}
	switch network {
	case "unix", "tcp", "tcp4", "tcp6":
	default:
		return nil, fmt.Errorf("clamav: network %q is none that clamd listens on", network)
	}
	if address == "" {
		return nil, errors.New("clamav: address is empty")
	}
	if o == nil {
		return s, nil
	}
	if o.Timeout < 0 {
		return nil, fmt.Errorf("clamav: timeout %v is negative", o.Timeout)
	}
	if o.MaxSize < 0 {
		return nil, fmt.Errorf("clamav: size limit %d is negative", o.MaxSize)
	}
	if o.Timeout > 0 {
		s.timeout = o.Timeout
	}
	if o.MaxSize > 0 {
		s.maxSize = o.MaxSize
	}
	if o.Dial != nil {
		s.dial = o.Dial
	}
	return s, nil
}

// Scan sends what r reads to clamd and gives back its verdict. Whatever is not a
// verdict is an error, and then nothing is known about the file: [ErrTooLarge],
// [ErrNoAnswer], an [*AnswerError], that of connecting, that of r, or that of ctx.
//
// The memory it needs does not depend on the file. A ctx that is done ends the
// connection at once; a Read of r that hangs is waited for.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (files.Finding, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return files.Finding{}, err
	}
	defer c.close()
	answer, err := c.stream(r, s.maxSize)
	if err != nil {
		return files.Finding{}, c.blame(ctx, err)
	}
	return verdict(answer)
}

// Ping asks clamd whether it is there. The errors are those of [Scanner.Scan].
func (s *Scanner) Ping(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if err = c.write([]byte("zPING\x00")); err == nil {
		_ = c.SetReadDeadline(time.Now().Add(c.timeout))
		<-c.answered
		err = c.readErr
	}
	if err != nil {
		return c.blame(ctx, err)
	}
	if c.answer != "PONG" {
		return &AnswerError{Answer: printable(c.answer)}
	}
	return nil
}

func (s *Scanner) connect(ctx context.Context) (*conn, error) {
	dialing, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	raw, err := s.dial(dialing, s.network, s.address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("clamav: connect: %w", err)
	}
	c := &conn{Conn: raw, timeout: s.timeout, answered: make(chan struct{})}
	c.stop = context.AfterFunc(ctx, func() { _ = raw.Close() })
	go c.listen()
	return c, nil
}

// A conn is one connection to clamd, for one question. Its answer is awaited from
// the start, since clamd gives it in the middle of a stream that it does not like.
type conn struct {
	net.Conn
	timeout time.Duration
	stop    func() bool

	answered chan struct{} // closed when the two below are set
	answer   string
	readErr  error
	asked    atomic.Bool // the whole question is on its way
}

func (c *conn) close() {
	c.stop()
	_ = c.Close()
	<-c.answered // nobody is left behind
}

// longest is how long an answer may be; those of clamd are a line.
const longest = 4 << 10

// listen reads the answer, which ends with a zero byte.
func (c *conn) listen() {
	defer close(c.answered)
	buf := make([]byte, 0, 256)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := c.Read(buf[len(buf):min(cap(buf), longest)])
		buf = buf[:len(buf)+n]
		if i := strings.IndexByte(string(buf), 0); i >= 0 {
			c.answer = string(buf[:i])
			break
		}
		if len(buf) == longest {
			c.readErr = &AnswerError{Answer: printable(string(buf))}
			break
		}
		if err != nil {
			c.readErr = ErrNoAnswer
			break
		}
	}
	if !c.asked.Load() {
		_ = c.SetWriteDeadline(time.Unix(1, 0)) // whoever still writes need not go on
	}
}

// write sends bytes within the time for one step.
func (c *conn) write(b []byte) error {
	_ = c.SetWriteDeadline(time.Now().Add(c.timeout))
	select {
	case <-c.answered:
		return errAnswered
	default:
	}
	_, err := c.Write(b)
	return err
}

// errAnswered stops a stream whose answer has come already.
var errAnswered = errors.New("clamav: answered before the end")

// piece is how much of a file goes into one write.
const piece = 64 << 10

// stream sends a file and waits for the answer.
func (c *conn) stream(r io.Reader, maxSize int64) (string, error) {
	buf := make([]byte, 4+piece)
	if err := c.write([]byte("zINSTREAM\x00")); err != nil {
		return c.early(err)
	}
	var sent int64
	for idle := 0; ; idle++ {
		n, err := r.Read(buf[4:])
		if n > 0 {
			idle = 0
			if sent += int64(n); sent > maxSize {
				return "", ErrTooLarge
			}
			binary.BigEndian.PutUint32(buf, uint32(n))
			if err := c.write(buf[:4+n]); err != nil {
				return c.early(err)
			}
		}
		if err == io.EOF {
			break
		}
		if err == nil && idle > 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			return "", &readError{err}
		}
	}
	c.asked.Store(true)
	if err := c.write([]byte{0, 0, 0, 0}); err != nil {
		return c.early(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(c.timeout))
	<-c.answered
	return c.answer, c.readErr
}

// early is the answer to a stream that could not be sent to its end. Such a file
// may be infected or too large; clean it cannot be.
func (c *conn) early(err error) (string, error) {
	_ = c.SetReadDeadline(time.Now().Add(min(c.timeout, time.Second)))
	<-c.answered
	if c.readErr != nil {
		if !errors.Is(err, errAnswered) && errors.Is(c.readErr, ErrNoAnswer) {
			return "", fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
		return "", c.readErr
	}
	if c.answer == clean {
		return "", &AnswerError{Answer: "OK before the end of the file"}
	}
	return c.answer, nil
}

// A readError is the file's own, which is given out as it is.
type readError struct{ error }

// blame says whose fault an error is: a connection that ctx has closed fails in
// many ways.
func (c *conn) blame(ctx context.Context, err error) error {
	if own, ok := err.(*readError); ok {
		return fmt.Errorf("clamav: read file: %w", own.error)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

const clean = "stream: OK"

// verdict reads an answer.
func verdict(answer string) (files.Finding, error) {
	if answer == clean {
		return files.Finding{Result: files.Clean}, nil
	}
	if name, ok := strings.CutPrefix(answer, "stream: "); ok {
		if name, ok = strings.CutSuffix(name, " FOUND"); ok && name != "" {
			return files.Finding{Result: files.Infected, Threat: printable(name)}, nil
		}
	}
	if strings.HasSuffix(answer, "ERROR") && strings.Contains(answer, "size limit exceeded") {
		return files.Finding{}, ErrTooLarge
	}
	return files.Finding{}, &AnswerError{Answer: printable(answer)}
}

// printable is what may be shown and logged of what clamd says.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 200)]
}
