package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A stream sends server-sent events to one reader. What is not sent yet is one
// buffer of bounded size: a reader that is too slow is cut off, and resumes.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	buf     []byte
	err     error // the first that a write gave
}

// flushAt is how much may be buffered before it must go out.
const flushAt = 32 << 10

// open begins a stream, if the server can do what it needs.
func (g *Gateway) open(w http.ResponseWriter) (*stream, error) {
	s := &stream{w: w, control: http.NewResponseController(w), timeout: g.opt.WriteTimeout}
	if s.control.SetWriteDeadline(time.Now().Add(s.timeout)) != nil {
		return nil, errStream
	}
	// The server's own timeout for reading a request would end the stream.
	if s.control.SetReadDeadline(time.Time{}) != nil {
		return nil, errStream
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // proxies that know it pass events on at once
	w.WriteHeader(http.StatusOK)
	s.buf = append(s.buf, "retry: "...)
	s.buf = strconv.AppendInt(s.buf, g.opt.Retry.Milliseconds(), 10)
	s.buf = append(s.buf, "\n\n"...)
	s.flush()
	return s, nil
}

// event adds one. The empty id leaves the reader's position as it is. data is
// one line, as JSON is.
func (s *stream) event(name, id string, data []byte) {
	if id != "" {
		s.buf = append(append(append(s.buf, "id: "...), id...), '\n')
	}
	s.buf = append(append(append(s.buf, "event: "...), name...), '\n')
	s.buf = append(append(append(s.buf, "data: "...), data...), "\n\n"...)
	if len(s.buf) >= flushAt {
		s.flush()
	}
}

// send adds an event with data as JSON.
func (s *stream) send(name, id string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		s.err = errors.Join(s.err, err)
		return
	}
	s.event(name, id, b)
}

// beat says that the stream lives.
func (s *stream) beat() {
	s.buf = append(s.buf, ":\n\n"...)
	s.flush()
}

// flush hands everything to the reader.
func (s *stream) flush() {
	if s.err == nil && len(s.buf) > 0 {
		s.err = s.control.SetWriteDeadline(time.Now().Add(s.timeout))
		if s.err == nil {
			_, s.err = s.w.Write(s.buf)
		}
		if s.err == nil {
			s.err = s.control.Flush()
		}
	}
	s.buf = s.buf[:0]
}

// ended is why the stream ended before its time, nil where nothing is wrong.
func (s *stream) ended() error {
	switch {
	case s.err == nil:
		return nil
	case errors.Is(s.err, os.ErrDeadlineExceeded):
		return broken("slow-reader")
	}
	return broken("gone")
}

// fail ends the stream with a problem that the reader gets to see.
func (s *stream) fail(p Problem) error {
	s.send("problem", "", p)
	s.flush()
	return broken(p.Code)
}

// streaming runs one stream of a caller, until the client goes, the gateway
// closes, or the stream is old enough. What run gives is why it ended.
func (g *Gateway) streaming(w http.ResponseWriter, r *http.Request, caller Caller, run func(context.Context, *stream) error) error {
	if r.Method != http.MethodGet { // a HEAD of it would have no end
		w.Header().Set("Allow", http.MethodGet)
		return errMethod
	}
	most := g.opt.MaxFeeds
	if most < 1 {
		most = 50
		if caller.ID.Role() == interaction.RoleContact {
			most = 10
		}
	}
	if !g.feeds.take(caller.ID, most) {
		return errFeeds
	}
	defer g.feeds.give(caller.ID)
	out, err := g.open(w)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.opt.FeedAge)
	defer cancel()
	defer context.AfterFunc(g.live, cancel)()
	return run(ctx, out)
}

// batch is how many items at most are sent in one go.
const batch = 64

// follow sends what a loop over the kernel gives, in batches of what is there,
// and beats while there is nothing. take is also called with no items when there
// is other news. The error that ends the loop is shown to the reader.
func follow[T any](ctx context.Context, g *Gateway, caller Caller, out *stream, loop iter.Seq2[T, error], news <-chan struct{}, take func([]T)) error {
	type pair struct {
		item T
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	pairs := make(chan pair, batch)
	go func() {
		defer close(pairs)
		for item, err := range loop {
			select {
			case pairs <- pair{item, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer func() {
		cancel()
		for range pairs { // until the loop has ended
		}
	}()
	beat := time.NewTimer(g.opt.Heartbeat)
	defer beat.Stop()
	items := make([]T, 0, batch)
	for out.err == nil {
		items = items[:0]
		select {
		case p, open := <-pairs:
			for open && p.err == nil {
				if items = append(items, p.item); len(items) == batch || len(pairs) == 0 {
					break
				}
				p, open = <-pairs
			}
			take(items)
			switch {
			case !open || ctx.Err() != nil || errors.Is(p.err, chatkernel.ErrClosed):
				out.flush()
				return out.ended()
			case p.err != nil:
				return out.fail(g.problem(caller, p.err))
			}
		case <-news:
			take(nil)
		case <-beat.C:
			out.beat()
		case <-ctx.Done():
			return out.ended()
		}
		out.flush()
		clear(items)
		beat.Reset(g.opt.Heartbeat)
	}
	return out.ended()
}
