package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// claimed lists the behaviours that the project says it has: each must be shown
// by a test. It grows with every part that is built and never shrinks.
var claimed = []string{
	"LIFE-1..18",
	"PART-1..9",
	"MSG-1..10",
	"ROUTE-1..12",
	"CONS-1..12",
	"TIME-1..9",
	"URL-1..8",
	"FILE-1..9",
	"HIST-1..8",
	"DESK-1", "DESK-5..6",
	"HOST-1..6",
}

// verifyClaims gives an error that names every claimed behaviour that no test
// shows or that the specification does not have.
func verifyClaims(root string, claims []string) error {
	tags, err := expand(claims)
	if err != nil {
		return fmt.Errorf("docs: %w", err)
	}
	sections, tests, err := read(root)
	if err != nil {
		return fmt.Errorf("docs: %w", err)
	}
	known := make(map[string]bool)
	for _, s := range sections {
		for _, b := range s.behaviours {
			known[b.tag] = true
		}
	}
	var errs []error
	for _, tag := range tags {
		switch {
		case !known[tag]:
			errs = append(errs, fmt.Errorf("docs: %s is claimed, and %s does not have it", tag, specification))
		case len(tests[tag]) == 0:
			errs = append(errs, fmt.Errorf("docs: %s is claimed, and no test shows it; name one Test%s_…",
				tag, strings.Replace(tag, "-", "_", 1)))
		}
	}
	return errors.Join(errs...)
}

// expand turns LIFE-1..3 into LIFE-1, LIFE-2 and LIFE-3.
func expand(claims []string) ([]string, error) {
	var tags []string
	for _, claim := range claims {
		family, numbers, _ := strings.Cut(claim, "-")
		from, to, ranged := strings.Cut(numbers, "..")
		if !ranged {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || family == "" || first < 1 || last < first {
			return nil, fmt.Errorf("%q is neither a tag nor a range of tags", claim)
		}
		for n := first; n <= last; n++ {
			tags = append(tags, fmt.Sprintf("%s-%d", family, n))
		}
	}
	return tags, nil
}
