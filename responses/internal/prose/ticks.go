package prose

import "strings"

// ticks are the runs of backticks in a text, with a place that only moves on,
// so that all code in a text is found in linear time.
type ticks struct {
	text string
	runs []run
	here int // index of the run that is looked at
}

type run struct {
	at, length int
	next       int // index of the next run of the same length, 0 if there is none
}

func ticksIn(text string) *ticks {
	t := &ticks{text: text}
	last := make(map[int]int)
	for i := strings.IndexByte(text, '`'); i >= 0 && i < len(text); {
		if text[i] != '`' {
			n := strings.IndexByte(text[i:], '`')
			if n < 0 {
				break
			}
			i += n
		}
		n := 1
		for i+n < len(text) && text[i+n] == '`' {
			n++
		}
		if before, ok := last[n]; ok {
			t.runs[before].next = len(t.runs)
		}
		last[n] = len(t.runs)
		t.runs = append(t.runs, run{at: i, length: n})
		i += n
	}
	return t
}

// code is where the code that the backticks at i open ends; without an end, how
// far the backticks go that open none. As in Markdown, a run is closed by the
// next one that is as long; three or more at the start of a line open a block,
// which a line with as many closes, else the text's end.
func (t *ticks) code(i int) (end int, ok bool) {
	for t.runs[t.here].at < i {
		t.here++
	}
	open := t.runs[t.here]
	end = i + open.length
	if open.length >= 3 && lineStart(t.text, i) && t.lastOnLine(end) {
		for _, r := range t.runs[t.here+1:] {
			if r.length >= open.length && lineStart(t.text, r.at) {
				return r.at + r.length, true
			}
		}
		return len(t.text), true
	}
	if open.next == 0 {
		return end, false
	}
	closer := t.runs[open.next]
	return closer.at + closer.length, true
}

// lastOnLine reports whether the line has no backtick after the present run,
// which ends at end.
func (t *ticks) lastOnLine(end int) bool {
	if t.here+1 == len(t.runs) {
		return true
	}
	return strings.IndexByte(t.text[end:t.runs[t.here+1].at], '\n') >= 0
}

// lineStart reports whether at most three spaces stand between the line's start
// and i.
func lineStart(text string, i int) bool {
	for range 4 {
		if i == 0 || text[i-1] == '\n' {
			return true
		}
		if text[i-1] != ' ' {
			return false
		}
		i--
	}
	return false
}
