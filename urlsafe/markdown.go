package urlsafe

import (
	"html"
	"strings"
	"unicode"
)

// FromMarkdown turns the links of what a contact's client sent as Markdown into
// text that shows where each leads (URL-1), see [Message]: inline and reference
// links and images. What is in angle brackets already is what it says. All other
// markup, and code, stays as it was written; it hides nothing.
func (l *Links) FromMarkdown(markup string) Message {
	m := markdown{rewriter: rewriter{links: l}, in: validUTF8(markup)}
	m.define()
	m.run()
	return m.message()
}

// markdown is Markdown on its way to text. Each byte of the input is looked at a
// bounded number of times: labels are bounded, and so is the depth of parentheses.
type markdown struct {
	rewriter
	in    string
	defs  map[string]*definition
	lines []*definition // in order
	ticks map[int]int   // where the last run of so many backticks begins
	open  []bracket     // what may become the beginning of a link
	dead  int           // so many of them are around a link, and cannot be one
	shown [][2]int      // where in the text the addresses of images stand
}

// A bracket is a "[" or "![" in the text.
type bracket struct {
	at    int // in the text that is written
	in    int // after it, in the input
	image bool
}

// A definition is a line that gives a label its target.
type definition struct {
	start, end int // in the input
	target     string
	used       bool
	text       [2]int // where it stands in the text
}

const (
	maxLabel = 999 // bytes of a label; CommonMark's limit
	maxParen = 32  // depth of parentheses in a target
)

// define reads the definitions.
func (m *markdown) define() {
	for start := 0; start < len(m.in); {
		end := len(m.in)
		if i := strings.IndexByte(m.in[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		line := m.in[start:end]
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if indent <= 3 && indent < len(line) && line[indent] == '[' {
			label, n := readLabel(line[indent:])
			rest := line[indent+n:]
			if n > 0 && strings.HasPrefix(rest, ":") {
				rest = strings.TrimLeft(rest[1:], " \t")
				if target, n := readTarget(rest, true); n > 0 && endsLine(rest[n:]) {
					if m.defs == nil {
						m.defs = make(map[string]*definition)
					}
					if key := normal(label); key != "" {
						d := &definition{start: start, end: end, target: target}
						m.lines = append(m.lines, d)
						if m.defs[key] == nil { // the first one counts
							m.defs[key] = d
						}
					}
				}
			}
		}
		start = end
	}
}

// endsLine reports whether nothing but a title follows a definition's target.
func endsLine(rest string) bool {
	trimmed := strings.TrimSpace(rest)
	if trimmed == "" {
		return true
	}
	n := readTitle(trimmed)
	return (rest[0] == ' ' || rest[0] == '\t') && n == len(trimmed)
}

func (m *markdown) run() {
	lines := m.lines
	for i := 0; i < len(m.in); {
		if len(lines) > 0 && lines[0].start == i {
			d := lines[0]
			lines = lines[1:]
			m.open, m.dead = m.open[:0], 0
			d.text[0] = len(m.text)
			m.text = append(m.text, m.in[d.start:d.end]...)
			d.text[1] = len(m.text)
			i = d.end
			continue
		}
		switch b := m.in[i]; {
		case b == '\\' && i+1 < len(m.in):
			m.text = append(m.text, m.in[i], m.in[i+1])
			i += 2
			if m.in[i-1] == '\n' {
				i--
				m.text = m.text[:len(m.text)-1]
			}
		case b == '`':
			i = m.code(i)
		case b == '<':
			i = m.brackets(i)
		case b == '[':
			m.open = append(m.open, bracket{len(m.text), i + 1, false})
			m.text = append(m.text, '[')
			i++
		case b == '!' && strings.HasPrefix(m.in[i:], "!["):
			m.open = append(m.open, bracket{len(m.text), i + 2, true})
			m.text = append(m.text, "!["...)
			i += 2
		case b == ']':
			i = m.link(i)
		case b == '\n':
			m.text = append(m.text, b)
			i++
			if rest := strings.TrimLeft(m.in[i:min(i+80, len(m.in))], " \t\r"); rest != "" && rest[0] == '\n' {
				m.open, m.dead = m.open[:0], 0 // a link ends with its paragraph
			}
		default:
			n := strings.IndexAny(m.in[i+1:], "\\`<[!]\n")
			if n < 0 {
				n = len(m.in) - i - 1
			}
			m.text = append(m.text, m.in[i:i+1+n]...)
			i += 1 + n
		}
	}
	for _, d := range m.lines {
		for j := d.text[0]; d.used && j < d.text[1]; j++ {
			m.text[j] = removed
		}
	}
}

// code writes a run of backticks, and what is code if it is closed.
func (m *markdown) code(i int) int {
	n := run(m.in[i:])
	if m.ticks == nil {
		m.ticks = make(map[int]int)
		for j := i; j < len(m.in); {
			k := strings.IndexByte(m.in[j:], '`')
			if k < 0 {
				break
			}
			size := run(m.in[j+k:])
			m.ticks[size] = j + k
			j += k + size
		}
	}
	end := i + n
	if m.ticks[n] > i {
		for {
			end += strings.IndexByte(m.in[end:], '`')
			size := run(m.in[end:])
			end += size
			if size == n {
				break
			}
		}
	}
	m.text = append(m.text, m.in[i:end]...)
	return end
}

func run(text string) int { return len(text) - len(strings.TrimLeft(text, "`")) }

// brackets writes what is in angle brackets as it is.
func (m *markdown) brackets(i int) int {
	end := i + 1
	if n := strings.IndexAny(m.in[end:], "<> \t\n"); n >= 0 && m.in[end+n] == '>' {
		end += n + 1
	}
	m.text = append(m.text, m.in[i:end]...)
	return end
}

// link handles a "]": it may end what is a link.
func (m *markdown) link(i int) int {
	last := len(m.open) - 1
	if last < 0 {
		m.text = append(m.text, ']')
		return i + 1
	}
	b := m.open[last]
	m.open = m.open[:last]
	alive := b.image || last >= m.dead
	m.dead = min(m.dead, last)
	target, end := "", 0
	if alive {
		target, end = m.destination(i, b)
	}
	if end == 0 {
		m.text = append(m.text, ']')
		return i + 1
	}
	m.text[b.at] = removed
	if b.image {
		m.text[b.at+1] = removed
		from := len(m.text)
		m.anchor(b.at, target, nil, false)
		m.shown = append(m.shown, [2]int{from, len(m.text)})
		return end
	}
	m.dead = len(m.open)
	// What a link shows as a picture is not what a click opens.
	for i := len(m.shown) - 1; i >= 0 && m.shown[i][0] > b.at; i-- {
		for j := m.shown[i][0]; j < m.shown[i][1]; j++ {
			m.text[j] = removed
		}
		m.shown = m.shown[:i]
	}
	m.anchor(b.at, target, nil, true)
	return end
}

// destination reads what follows the "]" at i. end is 0 if that makes no link.
func (m *markdown) destination(i int, b bracket) (target string, end int) {
	rest := m.in[i+1:]
	if strings.HasPrefix(rest, "(") {
		if target, n := readInline(rest); n > 0 {
			return target, i + 1 + n
		}
	}
	end = i + 1
	label := ""
	if b.in <= i && i-b.in <= maxLabel {
		label = m.in[b.in:i]
	}
	if strings.HasPrefix(rest, "[") {
		if other, n := readLabel(rest); n > 0 {
			end += n
			if other != "" {
				label = other
			}
		}
	}
	if label == "" || len(m.defs) == 0 {
		return "", 0
	}
	d := m.defs[normal(label)]
	if d == nil {
		return "", 0
	}
	d.used = true
	return d.target, end
}

// readInline reads "(target "title")"; n is 0 if there is none.
func readInline(text string) (target string, n int) {
	i := 1 + blank(text[1:])
	target, size := readTarget(text[i:], false)
	i += size
	if gap := blank(text[i:]); gap > 0 {
		i += gap
		if title := readTitle(text[i:]); title > 0 {
			i += title
			i += blank(text[i:])
		}
	}
	if i < len(text) && text[i] == ')' {
		return target, i + 1
	}
	return "", 0
}

// blank counts spaces and at most one line break.
func blank(text string) int {
	lines := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ' ', '\t', '\r':
		case '\n':
			if lines++; lines > 1 {
				return i
			}
		default:
			return i
		}
	}
	return len(text)
}

