package urlsafe

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A verdict is what there is to say about the name of a host, whatever stands
// around it.
type verdict struct {
	host     string
	face     string // the host as it is shown
	findings []Finding
}

// A memo remembers the verdicts on some hosts. Chats name the same few again and
// again, and to compare a name with all protected ones costs more than the rest of
// finding a link. It is only ever as large as it is made: a host takes the place
// of another one. Any number of goroutines may use it.
type memo struct {
	seed  maphash.Seed
	slots [256]atomic.Pointer[verdict]
}

// maxName is the most bytes that a name has in the DNS; longer hosts are not
// worth a place.
const maxName = 253

func (m *memo) slot(host string) *atomic.Pointer[verdict] {
	return &m.slots[maphash.String(m.seed, host)%uint64(len(m.slots))]
}

// judgeDomain sets how a host is shown and says what its name pretends.
func (l *Links) judgeDomain(a *address) {
	if len(a.host) > maxName {
		l.judgeName(a)
		return
	}
	slot := l.memo.slot(a.host)
	v := slot.Load()
	if v == nil || v.host != a.host {
		name := address{host: strings.Clone(a.host)} // not a part of somebody's message
		l.judgeName(&name)
		v = &verdict{name.host, name.face, name.findings}
		slot.Store(v)
	}
	a.face = v.face
	for i := range v.findings {
		a.find(v.findings[i].Code, Suspicious, v.findings[i].Sentence)
	}
}
