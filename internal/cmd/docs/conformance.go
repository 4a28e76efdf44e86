package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// specification is where the behaviours stand.
const specification = "docs/spec.md"

// conformance makes the table of behaviours and the tests that show them.
func conformance(root string) ([]byte, error) {
	sections, tests, err := read(root)
	if err != nil {
		return nil, err
	}
	var all, shown int
	for _, s := range sections {
		for _, b := range s.behaviours {
			all++
			if len(tests[b.tag]) > 0 {
				shown++
			}
		}
	}

	var page bytes.Buffer
	page.WriteString("# Conformance\n\n" +
		"<!-- Made by `go run ./internal/cmd/docs`; do not edit. -->\n\n" +
		"Which test shows which behaviour of [the specification](spec.md). `go test -run LIFE_3_ work`\n" +
		"runs the tests of LIFE-3.\n\n")
	fmt.Fprintf(&page, "**%d of %d** behaviours are shown by at least one test.\n", shown, all)
	for _, s := range sections {
		fmt.Fprintf(&page, "\n## %s\n\n| tag | behaviour | tests | state |\n| --- | --- | --- | --- |\n", s.title)
		for _, b := range s.behaviours {
			state := "not yet"
			if len(tests[b.tag]) > 0 {
				state = "shown"
			}
			fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", b.tag, brief(b.text), links(tests[b.tag]), state)
		}
	}
	return page.Bytes(), nil
}

// links gives the tests as links from a page in docs.
func links(tests []test) string {
	cells := make([]string, len(tests))
	for i, t := range tests {
		cells[i] = fmt.Sprintf("[`%s`](../%s)", t.name, t.file)
	}
	return strings.Join(cells, "<br>")
}

// read gives the specification's chapters and the tests by tag.
func read(root string) ([]section, map[string][]test, error) {
	file, err := os.Open(filepath.Join(root, specification))
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	sections, err := readSpec(file)
	if err != nil {
		return nil, nil, err
	}
	if len(sections) == 0 {
		return nil, nil, errors.New(specification + " holds no behaviour")
	}
	tests, err := findTests(root, sections)
	return sections, tests, err
}
