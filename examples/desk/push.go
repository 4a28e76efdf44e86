package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"strings"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// linkPolicy says which links the shop wants. What looks like its own address
// and is another one is found; phone numbers are those of where it is.
var linkPolicy = urlsafe.Policy{Protected: []string{"halm-licht.example"}, Region: "DE"}

// pages are the pages that agents push: which may be, whether they answer, and
// which were before.
type pages struct {
	links   *urlsafe.Links
	history *urlsafe.History
	checker urlsafe.Checker
	gate    chatkernel.Gate[interaction.PushURL]
	asking  chan struct{} // holds one for each check that goes on
}

func newPages(links *urlsafe.Links) *pages {
	return &pages{
		links:   links,
		history: urlsafe.NewHistory(links, new(memstore.URLs), 0),
		checker: urlsafe.NewHTTPChecker(links, nil),
		gate:    urlsafe.Gate[*interaction.State, chatkernel.Actor, interaction.PushURL](links),
		asking:  make(chan struct{}, 4),
	}
}

// push is the gate that every pushed address passes (URL-5), on whatever way it
// comes. One that passes is remembered for who pushed it (URL-7); should that
// fail, the page is pushed all the same.
func (p *pages) push(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, push interaction.PushURL) (interaction.PushURL, error) {
	push, err := p.gate(ctx, id, s, by, push)
	if err != nil {
		return push, err
	}
	if err := p.history.Add(ctx, string(by.ID), push.URL); err != nil {
		log.Print("desk: ", err)
	}
	return push, nil
}

// A judged address is what the page needs to know of one that is being typed.
type judged struct {
	Link     *urlsafe.Link     `json:"link,omitempty"`     // what would be pushed
	Findings []urlsafe.Finding `json:"findings,omitempty"` // why it would be refused
	Meant    string            `json:"meant,omitempty"`    // where a refused one really leads
	Recent   []string          `json:"recent,omitempty"`   // what it may become
}

// suggested is how many addresses are suggested at once.
const suggested = 5

// serveTyped judges what an agent has typed so far, and suggests what it pushed
// before (URL-7).
func (d *desk) serveTyped(w http.ResponseWriter, r *http.Request) {
	who, typed, ok := d.typed(w, r)
	if !ok {
		return
	}
	var j judged
	if strings.TrimSpace(typed) != "" {
		j = d.pages.judge(typed)
	}
	recent, err := d.pages.history.Suggest(r.Context(), string(who), typed, suggested)
	if err != nil {
		log.Print("desk: ", err) // nothing is suggested
	}
	j.Recent = recent
	answer(w, j)
}

// serveCheck asks an address whether it answers (URL-6).
func (d *desk) serveCheck(w http.ResponseWriter, r *http.Request) {
	_, typed, ok := d.typed(w, r)
	if !ok {
		return
	}
	select {
	case d.pages.asking <- struct{}{}:
		defer func() { <-d.pages.asking }()
	case <-r.Context().Done():
		return
	}
	got, err := d.pages.checker.CheckURL(r.Context(), typed)
	switch {
	case err == nil:
		answer(w, got)
	case r.Context().Err() == nil:
		answer(w, d.pages.judge(typed)) // it is refused, and was not asked
	}
}

// judge says what would become of an address if it was pushed.
func (p *pages) judge(typed string) (j judged) {
	link, err := p.links.Check(typed)
	if err == nil {
		j.Link = &link
		return j
	}
	if refused, ok := errors.AsType[*urlsafe.RefusedError](err); ok {
		j.Findings = refused.Findings
	}
	if found := p.links.Find(strings.TrimSpace(typed)); len(found) == 1 && found[0].Start == 0 {
		j.Meant = found[0].Href
	}
	return j
}

// typed reads {"address"} from one of the people, or refuses it.
func (d *desk) typed(w http.ResponseWriter, r *http.Request) (who interaction.PartyID, address string, ok bool) {
	if who, ok = d.staff(w, r); !ok {
		return "", "", false
	}
	var body struct{ Address string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<10)).Decode(&body); err != nil {
		http.Error(w, "not an address", http.StatusBadRequest)
		return "", "", false
	}
	return who, body.Address, true
}
