package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// A Problem is a refusal as the client gets it (RFC 9457).
type Problem struct {
	Status int
	Code   string // stays the same for ever
	Title  string // the code in words
	Detail string // this time
	// RetryAfter is when to try again, 0 for no hint.
	RetryAfter time.Duration
	// Extra are further members of the object.
	Extra map[string]any
}

// MarshalJSON writes the object with its further members.
func (p Problem) MarshalJSON() ([]byte, error) {
	all := maps.Clone(p.Extra)
	if all == nil {
		all = make(map[string]any)
	}
	all["type"], all["title"], all["status"], all["code"] = "urn:chatkernel:problem:"+p.Code, p.Title, p.Status, p.Code
	if p.Detail != "" {
		all["detail"] = p.Detail
	}
	return json.Marshal(all)
}

func (p Problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil { // a host's Extra that is no JSON
		p.Extra = nil
		body, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64(math.Ceil(p.RetryAfter.Seconds())), 10))
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// A refusal is what the gateway itself refuses.
type refusal struct {
	status int
	code   string
	title  string
	detail string
}

func (r *refusal) Error() string { return "gateway: " + r.title }

// What the gateway itself refuses.
var (
	errKey             = &refusal{400, "key-required", "a command needs an Idempotency-Key", "1 to 200 visible ASCII characters"}
	errPosition        = &refusal{400, "position", "not a position", ""}
	errForm            = &refusal{400, "form", "a file has no such form", "thumbnail, or none for the file itself"}
	errDesktop         = &refusal{400, "desktop", "not a desktop's name or action", ""}
	errUnauthenticated = &refusal{401, "unauthenticated", "not logged in", ""}
	errOrigin          = &refusal{403, "origin", "the page may not call this", ""}
	errStaffOnly       = &refusal{403, "staff-only", "only agents and supervisors have that", ""}
	errStartDenied     = &refusal{403, "start-denied", "the chat may not be started like this", ""}
	errStartField      = &refusal{403, "start-denied", "the chat may not be started like this", "the request says something that only the host decides"}
	errPresence        = &refusal{403, "denied", "the role may not do that", "whether a party is connected is known from its feeds"}
	errNotFound        = &refusal{404, "not-found", "there is no such thing for you", ""}
	errCommand         = &refusal{404, "unknown-command", "there is no such command", ""}
	errMethod          = &refusal{405, "method", "not with this method", ""}
	errNoDesktop       = &refusal{409, "no-desktop", "the desktop has no feed here", ""}
	errBody            = &refusal{413, "body-too-large", "the body is too large", ""}
	errContentType     = &refusal{415, "content-type", "the body must be application/json", ""}
	errFeeds           = &refusal{429, "too-many-feeds", "too many feeds are open", ""}
	errNoFiles         = &refusal{501, "no-files", "files are not set up here", ""}
	errNoHistory       = &refusal{501, "no-history", "histories are not set up here", ""}
	errNoResponses     = &refusal{501, "no-responses", "standard responses are not set up here", ""}
	errStream          = &refusal{500, "no-stream", "the server cannot stream", "something between hides http.ResponseController"}
)

