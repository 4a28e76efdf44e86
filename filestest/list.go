package filestest

import (
	"errors"
	"fmt"
	"time"

	"github.com/chatkernel/chatkernel/files"
)

var listCases = []Case{
	{"H1 lists are by folder", func(s *suite) {
		for _, key := range []string{"a/x", "a/y", "a/b/x", "ab/x", "b/x", "top"} {
			s.put(s.a, key, []byte(key))
		}
		s.lists(s.z, "", "a/x", "a/y", "a/b/x", "ab/x", "b/x", "top")
		s.lists(s.z, "a/", "a/x", "a/y", "a/b/x")
		s.lists(s.z, "a/b/", "a/b/x")
		s.lists(s.z, "none/")
		s.lists(s.z, "a/x/")
		for _, prefix := range []string{"a", "/", "../", "a/../", "A/", "a//"} {
			n := 0
			for _, err := range s.a.List(s.ctx, prefix) {
				if n++; !errors.Is(err, files.ErrKey) {
					s.Errorf("List(%q) = %v, want ErrKey", prefix, err)
				}
			}
			if n != 1 {
				s.Errorf("List(%q) gives %d entries, want one error", prefix, n)
			}
		}
	}},
	{"H2 long lists are whole", func(s *suite) {
		var want []string
		for i := range 120 {
			key := fmt.Sprintf("f%d/%d", i/110, i)
			s.put(s.a, key, nil)
			want = append(want, key)
		}
		s.lists(s.z, "", want...)
	}},
	{"H3 an entry says when it was written", func(s *suite) {
		s.put(s.a, "f/x", nil)
		for e, err := range s.z.List(s.ctx, "f/") {
			// The backend may have another clock, but no wholly wrong one.
			if err != nil || time.Since(e.At).Abs() > time.Hour {
				s.Fatalf("List says %v, %v; it is %v", e.At, err, time.Now())
			}
		}
	}},
	{"H4 who lists may stop, and delete", func(s *suite) {
		for i := range 30 {
			s.put(s.a, fmt.Sprintf("f/%d", i), nil)
		}
		for range s.a.List(s.ctx, "f/") {
			break
		}
		seen := make(map[string]bool)
		for e, err := range s.a.List(s.ctx, "f/") {
			if err != nil || seen[e.Key] {
				s.Fatalf("List while deleting = %q, %v, want each key once", e.Key, err)
			}
			seen[e.Key] = true
			if err := s.a.Delete(s.ctx, e.Key); err != nil {
				s.Fatalf("Delete = %v", err)
			}
		}
		if len(seen) != 30 {
			s.Fatalf("List while deleting gives %d keys, want 30", len(seen))
		}
		s.lists(s.z, "")
	}},
}
