package clamav_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/adapters/clamav"
	"github.com/chatkernel/chatkernel/files"
	"github.com/stretchr/testify/require"
)

// pipe is a scanner whose clamd is a function at the other end of a pipe, which
// is closed when it returns.
func pipe(t testing.TB, o clamav.Options, clamd func(c net.Conn)) *clamav.Scanner {
	t.Helper()
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	o.Dial = func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		running.Go(func() {
			defer there.Close()
			clamd(there)
		})
		return here, nil
	}
	s, err := clamav.New("unix", "pipe", &o)
	require.NoError(t, err)
	return s
}

// receive reads a question to its end as clamd does, and is the file in it.
func receive(c net.Conn) ([]byte, error) {
	var command [10]byte
	if _, err := io.ReadFull(c, command[:]); err != nil {
		return nil, err
	}
	if string(command[:]) != "zINSTREAM\x00" {
		return nil, errors.New("not a stream")
	}
	var file []byte
	for {
		var size [4]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return nil, err
		}
		n := binary.BigEndian.Uint32(size[:])
		if n == 0 {
			return file, nil
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(c, b); err != nil {
			return nil, err
		}
		file = append(file, b...)
	}
}

// answering is a clamd that takes everything and gives one answer.
func answering(answer string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := receive(c); err == nil {
			_, _ = io.WriteString(c, answer)
		}
	}
}

func TestFILE_7_verdicts(t *testing.T) {
	for _, tt := range []struct {
		answer string
		want   files.Finding
	}{
		{"stream: OK\x00", files.Finding{Result: files.Clean}},
		{"stream: Eicar-Test-Signature FOUND\x00", files.Finding{Result: files.Infected, Threat: "Eicar-Test-Signature"}},
		{"stream: A FOUND FOUND\x00", files.Finding{Result: files.Infected, Threat: "A FOUND"}},
		{"stream: OK FOUND\x00", files.Finding{Result: files.Infected, Threat: "OK"}},
		{"stream: \x1b[31mred\r\n\xff FOUND\x00", files.Finding{Result: files.Infected, Threat: "?[31mred???"}},
		{"stream: " + strings.Repeat("n", 1000) + " FOUND\x00", files.Finding{Result: files.Infected, Threat: strings.Repeat("n", 200)}},
	} {
		got, err := pipe(t, clamav.Options{}, answering(tt.answer)).Scan(t.Context(), strings.NewReader("a file"))
		require.NoError(t, err, tt.answer)
		require.Equal(t, tt.want, got, tt.answer)
	}
}

// Nothing but the exact word makes a file clean.
func TestFILE_7_hostile_answers(t *testing.T) {
	for _, answer := range []string{
		"\x00", "OK\x00", "stream: ok\x00", "stream: OK \x00", " stream: OK\x00", "stream: OK\n\x00", "stream: OK\nx\x00", "other: OK\x00",
		"stream:  FOUND\x00", "stream: FOUND\x00", "UNKNOWN COMMAND\x00", "stream: Can't allocate memory ERROR\x00", "\xff\xfe\x00",
		strings.Repeat("x", 5000), strings.Repeat("x", 4095) + "\x00",
	} {
		got, err := pipe(t, clamav.Options{}, answering(answer)).Scan(t.Context(), strings.NewReader("a file"))
		var bad *clamav.AnswerError
		require.ErrorAs(t, err, &bad, "%q", answer)
		require.LessOrEqual(t, len(bad.Answer), 200)
		require.NotContains(t, err.Error(), "\n")
		require.Zero(t, got)
	}
	for _, answer := range []string{"", "stream: OK", "stream: Eicar FOU"} {
		_, err := pipe(t, clamav.Options{}, answering(answer)).Scan(t.Context(), strings.NewReader("a file"))
		require.ErrorIs(t, err, clamav.ErrNoAnswer, "%q", answer)
	}
	_, err := pipe(t, clamav.Options{}, answering("INSTREAM size limit exceeded. ERROR\x00")).Scan(t.Context(), strings.NewReader("a file"))
	require.ErrorIs(t, err, clamav.ErrTooLarge)
}

