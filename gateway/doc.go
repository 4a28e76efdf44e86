// Package gateway lets browsers take part in chats over HTTP: commands come by
// POST, and a live feed goes out as server-sent events that resume where they
// broke off (DESK-1, HOST-6). It needs nothing but the standard library and is
// an [http.Handler] that a host mounts where it likes:
//
//	g, err := gateway.New(kernel, authenticate, nil)
//	mux.Handle("/chat/", http.StripPrefix("/chat", g))
//
// Who a request is from is said by the host's own login, the [Authenticator];
// there is no default that lets anybody in. A caller may do and see only what
// its party may: the gateway adds no rights of its own, and asks the kernel for
// everything.
//
// # Requests
//
// All bodies are JSON, in camelCase. A body is one object of known fields, at
// most [Options.MaxBody] bytes; an empty body is an empty object.
//
//	POST /interactions                           start a chat
//	POST /interactions/{id}/commands/{kind}      give a command
//	POST /interactions/{id}/typing               a keystroke
//	POST /interactions/{id}/attention            what a desktop did
//	GET  /interactions/{id}                      the header
//	GET  /interactions/{id}/feed                 the live feed
//	GET  /work                                   an agent's open work, live
//
//	POST /interactions/{id}/uploads              the bytes of a file
//	POST /interactions/{id}/uploads/attach       a standard response's attachment
//	POST /interactions/{id}/uploads/discard      take back what is not sent
//	POST /interactions/{id}/uploads/send         send what is ready
//	GET  /interactions/{id}/files                what may be sent, is ready, and was sent
//	GET  /interactions/{id}/files/{file}         leads to the bytes of a file
//	GET  /interactions/{id}/files.zip            all files
//	GET  /downloads/{reference}                  the bytes
//
//	GET  /contacts/{contact}/history             a contact's chats
//	GET  /history                                the caller's own
//	GET  /interactions/{id}/transcript           a chat to read
//	GET  /interactions/{id}/transcript/{format}  the same to save
//	GET  /interactions/{id}/older                the chats above it
//	POST /assignments                            give chats to a contact
//
//	GET  /interactions/{id}/responses            standard responses
//	POST /interactions/{id}/responses/expand     the shortcut before the cursor
//	GET  /emoji                                  the list of emoji
//
// Every POST but an upload needs Content-Type: application/json. Starting and commands need
// the header Idempotency-Key too, 1 to 200 visible ASCII characters that the
// client makes up for each new command and repeats for each retry (LIFE-16).
//
// POST /interactions takes
//
//	{"subject", "language", "contactName"}                        from a contact
//	{"channel", "target", "caseData":[{"key","value":{"type","text"}}]}  from a contact if [Options.Start] is set
//	{"id", "contact":{"id","name"}, "priority"}                   from bots and the system only
//
// and answers 201 (200 for a repeat) with
//
//	{"id", "position", "at", "opened", "repeated"}
//
// contactName counts where the login knows no name of the contact. The id of a contact's chat is made from the contact and the key, so that
// nobody can ask for another one's. Commands answer 200 with
//
//	{"position", "at", "opened", "repeated"}
//
// where position is the caller's own after the command ("" and no "at" where
// there was nothing to do) and opened is the id of the invitation, and of the
// consultation, that it opened.
//
// # Commands
//
// {kind} is a command's name and the body its fields; fields that are left out
// are empty. [DecodeCommand] reads them.
//
//	join                    {"name"}
//	invite                  {"id", "to", "agent", "agentName", "note"}
//	offer                   {"invitation", "agent", "agentName"}
//	transfer                {"id", "to", "agent", "agentName", "consultation", "note"}
//	conference              {"id", "to", "agent", "agentName", "consultation", "note"}
//	consult                 {"id", "to", "agent", "agentName", "medium", "note"}
//	accept                  {"invitation", "name"}
//	decline                 {"invitation", "reason"}
//	cancel                  {"invitation"}
//	withdraw                {"invitation", "reason"}
//	rejoin                  {"name"}
//	supervise               {"mode", "name"}
//	say                     {"text", "to", "consultation", "confirm"}
//	mark-read               {"through"}
//	push-url                {"url"}
//	send-file               {"file":{"id","name","type","size","hash","verdict","code","reason"}, "to", "consultation"}
//	judge-file              {"file", "verdict", "code", "reason"}
//	blend                   {"medium", "address", "ref"}
//	schedule-callback       {"at", "number", "note"}
//	announce                {"message", "text"}
//	end-consultation        {"consultation"}
//	mark-consultation-done  {"consultation"}
//	disconnect              {"party"}    by the system only: feeds tell it, see Presence
//	reconnect               {"party"}    likewise
//	leave                   {}
//	end                     {}
//	remove                  {"party"}
//	set-disposition         {"code"}
//	set-note                {"text"}
//	set-case-data           {"key", "value":{"type","text"}, "delete"}
//	mark-done               {}
//	assign-contact          {"contact":{"id","name"}}
//	erase                   {}
//	elapse                  {}
//
// to, of transfer, conference, consult and invite, and target are targets:
// "agent:maria", "supervisor:sam", "group:billing", "skill:spanish/3",
// "queue:sales". to, of say and send-file, is "everyone" (or left out),
// "internal" or "supervisors". medium, of consult, is "chat" (or left out),
// "im" or "voice". mode is "monitor", "coach", "barge-in" or "stop". verdict is
// "available", "broken", "blocked", "pending-scan" or "deleted". message is
// "greeting", "waiting", "farewell" or "information". type, of case data, is
// "string" (or left out), "number", "bool" or "time"; text is the value as
// text. hash is base64; at is RFC 3339. through is the position number of the
// last entry that was read.
//
// The name of a party is the [Caller]'s; what a client gives as its name counts
// only for contacts and bots whose Caller has none.
//
// typing takes {"draft", "consultation", "stopped"} and answers 204. It is
// worth sending on keystrokes, at most once in a few seconds; draft only where
// the header says typingPreview.
//
// # Header
//
// GET /interactions/{id} answers with a transcript.Header: what the caller may
// know about the chat as a whole.
//
//	{
//	  "id", "phase", "subject", "channel", "language", "startedAt", "endedAt", "endedWhy",
//	  "you":           {"colour", "name", "role", "standing"},
//	  "parties":       [{"colour", "name", "role", "id", "presence", "connected", "you", "owner"}],
//	  "contactRead", "typingPreview", "emoji",
//	  "allowed":       {"say": "", "end": "the reason why not", …},
//
//	  // For internal parties who are in it:
//	  "contact":       {"id", "name"},
//	  "owner":         {"colour", "name", "role"},
//	  "pending":       {"since", "stage"},
//	  "invitations":   [{"id", "purpose", "target", "agent", "from", "note", "medium", "consultation",
//	                     "openedAt", "offeredAt", "expiresAt", "mine", "sent"}],
//	  "consultations": [{"id", "medium", "stage", "side", "other", "marked", "why"}],
//	  "disposition", "dispositions": [{"code", "label", "parent", "choosable"}], "dispositionRequired",
//	  "note", "caseData": [{"key", "value":{"type","text"}, "editable"}]
//	}
//
// What is empty is left out, except you, parties and allowed. phase is
// "waiting", "active", "ended", "done" or "dormant"; for the contact "waiting",
// "open" or "ended"; it is left out for an agent who is not in it (any more).
// role is "contact", "agent", "supervisor", "bot" or "system". standing is
// "contact", "bot", "owner", "agent", "consultant", "monitor", "coach",
// "invited", "last-owner" or "former". presence is "in-chat", "consulted",
// "monitoring", "coaching" or "away". purpose is "inbound", "transfer",
// "conference" or "consultation". target and agent of an invitation are the
// target as it was named and the display name of who has the offer; from is
// {"colour", "name", "role"} of its sender (colour -1 where the caller does not
// know it otherwise). mine says that the caller has the offer, sent that it
// sent it. stage of pending is "green", "yellow" or "red"; of a consultation
// "asked", "active", "ended" or "closed". side is "initiator" or "target",
// other the other side, marked whether the caller's side is marked done.
// allowed has an entry for every command that the caller's desktop shows: ""
// where it can be given now, else the reason in words.
//
// # Feed
//
// GET /interactions/{id}/feed is a stream of server-sent events. It goes on
// after the position in the header Last-Event-ID, which browsers send by
// themselves, or in ?after=; without, it begins at the beginning. Events:
//
//	entry      id: position; data: a transcript.Entry
//	header     data: the header; at the start, and whenever it changed
//	reset      id: position; data: {"why": "epoch" | "view"}: forget all entries, they come anew
//	current    id: position; data: {"now"}: all that there was has been sent; now is the server's time
//	signal     data: {"from":{"colour","name","role"}, "typing", "draft", "consultation"}
//	attention  data: the attention object; staff only, with ?desktop=<id>
//	problem    data: a problem; the stream ends after it, and the client may connect again
//
// A transcript.Entry is
//
//	{"position", "public", "at", "kind", "from":{"colour","name","role"}, "own", "text",
//	 "segments":[{"source", "link":{"start","end","kind","href","text","tooltip","level",
//	                                "findings":[{"code","sentence"}]}}],
//	 "about":{"colour","name","role"}, "audience", "consultation", "data":{"event", …}}
//
// kind is "message", "automatic", "file", "link", "join", "leave", "watch",
// "owner", "connection", "invitation", "consultation", "phase", "record" or
// "silent" (nothing to draw). colour is a small number that is the party's as
// long as the view lasts, an index into a palette, -1 for the system. audience
// is "everyone", "internal", "consultation" or "supervisors". data holds the
// event's name and fields for clients that word themselves, "file" and "url"
// among them. An entry that everyone sees has been read by the contact when its
// public number is not greater than the header's contactRead (MSG-2).
//
// segments are there where [Options.Links] is set and the text holds a link, and
// say the same as text: a client draws a segment's source as words and, where it
// has a link, as a link to href, with tooltip as its tooltip (URL-1, URL-2). kind is
// "web", "mail" or "phone". level is "ok", "suspicious" (it works, and a person
// should see the findings before) or "blocked" (text only: there is no href). See
// package urlsafe.
//
// While there is nothing to send, a comment goes out every [Options.Heartbeat].
// A reader that does not take what it gets within [Options.WriteTimeout] is cut
// off; it resumes where it was. A stream ends after [Options.FeedAge], so that
// the login is asked again.
//
// GET /work, for agents and supervisors, is a stream with one sort of event:
//
//	work       data: {"items":[{"id", "role", "header"}]}
//
// It comes at once and whenever the list changes; role is "invited", "owner",
// "agent", "consultant", "monitor", "coach" or "marking" (a consultation's side
// is to be marked done).
//
// # Attention
//
// A feed with ?desktop=<id>, a name that each desktop makes up for itself,
// carries the flashing bar of that desktop (TIME-4, TIME-5). POST
// /interactions/{id}/attention {"desktop", "action"} with "focus", "blur" or
// "hover" tells what its user did, and answers with the attention object:
//
//	{"flashing", "reasons":[{"kind","at"}], "preview", "stage"}
//
// kind is "response", "response-warning", "response-late", "joined", "left",
// "contact-left", "about-to-time-out", "timed-out" or "about-to-close"; preview
// is the contact's latest message. A desktop begins with the focus elsewhere. The
// state is kept where the desktop's feed is, and for a minute after it closed:
// with several processes, the load balancer keeps a desktop's requests at one,
// or the answer is 409 "no-desktop". A client tells its focus again when its feed
// was away for longer.
//
// # Presence
//
// While a party has a feed open it is connected. Some time after its last one
// closed ([Options.Settle]) it is disconnected, which starts the grace period
// of its policy (LIFE-12, PART-9); when it comes back it is connected again. A
// process that dies tells nothing: whoever was there only counts as disconnected
// once it has come and gone again elsewhere.
//
// # Problems
//
// Every refusal is an application/problem+json (RFC 9457) object
//
//	{"type", "title", "status", "detail", "code", …}
//
// with a code that stays the same for ever:
//
//	400  json, key-required, position, desktop, form, cursor
//	401  unauthenticated
//	403  denied (with "command", "role"), not-owner, not-party (any more), case-data-key, origin,
//	     staff-only, start-denied, viewer, file-not-allowed, file-need-agent, file-internal-only
//	404  not-found, unknown-command, file-unknown-file
//	405  method
//	409  phase (with "command", "phase"), exists, no-invitation, no-consultation, no-file,
//	     transfer-open, target, disposition-missing, hand-over-first, no-desktop, unavailable, full,
//	     queue-closed, file-closed, not-assigned, file-count, file-total, file-broken-count (with "limit")
//	410  reference-expired, erased
//	413  body-too-large, file-size (with "limit")
//	415  content-type, file-type
//	422  invalid, too-long, too-many (with "field", "max"), empty, utf8, value, disposition-code,
//	     policy, key-reused, gate, unknown-target, medium, filter, unknown-contact, file-incomplete,
//	     misspelled (with "words": [{"start", "end", "word", "suggestions"}], in UTF-16 units, and
//	     "confirm", which say takes to send the same text all the same),
//	     address (with "findings": [{"code", "sentence"}])
//	429  rate (with "retryAt"), too-many-feeds; both with Retry-After
//	500  internal, no-stream
//	501  no-gate, no-files, no-responses, no-history
//	503  unknown-outcome, store, busy, closed, timeout, speller; all with Retry-After
//
// After 503 the same command with the same key is safe, and tells: an
// unknown-outcome may have taken effect. An interaction that does not exist and
// one that the caller takes no part in give the same answer, so that nobody can
// find out which exist.
//
// # Files
//
// They need [Options.Files]. What a party uploads is on its list of pending
// files, which survives a reload of the page, until it is sent or discarded
// (FILE-5).
//
// There is one list for the contact to see, one for internal parties only
// (?internal=true), and one for each consultation (?consultation={id}); all that
// follows but send takes these. What is internal can never be sent to the contact.
//
// POST …/uploads?name={name} takes the bytes of one file as its body, of the type
// that Content-Type claims, and answers 201 with
//
//	{"id", "name", "type", "icon", "size", "verdict", "code", "reason", "thumbnail", "internal", "at"}
//
// name, type and verdict are what the cabinet made of it: thumbnail says that
// there is one, and a file that is "broken" or "blocked" has a code and a reason.
// attach takes {"attachment"} and answers alike. discard takes {"files": [ids]},
// all where files is left out, and answers 204. send takes {"to", "consultation"},
// as the command send-file does, sends what is on the list for there, and answers
// {"sent": [ids]}; after an error it may be repeated.
//
// GET …/files answers with
//
//	{"allowance": {"allowed", "code", "reason", "maxSize", "maxTotal", "maxFiles", "types", "needAgent",
//	               "usedTotal", "usedFiles", "usedBroken"},
//	 "pending": […], "files": [ids of those that the caller sees]}
//
// GET …/files/{file} answers 303 with the Location of the bytes, which is good for
// a while and for the caller only (FILE-9); with ?form=thumbnail, of the small
// picture of an image. So it can stand in a page as it is. Files are always saved
// and never shown in place; thumbnails are PNGs. A file that is not available is
// 409.
//
// # Histories
//
// They need [Options.History]. A contact reads its own chats, and of them what it
// saw; agents and supervisors what [history.Options] allows. Nobody finds a word
// of a consultation there (CONS-10).
//
// GET /contacts/{contact}/history and GET /history answer {"chats", "next"} of
// package history, the newest first; the latter has the chats that an agent was
// engaged in. Both take ?text, since, until (RFC 3339), channel, phase (several),
// owner, disposition and cursor, which is the next of the page before.
//
// GET …/transcript answers with a history.Transcript: parties, entries, files,
// notes in all versions, dispositions and case data. …/transcript/txt, html, json,
// connect.json and xml are the same to save (HIST-6). GET …/older answers
// {"lines": [{"kind", "chat", "day", "entry", "text"}], "next", "hint", "notice"},
// to be put above what is there; text words a day or the mark in the language
// that the browser prefers. All take ?zone=Europe/Berlin for days and times; the
// default is UTC.
//
// POST /assignments takes {"contact": {"id", "name"}, "interactions": [ids]} and
// answers {"interactions": [{"id", "problem"}]}, one for each; without a contact it
// undoes the last assignment of each (HIST-5).
//
// # Standard responses and emoji
//
// They need [Options.Responses] and are for agents and supervisors in the chat.
// GET …/responses?q={words} finds them in the contact's language, and
// ?category={path} lists one folder:
//
//	{"categories": [{"name", "path", "count", "sub"}],
//	 "responses": [{"id", "category", "title", "shortcuts", "text", "attachments", "problem"}]}
//
// The text has its fields filled in; where one has no value here, problem says
// so. expand takes {"text", "cursor"} and answers 204, or 200 with a response and
// {"start", "end"}, what it replaces. Positions are in UTF-16 units, as in
// JavaScript.
//
// GET /emoji answers {"groups": [{"key", "name", "emoji": [{"text", "name",
// "short", "tones"}]}]}, with ?q={words} one group of what was found. Where the
// policy has no emoji the header does not say "emoji".
//
// # Browsers
//
// A request that carries another site's Origin is refused unless
// [Options.Origins] lists it; the page's own origin is always allowed. A page
// of another site cannot make a browser send a POST that counts: the content
// type and the key both make the browser ask first (a preflight), which the
// gateway answers only for the listed origins. That is all the protection
// against forged requests that a login by cookie needs.
//
// EventSource connects again by itself when a stream ends, but gives up after an
// answer that is not 200, as one of 429 or 503 is: make a new one then, after
// the time in Retry-After.
package gateway