// known are the errors of the library that need no more than a code.
var known = []struct {
	err    error
	status int
	code   string
	retry  time.Duration
	title  string
}{
	{chatkernel.ErrUnknownOutcome, 503, "unknown-outcome", time.Second, "it is not known whether the command took effect; send it again with the same key"},
	{routing.ErrUnknownTarget, 422, "unknown-target", 0, "there is no such target"},
	{routing.ErrMedium, 422, "medium", 0, "nobody of the target is allowed the medium"},
	{routing.ErrUnavailable, 409, "unavailable", 0, "the agent is not ready"},
	{routing.ErrFull, 409, "full", 0, "the agent has no capacity left"},
	{routing.ErrClosed, 409, "queue-closed", 0, "the queue is closed now"},
	{responses.ErrMisspelled, 422, "misspelled", 0, "the message has misspelled words"},
	{responses.ErrSpeller, 503, "speller", 2 * time.Second, "the spelling cannot be checked; nothing changed"},
	{files.ErrReference, 404, "not-found", 0, errNotFound.title},
	{files.ErrNotFound, 404, "not-found", 0, errNotFound.title},
	{files.ErrExpired, 410, "reference-expired", 0, "the reference has expired; ask for the file again"},
	{files.ErrNotAvailable, 409, "file-closed", 0, "the file is not available"},
	{history.ErrViewer, 403, "viewer", 0, "you may not read this history"},
	{history.ErrCursor, 400, "cursor", 0, "not a cursor of this list"},
	{history.ErrFilter, 422, "filter", 0, "the filter is not possible"},
	{history.ErrContact, 422, "unknown-contact", 0, "there is no such contact"},
	{history.ErrNotAssigned, 409, "not-assigned", 0, "it was never assigned to another contact"},
	{chatkernel.ErrErased, 410, "erased", 0, "what it held was erased"},
	{chatkernel.ErrGate, 422, "gate", 0, "the command was refused by a check"},
	{chatkernel.ErrStore, 503, "store", 2 * time.Second, "the store does not work; nothing changed"},
	{chatkernel.ErrBusy, 503, "busy", time.Second, "too many changes at once; nothing changed"},
	{chatkernel.ErrClosed, 503, "closed", 2 * time.Second, "the server is going down; nothing changed"},
	{chatkernel.ErrNoGate, 501, "no-gate", 0, "the host has not set this up"},
	{chatkernel.ErrKeyReused, 422, "key-reused", 0, "the key was used for another command"},
	{chatkernel.ErrInvalidID, 404, "not-found", 0, errNotFound.title},
	{chatkernel.ErrPosition, 400, "position", 0, errPosition.title},
	{context.DeadlineExceeded, 503, "timeout", time.Second, "it took too long; send it again with the same key"},
	{context.Canceled, 503, "timeout", time.Second, "it was broken off; send it again with the same key"},
	{interaction.ErrNotStarted, 404, "not-found", 0, errNotFound.title},
	{interaction.ErrNotParty, 403, "not-party", 0, "you are not in the chat"}, // strangers get errNotFound
	{interaction.ErrStarted, 409, "exists", 0, "the interaction exists already"},
	{interaction.ErrNotOwner, 403, "not-owner", 0, "only the owner may do that"},
	{interaction.ErrDenied, 403, "denied", 0, "the role may not do that"},
	{interaction.ErrCaseDataKey, 403, "case-data-key", 0, "agents may not edit this key"},
	{interaction.ErrPhase, 409, "phase", 0, "not possible in this phase"},
	{interaction.ErrNoInvitation, 409, "no-invitation", 0, "no such invitation, or it is over"},
	{interaction.ErrNoConsultation, 409, "no-consultation", 0, "no such consultation, or it is over"},
	{interaction.ErrNoFile, 409, "no-file", 0, "no such file"},
	{interaction.ErrTransferOpen, 409, "transfer-open", 0, "a transfer is open already"},
	{interaction.ErrDispositionMissing, 409, "disposition-missing", 0, "a disposition must be set first"},
	{interaction.ErrDispositionCode, 422, "disposition-code", 0, "no such disposition code"},
	{interaction.ErrHandOverFirst, 409, "hand-over-first", 0, "an owner must hand over first"},
	{interaction.ErrRate, 429, "rate", 0, "too many requests"},
	{interaction.ErrTooLong, 422, "too-long", 0, "too long"},
	{interaction.ErrTooMany, 422, "too-many", 0, "a limit is reached"},
	{interaction.ErrEmpty, 422, "empty", 0, "empty or missing"},
	{interaction.ErrUTF8, 422, "utf8", 0, "not valid UTF-8"},
	{interaction.ErrValue, 422, "value", 0, "not a value of its type"},
	{interaction.ErrTarget, 409, "target", 0, "the target cannot be invited"},
	{interaction.ErrInvalid, 422, "invalid", 0, "the command is not valid"},
	{ErrUnknownCommand, errCommand.status, errCommand.code, 0, errCommand.title},
	{ErrBody, 400, "json", 0, "the body is not what the request needs"},
}