// An answer may come before the file is sent. It counts unless it says clean.
func TestFILE_7_early_answers(t *testing.T) {
	early := func(answer string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = io.ReadFull(c, make([]byte, 1000))
			_, _ = io.WriteString(c, answer) // and takes no more
		}
	}
	big := func() io.Reader { return bytes.NewReader(make([]byte, 1<<20)) }
	got, err := pipe(t, clamav.Options{}, early("stream: Eicar FOUND\x00")).Scan(t.Context(), big())
	require.NoError(t, err)
	require.Equal(t, files.Finding{Result: files.Infected, Threat: "Eicar"}, got)
	_, err = pipe(t, clamav.Options{}, early("INSTREAM size limit exceeded. ERROR\x00")).Scan(t.Context(), big())
	require.ErrorIs(t, err, clamav.ErrTooLarge)
	_, err = pipe(t, clamav.Options{}, early("stream: OK\x00")).Scan(t.Context(), big())
	var bad *clamav.AnswerError
	require.ErrorAs(t, err, &bad)
	_, err = pipe(t, clamav.Options{}, early("")).Scan(t.Context(), big())
	require.ErrorIs(t, err, clamav.ErrNoAnswer)
}

// Every byte arrives, however it is read and whatever the size.
func TestFILE_7_stream(t *testing.T) {
	for _, n := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20} {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(i * i >> 3)
		}
		for _, r := range []io.Reader{bytes.NewReader(want), iotest.DataErrReader(bytes.NewReader(want)), iotest.HalfReader(bytes.NewReader(want))} {
			var got []byte
			_, err := pipe(t, clamav.Options{MaxSize: int64(max(n, 1))}, func(c net.Conn) {
				got, _ = receive(c)
				_, _ = io.WriteString(c, "stream: OK\x00")
			}).Scan(t.Context(), r)
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got), n)
		}
	}
}

// A file that cannot be read to its end, or is too large, has no verdict, and
// clamd never sees it end.
func TestFILE_7_incomplete(t *testing.T) {
	for _, own := range []error{errors.New("disk on fire"), io.ErrUnexpectedEOF} {
		ended := make(chan error, 1)
		_, err := pipe(t, clamav.Options{}, func(c net.Conn) { _, err := receive(c); ended <- err }).
			Scan(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(own)))
		require.ErrorIs(t, err, own)
		require.Error(t, <-ended)
	}
	_, err := pipe(t, clamav.Options{MaxSize: 10}, answering("stream: OK\x00")).Scan(t.Context(), strings.NewReader("12345678901"))
	require.ErrorIs(t, err, clamav.ErrTooLarge)
	got, err := pipe(t, clamav.Options{MaxSize: 10}, answering("stream: OK\x00")).Scan(t.Context(), strings.NewReader("1234567890"))
	require.NoError(t, err)
	require.Equal(t, files.Clean, got.Result)
	_, err = pipe(t, clamav.Options{}, answering("stream: OK\x00")).Scan(t.Context(), stuck{})
	require.ErrorIs(t, err, io.ErrNoProgress)
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// A clamd that is silent at any step is given up after the timeout.
func TestFILE_7_timeouts(t *testing.T) {
	for name, clamd := range map[string]func(net.Conn){
		"takes nothing": func(c net.Conn) { time.Sleep(time.Hour) },
		"takes a part":  func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 20)); time.Sleep(time.Hour) },
		"says nothing":  func(c net.Conn) { _, _ = receive(c); time.Sleep(time.Hour) },
		"says half":     func(c net.Conn) { _, _ = receive(c); _, _ = io.WriteString(c, "stream: "); time.Sleep(time.Hour) },
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := pipe(t, clamav.Options{Timeout: 7 * time.Second}, clamd).Scan(t.Context(), strings.NewReader("a file"))
			require.ErrorIs(t, err, clamav.ErrNoAnswer, name)
			require.GreaterOrEqual(t, time.Since(start), 7*time.Second, name)
			require.LessOrEqual(t, time.Since(start), 8*time.Second, name)
		})
	}
	// It is each step that is timed, not the whole.
	synctest.Test(t, func(t *testing.T) {
		slow := func(c net.Conn) {
			for {
				b := make([]byte, 100<<10)
				time.Sleep(5 * time.Second)
				n, err := io.ReadAtLeast(c, b, 1)
				if err != nil || bytes.HasSuffix(b[:n], []byte{0, 0, 0, 0}) {
					break
				}
			}
			time.Sleep(5 * time.Second)
			_, _ = io.WriteString(c, "stream: OK\x00")
		}
		got, err := pipe(t, clamav.Options{Timeout: 7 * time.Second}, slow).Scan(t.Context(), bytes.NewReader(bytes.Repeat([]byte("x"), 300<<10)))
		require.NoError(t, err)
		require.Equal(t, files.Clean, got.Result)
	})
}

