package sqlite

import (
	"database/sql"
	"math"
	"time"
)

// Times are kept as microseconds since 1970, and a zero one, where it means none,
// as null.

// Seconds of Unix time at the ends of the years 1 and 9999.
const (
	firstSecond = -62_135_596_800
	lastSecond  = 253_402_300_799
)

func keepable(t time.Time) bool { return t.Unix() >= firstSecond && t.Unix() <= lastSecond }

func micros(t time.Time) int64 { return t.UnixMicro() }

func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }

// upMicros rounds up, so that what is told from the result is not early.
func upMicros(t time.Time) int64 {
	us := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

// orNull is the time for a column, by the given rounding.
func orNull(t time.Time, micros func(time.Time) int64) sql.Null[int64] {
	if t.IsZero() {
		return sql.Null[int64]{}
	}
	return sql.Null[int64]{V: micros(t), Valid: true}
}

// orZero is the time that a column holds.
func orZero(us sql.Null[int64]) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return instant(us.V)
}

// bound is a time of a query, which may be any: a start that is before t is before
// the bound as well.
func bound(t time.Time) int64 {
	switch {
	case t.Unix() < firstSecond:
		return math.MinInt64
	case t.Unix() > lastSecond:
		return math.MaxInt64
	}
	return upMicros(t)
}
