package files

import "fmt"

// A Code says why a file is refused. Codes are stable; clients act on them.
type Code string

// The codes of refusals.
const (
	// These come before the first byte is read.
	NotAllowed   Code = "not-allowed"   // the party may send no file, or not now
	NeedAgent    Code = "need-agent"    // no agent has been in the chat yet
	WrongType    Code = "type"          // files of this type may not be sent
	TooMany      Code = "count"         // as many files as may be were sent
	TooLarge     Code = "size"          // the file is larger than one may be
	TotalTooBig  Code = "total"         // all files together would be larger than they may be
	TooManyBad   Code = "broken-count"  // too many files were broken or blocked
	Incomplete   Code = "incomplete"    // fewer or more bytes came than were announced
	Unknown      Code = "unknown-file"  // there is no such file for this party, or no more
	InternalOnly Code = "internal-only" // it was uploaded for internal parties
)

// A Refusal is the error of a file that may not be sent (FILE-1). Nothing is
// kept of it.
type Refusal struct {
	Code   Code
	Reason string // a sentence in English for whoever wanted to send it
	Limit  int64  // the limit that was reached, in bytes or files; 0 where the code has none
}

func (e *Refusal) Error() string { return "files: refused: " + e.Reason }

func refuse(code Code, limit int64) *Refusal {
	e := &Refusal{Code: code, Limit: limit}
	switch code {
	case NotAllowed:
		e.Reason = "Files cannot be sent here now."
	case NeedAgent:
		e.Reason = "Files can be sent once an agent is in the chat."
	case WrongType:
		e.Reason = "Files of this type cannot be sent."
	case TooMany:
		e.Reason = fmt.Sprintf("No more than %d files can be sent.", limit)
	case TooLarge:
		e.Reason = fmt.Sprintf("The file is larger than %s.", inUnits(limit))
	case TotalTooBig:
		e.Reason = fmt.Sprintf("All files together would be larger than %s.", inUnits(limit))
	case TooManyBad:
		e.Reason = "Too many files were broken or blocked."
	case Incomplete:
		e.Reason = "The file did not arrive completely. Please send it again."
	case InternalOnly:
		e.Reason = "The file was uploaded for internal use only."
	default:
		e.Reason = "There is no such file, or no more. Please send it again."
	}
	return e
}

// inUnits writes bytes for people.
func inUnits(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.4g KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
