package transcript

import (
	"errors"
	"fmt"
	"time"
)

// ErrZone says that a name is not one of a time zone. It comes in a [*ZoneError].
var ErrZone = errors.New("the time zone is not known")

// A ZoneError tells which name it was.
type ZoneError struct{ Name string }

func (e *ZoneError) Error() string { return fmt.Sprintf("transcript: %q: %v", e.Name, ErrZone) }

// Unwrap is [ErrZone].
func (e *ZoneError) Unwrap() error { return ErrZone }

// Zone is the zone with a name of the IANA database, as "Europe/Berlin"; the
// empty name is UTC. The zone is never nil: with a name that is not known it is
// UTC, beside a [*ZoneError], so that a host may go on with it or refuse.
// "Local" is not known, as it would be the server's and not the viewer's.
//
// The database is the machine's; a program for machines without one imports
// time/tzdata. Each call reads it, so a host that needs a zone often keeps it.
func Zone(name string) (*time.Location, error) {
	if name == "Local" {
		return time.UTC, &ZoneError{name}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, &ZoneError{name}
	}
	return zone, nil
}
