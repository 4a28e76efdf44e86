package interaction

import "time"

// The rate of messages is limited by a bucket that a party's messages fill and
// that leaks one message every Policy.RateEvery (MSG-9). The state keeps the
// moment at which the bucket is empty, so that every process judges alike.

// allowed reports when the i-th party may send, if not now.
func (s *State) allowed(i int, now time.Time) (retry time.Time, ok bool) {
	p := &s.Start.Policy
	if p.RateEvery <= 0 {
		return time.Time{}, true
	}
	room := int64(max(p.RateBurst, 1)-1) * p.RateEvery.Microseconds()
	free := s.meters.at(i).rate - room
	if free <= now.UnixMicro() {
		return time.Time{}, true
	}
	return time.UnixMicro(free).UTC(), false
}

// spend notes a message. The meters are the state's own already.
func (s *State) spend(i int, at time.Time) {
	if every := s.Start.Policy.RateEvery; every > 0 {
		m := s.meters.at(i)
		m.rate = max(m.rate, at.UnixMicro()) + every.Microseconds()
	}
}
