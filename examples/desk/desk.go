package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log"
	"net/http"
	"sync"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/history"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/responses"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/urlsafe"
)

//go:embed web
var web embed.FS

// A desk is a whole host: the kernel, the gateway in front of it, and the little
// that the library leaves to its host.
type desk struct {
	store   *memstore.Store
	kernel  *chatkernel.Kernel
	gateway *gateway.Gateway
	router  *routing.Router
	logins  *logins
	team    *team
	book    *routing.Book // of the team, for search
	pages   *pages
	cabinet *files.Cabinet // of what people send besides text
	close   context.CancelFunc
}

// newDesk opens a desk whose agents' messages are checked by the speller.
func newDesk(speller responses.Speller) (*desk, error) {
	policy := demoPolicy()
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	team, err := newTeam()
	if err != nil {
		return nil, err
	}
	library, err := newLibrary()
	if err != nil {
		return nil, err
	}
	links := urlsafe.New(&linkPolicy)
	d := &desk{store: memstore.New(nil), logins: newLogins(), team: team, pages: newPages(links)}
	if d.router, err = routing.New(d.store, team, &routing.Options{Queues: queues, Strategy: firstOfTheList}); err != nil {
		return nil, err
	}
	var ctx context.Context
	ctx, d.close = context.WithCancel(context.Background())
	if d.book, err = routing.OpenBook(ctx, team, &routing.BookOptions{Queues: queues, Favourites: &team.favourites, Used: d.router.Used}); err != nil {
		return nil, err
	}
	d.kernel = chatkernel.New(d.store, memstore.NewTransport(), &chatkernel.Options{
		Policy: &policy,
		Gates: chatkernel.Gates{
			URL: d.pages.push, Target: d.invite, File: d.fileGate,
			Text: responses.InOrder(responses.SpellGate(speller, nil), responses.EmojiGate()),
		},
	})
	d.cabinet = files.New(new(memstore.Files), &files.Options{Policy: &filePolicy, Scanner: scanner{takes: 1500 * time.Millisecond}})
	d.gateway, err = gateway.New(d.kernel, d.logins.authenticate, &gateway.Options{
		Start: d.begin, Links: links, Responses: library, History: history.New(d.kernel, &history.Options{Links: links}),
		Files: &gateway.Files{
			Cabinet: d.cabinet, Pending: files.NewPending(d.cabinet, new(memstore.Attachments)), Attachments: attachments{},
		},
	})
	return d, err
}

// Close ends all feeds.
func (d *desk) Close() error {
	d.close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(d.gateway.Close(ctx), d.kernel.Close())
}

// work is what goes on without a request: the kernel's deadlines, the offers, and
// the checks of files. It ends with the context.
func (d *desk) work(ctx context.Context) {
	var all sync.WaitGroup
	for _, run := range []func() error{
		func() error { return d.kernel.Run(ctx) },
		func() error { return d.router.Run(ctx, d.kernel) },
		func() error { return d.cabinet.RunScans(ctx, d.judge) },
		func() error { return d.sweep(ctx) },
	} {
		all.Go(func() {
			if err := run(); err != nil && ctx.Err() == nil {
				log.Print("desk: ", err)
			}
		})
	}
	all.Wait()
}

// begin is what the shop adds to a chat that a customer asks for: where it
// shall go, and what the shop knows already.
func (d *desk) begin(r *http.Request, caller gateway.Caller, start *gateway.Start) error {
	d.remember(r.Context(), caller.ID)
	start.Channel = "chat"
	// The customer says what it is about, and the shop which queue that is.
	start.Target = "queue:billing"
	if r.URL.Query().Get("about") == "sales" {
		start.Target = "queue:sales"
	}
	start.CaseData = []interaction.Field{
		{Key: "Order", Value: interaction.Value{Text: "48213"}},
		{Key: "Amount", Value: interaction.Value{Text: "253.00 EUR"}},
		{Key: "Customer since", Value: interaction.Value{Text: "2019"}},
	}
	return nil
}

func (d *desk) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/chat/", http.StripPrefix("/chat", d.countDesktops(d.gateway)))

	for _, path := range []string{
		"interactions/{id}/files/{file}", "interactions/{id}/files.zip", "downloads/{reference}", "interactions/{id}/transcript/{format}",
	} {
		mux.HandleFunc("GET /as/{ticket}/chat/"+path, d.serveTicket)
	}

	mux.HandleFunc("GET /login", d.listPeople)
	mux.HandleFunc("POST /login", d.login)
	mux.HandleFunc("GET /demo/find", d.serveFind)
	mux.HandleFunc("POST /demo/favourite", d.serveFavourite)
	mux.HandleFunc("GET /demo/me", d.serveMe)
	mux.HandleFunc("POST /demo/ready", d.serveReady)
	mux.HandleFunc("GET /demo/overview", d.serveOverview)
	mux.HandleFunc("POST /demo/push/typed", d.serveTyped)
	mux.HandleFunc("POST /demo/push/check", d.serveCheck)
	mux.HandleFunc("GET /demo/log/{id}", d.serveLog)

	site, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	page := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, site, name) }
	}
	mux.HandleFunc("GET /{$}", page("stage.html"))
	mux.HandleFunc("GET /contact", page("contact.html"))
	mux.HandleFunc("GET /agent", page("agent.html"))
	mux.HandleFunc("GET /supervisor", page("supervisor.html"))
	mux.HandleFunc("GET /log/{id...}", page("log.html"))
	for _, folder := range []string{"/css/", "/js/", "/text/", "/icon.svg"} {
		mux.Handle("GET "+folder, http.FileServerFS(site))
	}
	return secured(mux)
}

// secured says to browsers what the pages may do: load nothing from anywhere
// else, run no script but the files above, and stand in no frame but the
// stage's.
func secured(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
		"connect-src 'self' http://*.localhost:*; frame-src 'self' http://*.localhost:*; " +
		"frame-ancestors 'self' http://127.0.0.1:* http://localhost:*; base-uri 'none'; form-action 'self'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}
