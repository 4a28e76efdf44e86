package hunspell

import (
	"cmp"
	"context"
	"time"
)

// A dictionary is one language. All but the channel belongs to the goroutine that
// serves it.
type dictionary struct {
	program  string
	name     string
	timeout  time.Duration
	requests chan request

	process *process // nil while there is none
	known   map[string]verdict
}

const (
	maxKnown  = 10_000 // words that are remembered
	maxLength = 200    // bytes of a word that is asked
	batch     = 16     // words that are asked at once; their answers fit into a pipe
)

// A request asks for the words that are wrong, each given once.
type request struct {
	ctx    context.Context
	words  []string
	most   int // how many wrong ones are enough
	answer chan<- answer
}

type answer struct {
	wrong map[string][]string // suggestions by word
	err   error
}

// A verdict is what the program says about a word.
type verdict struct {
	wrong       bool
	suggestions []string
}

// serve answers requests until the context is done, and ends the process.
func (d *dictionary) serve(ctx context.Context) {
	defer d.stop()
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-d.requests:
			wrong, err := d.check(ctx, &r)
			if err != nil && ctx.Err() != nil {
				err = ErrClosed
			}
			r.answer <- answer{wrong, err}
		}
	}
}

func (d *dictionary) check(ctx context.Context, r *request) (map[string][]string, error) {
	wrong := make(map[string][]string)
	for words := r.words; len(words) > 0 && len(wrong) < r.most; {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		n := min(len(words), batch)
		if err := d.learn(ctx, words[:n]); err != nil {
			return nil, err
		}
		for _, w := range words[:n] {
			if v := d.known[w]; (v.wrong || len(w) > maxLength) && len(wrong) < r.most {
				wrong[w] = v.suggestions
			}
		}
		words = words[n:]
	}
	return wrong, nil
}

// learn asks the program about the words that are not known yet. It tries again
// once, with a new process.
func (d *dictionary) learn(ctx context.Context, words []string) error {
	var ask []string
	if len(d.known) > maxKnown-batch {
		clear(d.known)
	}
	for _, w := range words {
		if _, ok := d.known[w]; ok {
			continue
		}
		if len(w) <= maxLength { // a longer one is wrong in every language
			ask = append(ask, w)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	verdicts, err := d.ask(ctx, ask)
	if err != nil && ctx.Err() == nil {
		verdicts, err = d.ask(ctx, ask)
	}
	if err != nil {
		return err
	}
	for i, w := range ask {
		d.known[w] = verdicts[i]
	}
	return nil
}

// ask asks the process, and starts one if there is none.
func (d *dictionary) ask(ctx context.Context, words []string) ([]verdict, error) {
	if d.process == nil {
		if err := d.start(ctx, ctx); err != nil {
			return nil, err
		}
	}
	verdicts, err := d.process.ask(words, time.Duration(len(words))*d.timeout)
	if err != nil {
		d.stop()
	}
	return verdicts, err
}

// start starts a process that lives as long as the context; starting is given up
// when either is done.
func (d *dictionary) start(starting, living context.Context) error {
	p, err := run(living, d.program, d.name)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(starting, p.kill)
	defer stop()
	if err := p.greeting(d.timeout); err != nil {
		return cmp.Or(starting.Err(), err)
	}
	d.process = p
	return nil
}

func (d *dictionary) stop() {
	if d.process != nil {
		d.process.stop()
		d.process = nil
	}
}