// problem is what a caller is told about an error, after the host had its say.
func (g *Gateway) problem(caller Caller, err error) Problem {
	p := describe(caller, err)
	if p.Code == errFeeds.code {
		p.RetryAfter = g.opt.Settle
	}
	if g.opt.Problem != nil {
		p = g.opt.Problem(caller, err, p)
	}
	if p.Status < 400 || p.Status > 599 {
		p.Status = http.StatusInternalServerError
	}
	return p
}

// describe is what the library says about an error. Of one that it does not
// know, it says nothing.
func describe(caller Caller, err error) Problem {
	p := Problem{Status: http.StatusInternalServerError, Code: "internal", Title: "something went wrong"}
	var (
		own     *refusal
		file    *files.Refusal
		address *urlsafe.RefusedError
	)
	switch {
	case errors.As(err, &own):
		p = Problem{Status: own.status, Code: own.code, Title: own.title, Detail: own.detail}
	case errors.As(err, &file):
		p = fileProblem(file)
	case errors.As(err, &address):
		p = addressProblem(address)
	default:
		for _, k := range known {
			if errors.Is(err, k.err) {
				p = Problem{Status: k.status, Code: k.code, Title: k.title, RetryAfter: k.retry, Extra: make(map[string]any)}
				p.explain(caller, err)
				break
			}
		}
	}
	return p
}

// fileProblem is what a client is told of a file that is refused (FILE-1).
func fileProblem(r *files.Refusal) Problem {
	p := Problem{Status: http.StatusUnprocessableEntity, Code: "file-" + string(r.Code), Title: "the file is refused", Detail: r.Reason}
	switch r.Code {
	case files.NotAllowed, files.NeedAgent, files.InternalOnly:
		p.Status = http.StatusForbidden
	case files.Unknown:
		p.Status = http.StatusNotFound
	case files.TooMany, files.TooManyBad, files.TotalTooBig:
		p.Status = http.StatusConflict
	case files.TooLarge:
		p.Status = http.StatusRequestEntityTooLarge
	case files.WrongType:
		p.Status = http.StatusUnsupportedMediaType
	}
	if r.Limit > 0 {
		p.Extra = map[string]any{"limit": r.Limit}
	}
	return p
}

// addressProblem is what a client is told of a page that is not pushed (URL-5).
func addressProblem(r *urlsafe.RefusedError) Problem {
	sentences := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		sentences[i] = f.Sentence
	}
	return Problem{
		Status: http.StatusUnprocessableEntity, Code: "address", Title: "the address is refused",
		Detail: strings.Join(sentences, " "), Extra: map[string]any{"findings": r.Findings},
	}
}

// explain adds what an error says beyond its kind, as far as the caller may
// know it. Errors of stores and gates may hold anything: they are not shown.
func (p *Problem) explain(caller Caller, err error) {
	var (
		denied  interaction.DeniedError
		phase   interaction.PhaseError
		rate    *interaction.RateError
		limit   *interaction.LimitError
		invalid *interaction.InvalidError
		policy  *interaction.PolicyError
	)
	switch {
	case p.Status >= 500 || p.Code == "gate" || p.Status == http.StatusNotFound || p.heldBack(err):
		return
	case errors.As(err, &denied):
		p.Extra["command"], p.Extra["role"] = denied.Command().String(), denied.Role().String()
	case errors.As(err, &phase):
		p.Extra["command"] = phase.Command().String()
		if caller.ID.Role() == interaction.RoleContact {
			// Whether it is wrapped up already is not the contact's to know.
			p.Detail = "the chat is over"
			return
		}
		p.Extra["phase"] = phase.Phase().String()
	case errors.As(err, &rate):
		p.Extra["retryAt"] = rate.RetryAt.Format(time.RFC3339Nano)
		p.RetryAfter = max(time.Second, time.Until(rate.RetryAt))
	case errors.As(err, &invalid):
		p.Extra["field"] = invalid.Field
		if errors.As(err, &limit) {
			p.Extra["max"] = limit.Max
		}
	case errors.As(err, &policy):
		p.Code, p.Title = "policy", "the policy is not valid"
		return
	}
	p.Detail = plain(err)
}

// plain is an error's text without the package that it comes from.
func plain(err error) string {
	text := err.Error()
	for _, prefix := range []string{"gateway: ", "interaction: ", "chatkernel: ", "responses: ", "files: ", "history: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}
