package gateway

import (
	"sync"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
)

// rates bound how often a party may ask. Each has a bucket that its requests
// fill and that leaks one every so often; kept is when it is empty.
type rates struct {
	every time.Duration
	burst int

	mu    sync.Mutex
	empty map[interaction.PartyID]time.Time
	swept time.Time
}

// allow counts a request, or says when the next one may come.
func (r *rates) allow(id interaction.PartyID, now time.Time) (retry time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.empty == nil {
		r.empty = make(map[interaction.PartyID]time.Time)
	}
	room := time.Duration(r.burst) * r.every
	if now.Sub(r.swept) > room { // parties that have not asked for a while cost nothing
		for id, at := range r.empty {
			if !at.After(now) {
				delete(r.empty, id)
			}
		}
		r.swept = now
	}
	at := r.empty[id]
	if at.Before(now) {
		at = now
	}
	if free := at.Add(r.every).Add(-room); free.After(now) {
		return free.UTC(), false
	}
	r.empty[id] = at.Add(r.every)
	return time.Time{}, true
}

// A quota bounds how many feeds a party has open.
type quota struct {
	mu   sync.Mutex
	open map[interaction.PartyID]int
}

// take opens one more, unless there are too many; give closes it.
func (q *quota) take(id interaction.PartyID, most int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = make(map[interaction.PartyID]int)
	}
	if q.open[id] >= most {
		return false
	}
	q.open[id]++
	return true
}

func (q *quota) give(id interaction.PartyID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[id]--; q.open[id] < 1 {
		delete(q.open, id)
	}
}
