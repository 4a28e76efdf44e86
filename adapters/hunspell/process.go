package hunspell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// A process is a running hunspell that speaks Ispell's protocol: each line that
// it is sent is answered by a line for each word in it and an empty line.
type process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said *start // on its standard error
	name string
}

// run starts the program. It is ended when the context is done.
func run(ctx context.Context, program, dictionary string) (*process, error) {
	p := &process{said: new(start), name: dictionary}
	p.cmd = exec.CommandContext(ctx, program, "-a", "-i", "UTF-8", "-d", dictionary)
	p.cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	p.cmd.Stderr = p.said
	p.cmd.WaitDelay = time.Second
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	p.in, p.out = in, bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	return p, nil
}

// greeting reads the line with the version. Without one the dictionary could not
// be opened, and the process is stopped.
func (p *process) greeting(timeout time.Duration) error {
	watch := time.AfterFunc(timeout, p.kill)
	line, err := p.line()
	inTime := watch.Stop()
	if err == nil && strings.HasPrefix(line, "@(#)") {
		return nil
	}
	p.stop()
	if !inTime {
		return fmt.Errorf("%w: %q was not ready in %v", ErrProcess, p.name, timeout)
	}
	return fmt.Errorf("%w: %q: %s", ErrNoDictionary, p.name, p.said)
}

// ask gives the verdicts on words. After an error the process is of no use.
func (p *process) ask(words []string, timeout time.Duration) ([]verdict, error) {
	watch := time.AfterFunc(timeout, p.kill)
	defer watch.Stop()
	var b strings.Builder
	for _, w := range words {
		b.WriteByte('^') // what follows is no command
		b.WriteString(w)
		b.WriteByte('\n')
	}
	if _, err := io.WriteString(p.in, b.String()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	verdicts := make([]verdict, len(words))
	for i, w := range words {
		for {
			line, err := p.line()
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrProcess, err)
			}
			if line == "" {
				break
			}
			verdicts[i].read(line, w)
		}
	}
	return verdicts, nil
}

// read takes in one line of an answer: "*", "+ root" and "-" for a right word,
// "# word offset" and "& word count offset: suggestion, suggestion" for a wrong
// one.
func (v *verdict) read(line, word string) {
	switch line[0] {
	case '#', '&', '?':
	default:
		return
	}
	v.wrong = true
	// Where the dictionary cuts a word into several, a suggestion for one of them
	// is none for the whole.
	head, suggestions, _ := strings.Cut(line, ": ")
	if f := strings.Fields(head); line[0] == '#' || len(f) < 2 || f[1] != word {
		return
	}
	v.suggestions = strings.Split(suggestions, ", ")
	if len(v.suggestions) > maxSuggestions {
		v.suggestions = v.suggestions[:maxSuggestions:maxSuggestions]
	}
}

const maxSuggestions = 8

var errLine = errors.New("a line of its answer is too long")

// line reads a line.
func (p *process) line() (string, error) {
	b, err := p.out.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errLine
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

func (p *process) kill() { p.cmd.Process.Kill() }

// stop ends the process and waits for it.
func (p *process) stop() {
	p.in.Close()
	p.kill()
	p.cmd.Wait()
}

// A start keeps the beginning of what is written to it.
type start struct {
	mu   sync.Mutex
	text []byte
}

func (s *start) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, b[:min(len(b), 500-len(s.text))]...)
	return len(b), nil
}

func (s *start) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimSpace(string(s.text))
}