// A context that is done ends a scan at once, at any step.
func TestFILE_7_context(t *testing.T) {
	for name, clamd := range map[string]func(net.Conn){
		"writing":   func(c net.Conn) { time.Sleep(time.Hour) },
		"answering": func(c net.Conn) { _, _ = receive(c); time.Sleep(time.Hour) },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			start := time.Now()
			_, err := pipe(t, clamav.Options{}, clamd).Scan(ctx, strings.NewReader("a file"))
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
			require.Equal(t, 3*time.Second, time.Since(start), name)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s, err := clamav.New("tcp", "example.com:3310", &clamav.Options{Timeout: time.Second, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		require.NoError(t, err)
		start := time.Now()
		_, err = s.Scan(t.Context(), strings.NewReader("a file"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = s.Scan(ctx, strings.NewReader("a file"))
		require.Equal(t, context.Canceled, err)
	})
}

func TestFILE_7_ping(t *testing.T) {
	ping := func(answer string) error {
		return pipe(t, clamav.Options{}, func(c net.Conn) {
			_, _ = io.ReadFull(c, make([]byte, 6))
			_, _ = io.WriteString(c, answer)
		}).Ping(t.Context())
	}
	require.NoError(t, ping("PONG\x00"))
	var bad *clamav.AnswerError
	require.ErrorAs(t, ping("PING\x00"), &bad)
	require.ErrorIs(t, ping("PONG"), clamav.ErrNoAnswer)
}

// Over real sockets, by many at once, with nothing left.
func TestFILE_7_sockets(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, network := range []string{"unix", "tcp"} {
		address := "127.0.0.1:0"
		if network == "unix" {
			address = filepath.Join(t.TempDir(), "clamd")
		}
		l, err := net.Listen(network, address)
		require.NoError(t, err)
		var serving sync.WaitGroup
		serving.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				serving.Go(func() {
					defer c.Close()
					file, err := receive(c)
					if err != nil {
						return
					}
					if bytes.Contains(file, []byte("bad")) {
						_, _ = io.WriteString(c, "stream: Bad FOUND\x00")
					} else {
						_, _ = io.WriteString(c, "stream: OK\x00")
					}
				})
			}
		})
		s, err := clamav.New(network, l.Addr().String(), nil)
		require.NoError(t, err)
		var scans sync.WaitGroup
		for i := range 20 {
			scans.Go(func() {
				text := strings.Repeat("good", i*1000)
				if i%2 == 1 {
					text += "bad"
				}
				got, err := s.Scan(t.Context(), strings.NewReader(text))
				if err != nil || (got.Result == files.Clean) != (i%2 == 0) {
					t.Errorf("%d: %+v, %v", i, got, err)
				}
			})
		}
		scans.Wait()
		require.NoError(t, l.Close())
		serving.Wait()
		_, err = s.Scan(t.Context(), strings.NewReader("x"))
		var op *net.OpError
		require.ErrorAs(t, err, &op)
	}
	// One that is done may need a moment to be gone.
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before, "no goroutine is left")
}

func TestFILE_7_options(t *testing.T) {
	for _, tt := range []struct {
		network, address string
		o                clamav.Options
		text             string
	}{
		{"udp", "x", clamav.Options{}, `clamav: network "udp" is none that clamd listens on`},
		{"unix", "", clamav.Options{}, "clamav: address is empty"},
		{"unix", "x", clamav.Options{Timeout: -1}, "clamav: timeout -1ns is negative"},
		{"unix", "x", clamav.Options{MaxSize: -1}, "clamav: size limit -1 is negative"},
	} {
		_, err := clamav.New(tt.network, tt.address, &tt.o)
		require.EqualError(t, err, tt.text)
	}
}

// Whatever clamd says, it is one of clean, infected with a printable name, and error.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"stream: OK\x00", "stream: Eicar FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00", "", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		got, err := pipe(t, clamav.Options{}, answering(answer)).Scan(t.Context(), strings.NewReader("a file"))
		line, _, whole := strings.Cut(answer, "\x00")
		if (got.Result == files.Clean) != (whole && line == "stream: OK") {
			t.Errorf("%q is clean: %v", answer, got.Result)
		}
		if err == nil && (got.Result == files.Infected) != (got.Threat != "") || err != nil && got != (files.Finding{}) {
			t.Errorf("%q: %+v, %v", answer, got, err)
		}
		if strings.ContainsFunc(got.Threat, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q", got.Threat)
		}
	})
}