// readTarget reads a target. In a line of its own parentheses need no partner.
func readTarget(text string, alone bool) (target string, n int) {
	if strings.HasPrefix(text, "<") {
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '>':
				return unmark(text[1:i]), i + 1
			case '<', '\n':
				return "", 0
			case '\\':
				i++
			}
		}
		return "", 0
	}
	depth, i := 0, 0
	for ; i < len(text); i++ {
		b := text[i]
		if b <= ' ' || b == 0x7f {
			break
		}
		if b == '\\' && i+1 < len(text) && text[i+1] > ' ' {
			i++
			continue
		}
		if alone {
			continue
		}
		if b == '(' {
			if depth++; depth > maxParen {
				return "", 0
			}
		}
		if b == ')' {
			if depth == 0 {
				break
			}
			depth--
		}
	}
	if depth > 0 {
		return "", 0
	}
	return unmark(text[:i]), i
}

// unmark undoes backslashes and character references.
func unmark(text string) string {
	if strings.IndexByte(text, '\\') >= 0 {
		plain := make([]byte, 0, len(text))
		for i := 0; i < len(text); i++ {
			if text[i] == '\\' && i+1 < len(text) && isPunct(text[i+1]) {
				i++
			}
			plain = append(plain, text[i])
		}
		text = string(plain)
	}
	return html.UnescapeString(text)
}

func isPunct(b byte) bool {
	return b > ' ' && b < 0x7f && !isAlnum(rune(b))
}

// readTitle reads a title in quotes or parentheses; 0 if there is none.
func readTitle(text string) int {
	if text == "" {
		return 0
	}
	end := text[0]
	switch end {
	case '"', '\'':
	case '(':
		end = ')'
	default:
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == end:
			return i + 1
		case text[i] == '(' && end == ')':
			return 0
		}
	}
	return 0
}

// readLabel reads "[label]"; n is 0 if there is none.
func readLabel(text string) (label string, n int) {
	for i := 1; i < len(text) && i <= maxLabel+1; i++ {
		switch text[i] {
		case '\\':
			i++
		case '[':
			return "", 0
		case ']':
			return text[1:i], i + 1
		}
	}
	return "", 0
}

// normal makes labels equal that differ in case or white space.
func normal(label string) string {
	return fold(strings.Join(strings.FieldsFunc(label, unicode.IsSpace), " "))
}
