package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
)

// filePolicy says who may send what. A customer sends nothing before somebody of
// the shop is there to look at it.
var filePolicy = files.Policy{
	Contact:    &files.Limits{MaxSize: 10 << 20, MaxTotal: 50 << 20, MaxFiles: 10, NeedAgent: true},
	Agent:      &files.Limits{MaxFiles: 30},
	Supervisor: &files.Limits{MaxFiles: 30},
	Internal:   &files.Limits{MaxFiles: 30},
}

// fileGate is the cabinet's word on every file that becomes part of a chat.
func (d *desk) fileGate(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
	return d.cabinet.Gate(ctx, id, s, by.ID, cmd)
}

// judge brings the scanner's verdict on a file into its chat (FILE-7), and says
// whether it is there: it may not be sent yet.
func (d *desk) judge(ctx context.Context, f *files.File) (inLog bool, err error) {
	_, err = d.kernel.Do(ctx, f.Interaction, chatkernel.By(interaction.System, ""),
		interaction.JudgeFile{File: f.ID, Verdict: f.Verdict, Code: f.Code, Reason: f.Reason})
	if errors.Is(err, interaction.ErrNoFile) {
		return false, nil
	}
	return err == nil, err
}

// sweepEvery is how often uploads that nobody sent are looked for.
const sweepEvery = time.Hour

// sweep removes what was uploaded and never sent, until the context is done.
func (d *desk) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		_, err := d.cabinet.Sweep(ctx, func(ctx context.Context, f *files.File) (bool, error) {
			s, err := d.kernel.State(ctx, f.Interaction)
			return err == nil && s.File(f.ID) != nil, err
		})
		if err != nil && ctx.Err() == nil {
			log.Print("desk: ", err)
		}
	}
}

// serveTicket answers what a picture or a link in a page asks for. Neither can
// send the header that says who asks, so the demo's pages put a ticket into the
// path, which is good for reading files and nothing else. A host whose login is a
// cookie needs none of this.
func (d *desk) serveTicket(w http.ResponseWriter, r *http.Request) {
	token, ok := d.logins.withTicket(r.PathValue("ticket"))
	if !ok {
		http.Error(w, errLogin.Error(), http.StatusUnauthorized)
		return
	}
	prefix := "/as/" + r.PathValue("ticket")
	inner := r.Clone(r.Context())
	inner.URL = &url.URL{Path: strings.TrimPrefix(r.URL.Path, prefix), RawPath: strings.TrimPrefix(r.URL.RawPath, prefix), RawQuery: r.URL.RawQuery}
	inner.Header.Set("Authorization", "Bearer "+token)
	http.StripPrefix("/chat", d.gateway).ServeHTTP(w, inner)
}
