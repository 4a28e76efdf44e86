package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"net/http"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// key is the caller's name for its command.
func key(r *http.Request) (string, error) {
	k := r.Header.Get("Idempotency-Key")
	if k == "" || len(k) > 200 {
		return "", errKey
	}
	for i := range len(k) {
		if k[i] <= ' ' || k[i] > '~' {
			return "", errKey
		}
	}
	return k, nil
}

// A result is what a command did, as the client gets it.
type result struct {
	ID       string     `json:"id,omitempty"` // of the interaction that was started
	Position string     `json:"position"`
	At       *time.Time `json:"at,omitempty"`
	Opened   string     `json:"opened,omitempty"`
	Repeated bool       `json:"repeated,omitempty"`
}

func resultOf(id string, r chatkernel.Result) result {
	out := result{ID: id, Position: r.Position.String(), Opened: r.Opened, Repeated: r.Repeated}
	if !r.At.IsZero() {
		out.At = &r.At
	}
	return out
}

// startBody is what a client says about the chat that it asks for.
type startBody struct {
	ID          string             `json:"id"`
	Subject     string             `json:"subject"`
	Channel     string             `json:"channel"`
	Language    string             `json:"language"`
	Target      interaction.Target `json:"target"`
	Priority    int                `json:"priority"`
	CaseData    []fieldBody        `json:"caseData"`
	Contact     personBody         `json:"contact"`
	ContactName string             `json:"contactName"`
}

type fieldBody struct {
	Key   string    `json:"key"`
	Value valueBody `json:"value"`
}

// start begins a chat (LIFE-1).
func (g *Gateway) start(w http.ResponseWriter, r *http.Request, caller Caller) error {
	key, err := key(r)
	if err != nil {
		return err
	}
	var b startBody
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	s := Start{ID: b.ID, Start: interaction.Start{
		Subject: b.Subject, Channel: b.Channel, Language: b.Language, Target: b.Target, Priority: b.Priority,
		Contact: interaction.Person(b.Contact),
	}}
	for _, f := range b.CaseData {
		v, err := f.Value.value()
		if err != nil {
			return err
		}
		s.CaseData = append(s.CaseData, interaction.Field{Key: f.Key, Value: v})
	}
	contact := caller.ID.Role() == interaction.RoleContact
	if contact {
		hosts := b.Channel != "" || b.Target != "" || len(b.CaseData) > 0
		if b.ID != "" || b.Priority != 0 || b.Contact != (personBody{}) || hosts && g.opt.Start == nil {
			return errStartField
		}
		s.Contact = interaction.Person{ID: caller.ID, Name: nameOf(caller, b.ContactName)}
	}
	if g.opt.Start != nil {
		if err := g.opt.Start(r, caller, &s); err != nil {
			return errors.Join(errStartDenied, err)
		}
	}
	if contact {
		s.Contact.ID = caller.ID
	}
	if s.ID == "" {
		s.ID = derivedID(caller, key)
	}
	res, err := g.k.Do(r.Context(), s.ID, chatkernel.By(caller.ID, key), s.Start)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if res.Repeated {
		status = http.StatusOK
	}
	return answer(w, status, resultOf(s.ID, res))
}

// derivedID is the id of a chat that its starter gave none: always the same for
// the same key, and nobody else's.
func derivedID(caller Caller, key string) string {
	sum := sha256.Sum256([]byte(string(caller.ID) + "\x00" + key))
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20])
}

// command gives a command.
func (g *Gateway) command(w http.ResponseWriter, r *http.Request, caller Caller) error {
	key, err := key(r)
	if err != nil {
		return err
	}
	body, err := g.read(w, r)
	if err != nil {
		return err
	}
	cmd, err := DecodeCommand(r.PathValue("kind"), body)
	if err != nil {
		return err
	}
	switch cmd.(type) {
	case interaction.Disconnect, interaction.Reconnect:
		if caller.ID != interaction.System {
			return errPresence
		}
	}
	id := r.PathValue("id")
	res, err := g.k.Do(r.Context(), id, chatkernel.By(caller.ID, key), signed(cmd, caller))
	if err != nil {
		err = g.conceal(r.Context(), id, caller, err)
	}
	if cmd.Kind() == interaction.MarkReadKind && caller.ID.Role() == interaction.RoleContact && (err == nil || errors.Is(err, interaction.ErrPhase)) {
		// Reading is noted until the chat is wrapped up. When that is, the contact
		// must not be able to tell.
		res, err = chatkernel.Result{}, nil
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, resultOf("", res))
}

// signed puts the caller's name to a command that shows one.
func signed(cmd interaction.Command, caller Caller) interaction.Command {
	switch c := cmd.(type) {
	case interaction.Join:
		c.Name = nameOf(caller, c.Name)
		return c
	case interaction.Accept:
		c.Name = nameOf(caller, c.Name)
		return c
	case interaction.Rejoin:
		c.Name = nameOf(caller, c.Name)
		return c
	case interaction.Supervise:
		c.Name = nameOf(caller, c.Name)
		return c
	}
	return cmd
}

// nameOf is the name that a caller goes by: the one that the host knows. Who
// has none there and is no staff may say one.
func nameOf(caller Caller, given string) string {
	if caller.Name != "" || staff(caller.ID) {
		return caller.Name
	}
	return given
}

// conceal makes every refusal to somebody who takes no part look like that of an
// interaction that does not exist. What failed, and what the host has not set
// up, is no refusal.
func (g *Gateway) conceal(ctx context.Context, id string, caller Caller, err error) error {
	for _, failure := range []error{
		chatkernel.ErrUnknownOutcome, chatkernel.ErrStore, chatkernel.ErrBusy, chatkernel.ErrClosed, chatkernel.ErrNoGate,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, failure) {
			return err
		}
	}
	if caller.ID == interaction.System {
		return err
	}
	if _, hidden := g.state(ctx, id, caller); hidden != nil {
		return hidden
	}
	return err
}

// state is the interaction for a caller who takes part in it, or was asked to.
// For anybody else there is none.
func (g *Gateway) state(ctx context.Context, id string, caller Caller) (interaction.State, error) {
	s, err := g.k.State(ctx, id)
	if err == nil && s.Party(caller.ID) == nil {
		err = errNotFound
	}
	return s, err
}

// typingBody is a keystroke.
type typingBody struct {
	Draft        string `json:"draft"`
	Consultation string `json:"consultation"`
	Stopped      bool   `json:"stopped"`
}

// typing tells the others that the caller types (MSG-3, MSG-4).
func (g *Gateway) typing(w http.ResponseWriter, r *http.Request, caller Caller) error {
	var b typingBody
	if err := g.body(w, r, &b); err != nil {
		return err
	}
	id := r.PathValue("id")
	err := g.k.Typing(r.Context(), id, caller.ID, chatkernel.Typing{Consultation: b.Consultation, Draft: b.Draft, Stopped: b.Stopped})
	if err != nil {
		return g.conceal(r.Context(), id, caller, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// header says how the chat stands.
func (g *Gateway) header(w http.ResponseWriter, r *http.Request, caller Caller) error {
	id := r.PathValue("id")
	s, err := g.state(r.Context(), id, caller)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, g.view(r, caller, &s).Header(id))
}
