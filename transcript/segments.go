package transcript

import (
	"strings"

	"github.com/chatkernel/chatkernel/urlsafe"
)

// segments are the parts of a text that somebody wrote, nil where there is no
// link in it.
func (v *View) segments(text string) []urlsafe.Segment {
	if v.Links == nil {
		return nil
	}
	return linked(v.Links.Segments(text))
}

// pushed are the parts of the text of a pushed page. Its address is known, so
// it is not looked for: the whole of it is the link, also where it ends in what
// would be the full stop of a sentence, and whatever words the policy has set
// around it.
func (v *View) pushed(text, address string) []urlsafe.Segment {
	if v.Links == nil {
		return nil
	}
	link, err := v.Links.Check(address)
	if err != nil {
		// An older log, or a host whose gate lets other addresses through: it is
		// judged as if somebody had written it.
		return v.segments(text)
	}
	var segments []urlsafe.Segment
	for at := 0; at < len(text); {
		words, _, found := strings.Cut(text[at:], address)
		for _, s := range v.Links.Segments(words) {
			segments = append(segments, moved(s, at))
		}
		at += len(words)
		if found {
			one := link
			one.Start, one.End = at, at+len(address)
			segments = append(segments, urlsafe.Segment{Source: address, Link: &one})
			at = one.End
		}
	}
	return linked(segments)
}

// moved is a segment whose text begins at an offset of the whole one.
func moved(s urlsafe.Segment, by int) urlsafe.Segment {
	if s.Link != nil && by > 0 {
		link := *s.Link
		link.Start, link.End = link.Start+by, link.End+by
		s.Link = &link
	}
	return s
}

// linked leaves out the segments of a text without links, which say no more
// than the text.
func linked(segments []urlsafe.Segment) []urlsafe.Segment {
	for i := range segments {
		if segments[i].Link != nil {
			return segments
		}
	}
	return nil
}
