package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// A section is one chapter of docs/spec.md that holds behaviours.
type section struct {
	title      string
	behaviours []behaviour
}

// A behaviour is one line of docs/spec.md.
type behaviour struct {
	tag  string // "LIFE-3"
	text string // without the tag and the mark behind it
}

var (
	heading = regexp.MustCompile(`^## (.+)$`)
	line    = regexp.MustCompile(`^- ([A-Z]+-[1-9][0-9]*) (?:\[[s+]\] )?(.+)$`)
)

// readSpec gives the chapters of the specification in their order, without
// those that hold no behaviour. A tag that stands there twice is an error.
func readSpec(r io.Reader) ([]section, error) {
	var (
		sections []section
		title    string
		seen     = make(map[string]bool)
	)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if m := heading.FindStringSubmatch(lines.Text()); m != nil {
			title = m[1]
			continue
		}
		m := line.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		if seen[m[1]] {
			return nil, fmt.Errorf("the specification has %s twice", m[1])
		}
		seen[m[1]] = true
		if n := len(sections); n == 0 || sections[n-1].title != title {
			sections = append(sections, section{title: title})
		}
		last := &sections[len(sections)-1]
		last.behaviours = append(last.behaviours, behaviour{tag: m[1], text: m[2]})
	}
	return sections, lines.Err()
}

// widest is how many characters of a behaviour a table shows.
const widest = 100

// brief is the beginning of a behaviour's text, cut between words and fit for
// the cell of a Markdown table.
func brief(text string) string {
	if runes := []rune(text); len(runes) > widest {
		text = string(runes[:widest])
		if i := strings.LastIndex(text, " "); i > 0 {
			text = text[:i]
		}
		// A mark that is opened and not closed would run into the next cell.
		for _, mark := range []string{"`", "*"} {
			if strings.Count(text, mark)%2 == 1 {
				text = text[:strings.LastIndex(text, mark)]
			}
		}
		text = strings.TrimRight(text, " ,;:.(") + " …"
	}
	return strings.ReplaceAll(text, "|", `\|`)
}
