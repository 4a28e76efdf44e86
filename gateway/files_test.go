package gateway_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// attachments are what standard responses of the tests name.
type attachments map[string]string

func (a attachments) Attachment(_ context.Context, ref string) (files.Upload, io.ReadCloser, error) {
	text, ok := a[ref]
	if !ok {
		return files.Upload{}, nil, files.ErrNotFound
	}
	return files.Upload{Name: ref}, io.NopCloser(strings.NewReader(text)), nil
}

// A fileSite is a site where files can be sent.
type fileSite struct {
	*site
	cabinet *files.Cabinet
	store   *memstore.Files
}

func newFileSite(t *testing.T, options *files.Options) *fileSite {
	t.Helper()
	f := &fileSite{store: new(memstore.Files)}
	f.cabinet = files.New(f.store, options)
	f.site = newSite(t, setup{
		kernel: &chatkernel.Options{Gates: chatkernel.Gates{
			File: func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
				return f.cabinet.Gate(ctx, id, s, by.ID, cmd)
			},
		}},
		options: gateway.Options{Files: &gateway.Files{
			Cabinet: f.cabinet, Pending: files.NewPending(f.cabinet, new(memstore.Attachments)),
			Attachments: attachments{"prices.txt": "A lamp costs 12 EUR.\n"},
		}},
	})
	return f
}

// upload sends the bytes of a file.
func (f *fileSite) upload(who interaction.PartyID, chat, query, kind, body string) reply {
	f.t.Helper()
	h := f.from(who)
	h.Set("Content-Type", kind)
	return f.request(http.MethodPost, "/interactions/"+chat+"/uploads?"+query, h, body)
}

// sent uploads a file and sends it.
func (f *fileSite) sent(who interaction.PartyID, chat, name, body, to string) string {
	f.t.Helper()
	query := "name=" + name
	switch {
	case strings.Contains(to, "con"):
		query += "&consultation=con"
	case to != "{}":
		query += "&internal=true"
	}
	r := f.upload(who, chat, query, "", body)
	require.Equal(f.t, http.StatusCreated, r.status, r.raw)
	r = f.post(who, "/interactions/"+chat+"/uploads/send", to)
	require.Equal(f.t, http.StatusOK, r.status, r.raw)
	sent := r.body["sent"].([]any)
	require.Len(f.t, sent, 1)
	return sent[0].(string)
}

// fetch follows to the bytes of a file, whatever they are.
func (f *fileSite) fetch(who interaction.PartyID, path string) (int, http.Header, []byte) {
	f.t.Helper()
	r, err := http.NewRequest(http.MethodGet, f.url+path, nil)
	require.NoError(f.t, err)
	r.Header.Set("X-User", string(who))
	client := &http.Client{CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		next.Header.Set("X-User", string(who))
		return nil
	}}
	answer, err := client.Do(r)
	require.NoError(f.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(f.t, err)
	return answer.StatusCode, answer.Header, body
}

func picture() string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		panic(err)
	}
	return b.String()
}

func TestFILE_1_FILE_4_gateway_a_file_goes_from_one_to_the_other(t *testing.T) {
	s := newFileSite(t, nil)
	chat := s.active(policy())
	r := s.upload(pat, chat, "name=C%3A%5Cphotos%5Clamp.png", "image/png; x=y", picture())
	require.Equal(t, http.StatusCreated, r.status, r.raw)
	id := r.body["id"].(string)
	require.Equal(t, []any{"lamp.png", "image/png", "image", "available", true}, []any{r.body["name"], r.body["type"], r.body["icon"], r.body["verdict"], r.body["thumbnail"]})
	require.NotContains(t, r.body, "hash")

	files := "/interactions/" + chat + "/files/" + id
	status, _, _ := s.fetch(pat, files+"?form=thumbnail")
	require.Equal(t, http.StatusOK, status, "its sender sees it before it is sent")
	status, _, body := s.fetch(maria, files)
	require.Equal(t, http.StatusNotFound, status, "%s", body)

	r = s.post(pat, "/interactions/"+chat+"/uploads/send", "")
	require.Equal(t, []any{id}, r.body["sent"])
	require.Equal(t, "lamp.png", s.state(chat).File(id).Name)
	require.Empty(t, s.post(pat, "/interactions/"+chat+"/uploads/send", "").body["sent"])

	status, header, body := s.fetch(maria, files)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, picture(), string(body))
	require.Equal(t, `attachment; filename="lamp.png"`, header.Get("Content-Disposition"))
	require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
	require.Contains(t, header.Get("Content-Security-Policy"), "sandbox")
	status, header, body = s.fetch(maria, files+"?form=thumbnail")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "inline", header.Get("Content-Disposition"))
	_, err := png.Decode(bytes.NewReader(body))
	require.NoError(t, err)
	require.Equal(t, "form", s.get(maria, files+"?form=original").code())
	// Strangers are told that there is no such chat.
	require.Equal(t, http.StatusNotFound, s.get(zoe, files).status)
	require.Equal(t, http.StatusNotFound, s.upload(zoe, chat, "name=a.txt", "", "a").status)
	require.Equal(t, http.StatusNotFound, s.get(zoe, "/interactions/"+chat+"/files").status)
	require.Equal(t, http.StatusNotFound, s.get(zoe, "/interactions/"+chat+"/files.zip").status)
}

func TestFILE_1_gateway_refusals_say_why(t *testing.T) {
	small := &files.Limits{MaxSize: 20, MaxTotal: 30, MaxFiles: 2, Types: []string{"txt", "png"}}
	s := newFileSite(t, &files.Options{Policy: &files.Policy{
		Contact: &files.Limits{MaxSize: 20, MaxTotal: 30, MaxFiles: 2, Types: []string{"txt", "png"}, NeedAgent: true}, Internal: small,
	}})
	p := policy()
	p.AfterContact = interaction.CloseNow
	waiting := s.waiting(p, "agent:maria")
	r := s.upload(pat, waiting, "name=a.txt", "", "hello")
	require.Equal(t, 403, r.status)
	require.Equal(t, "file-need-agent", r.code())
	r = s.get(pat, "/interactions/"+waiting+"/files")
	allowance := r.body["allowance"].(map[string]any)
	require.Equal(t, []any{false, "need-agent", true}, []any{allowance["allowed"], allowance["code"], allowance["needAgent"]})

	chat := s.active(p)
	for query, want := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"name=a.exe":             {"MZ", 415, "file-type"},
		"name=a.txt":             {strings.Repeat("a", 21), 413, "file-size"},
		"name=a.txt&internal=no": {strings.Repeat("a", 200_000), 413, "file-size"},
	} {
		r := s.upload(pat, chat, query, "", want.body)
		require.Equal(t, want.status, r.status, r.raw)
		require.Equal(t, want.code, r.code())
		require.NotEmpty(t, r.body["detail"])
	}
	require.EqualValues(t, 20, s.upload(pat, chat, "name=a.txt", "", strings.Repeat("a", 21)).body["limit"])
	r = s.upload(maria, chat, "name=a.txt", "", "a")
	require.Equal(t, []any{403, "file-not-allowed"}, []any{r.status, r.code()})
	require.Equal(t, http.StatusCreated, s.upload(pat, chat, "name=a.txt", "", strings.Repeat("a", 20)).status)
	r = s.upload(pat, chat, "name=b.txt", "", strings.Repeat("a", 20))
	require.Equal(t, []any{409, "file-total"}, []any{r.status, r.code()})
	require.Equal(t, http.StatusCreated, s.upload(pat, chat, "name=b.txt", "", "b").status)
	r = s.upload(pat, chat, "name=c.txt", "", "c")
	require.Equal(t, []any{409, "file-count"}, []any{r.status, r.code()})
	r = s.get(pat, "/interactions/"+chat+"/files")
	allowance = r.body["allowance"].(map[string]any)
	require.Equal(t, []any{false, "count", 2., 21., 20.}, []any{allowance["allowed"], allowance["code"], allowance["usedFiles"], allowance["usedTotal"], allowance["maxSize"]})

	// What was uploaded for colleagues does not go to the contact, in no way.
	r = s.upload(maria, chat, "name=plan.txt&internal=true", "", "plan")
	require.Equal(t, http.StatusCreated, r.status, r.raw)
	id := r.body["id"].(string)
	r = s.post(maria, "/interactions/"+chat+"/commands/send-file", `{"file":{"id":"`+id+`","name":"plan.txt"}}`)
	require.Equal(t, []any{403, "file-internal-only"}, []any{r.status, r.code()})
	// Nor does what somebody else has uploaded.
	r = s.post(pat, "/interactions/"+chat+"/commands/send-file", `{"file":{"id":"`+id+`","name":"plan.txt"}}`)
	require.Equal(t, []any{404, "file-unknown-file"}, []any{r.status, r.code()})

	s.does(pat, chat, "leave", "")
	require.Equal(t, []any{403, "file-not-allowed"}, []any{s.upload(pat, chat, "name=c.txt", "", "c").status, s.upload(pat, chat, "name=c.txt", "", "c").code()})
	require.Equal(t, false, s.get(pat, "/interactions/"+chat+"/files").body["allowance"].(map[string]any)["allowed"])
}

func TestFILE_2_FILE_7_gateway_closed_files_cannot_be_had(t *testing.T) {
	s := newFileSite(t, nil)
	chat := s.active(policy())
	broken := s.sent(pat, chat, "cut.png", picture()[:60], "{}")
	good := s.sent(pat, chat, "lamp.png", picture(), "{}")
	r := s.get(maria, "/interactions/"+chat+"/files/"+broken)
	require.Equal(t, []any{409, "file-closed"}, []any{r.status, r.code()})
	feed := s.open(maria, "/interactions/"+chat+"/feed", "")
	defer feed.close()
	for _, e := range feed.until("current") {
		if e.name == "entry" && e.body["kind"] == "file" {
			file := e.body["data"].(map[string]any)["file"].(map[string]any)
			if file["id"] == broken {
				require.Equal(t, []any{"broken", "truncated", "image"}, []any{file["verdict"], file["code"], file["icon"]})
			}
		}
	}
	// A late verdict closes what was open, also to who has a reference already.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	q, err := http.NewRequest(http.MethodGet, s.url+"/interactions/"+chat+"/files/"+good, nil)
	require.NoError(t, err)
	q.Header.Set("X-User", string(maria))
	answer, err := client.Do(q)
	require.NoError(t, err)
	answer.Body.Close()
	ref := strings.TrimPrefix(answer.Header.Get("Location"), "../../..")
	status, _, _ := s.fetch(maria, ref)
	require.Equal(t, http.StatusOK, status)
	_, err = s.k.Do(t.Context(), chat, chatkernel.By(interaction.System, "judge"), interaction.JudgeFile{File: good, Verdict: interaction.Blocked, Code: "infected", Reason: "The file is infected."})
	require.NoError(t, err)
	status, _, _ = s.fetch(maria, ref)
	require.Equal(t, http.StatusConflict, status)
}

func TestFILE_4_PART_2_gateway_the_archive_has_what_its_reader_sees(t *testing.T) {
	s := newFileSite(t, nil)
	chat := s.active(policy())
	s.sent(pat, chat, "a.txt", "from Pat", "{}")
	s.sent(maria, chat, "a.txt", "from Maria", "{}")
	s.sent(maria, chat, "note.txt", "for colleagues", `{"to":"internal"}`)
	s.does(maria, chat, "consult", `{"id":"con","to":"agent:ben","agent":"agent:ben"}`)
	s.does(ben, chat, "accept", `{"invitation":"con"}`)
	secret := s.sent(ben, chat, "secret.txt", "psst", `{"consultation":"con"}`)
	names := func(who interaction.PartyID) (all []string) {
		status, header, body := s.fetch(who, "/interactions/"+chat+"/files.zip")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, header.Get("Content-Disposition"), chat+".zip")
		archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		require.NoError(t, err)
		for _, f := range archive.File {
			all = append(all, f.Name)
		}
		return all
	}
	require.Equal(t, []string{"a.txt", "a (2).txt"}, names(pat))
	require.Equal(t, []string{"a.txt", "a (2).txt", "note.txt", "secret.txt"}, names(maria))
	require.NotContains(t, s.get(pat, "/interactions/"+chat+"/files").raw, secret)
	require.Contains(t, s.get(ben, "/interactions/"+chat+"/files").raw, secret)
	require.Equal(t, http.StatusNotFound, s.get(pat, "/interactions/"+chat+"/files/"+secret).status)
	status, _, body := s.fetch(ben, "/interactions/"+chat+"/files/"+secret)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "psst", string(body))
}

func TestFILE_5_gateway_what_is_pending_survives_a_reload(t *testing.T) {
	s := newFileSite(t, nil)
	chat := s.active(policy())
	uploads := "/interactions/" + chat + "/uploads"
	pending := func() (names []string) {
		for _, f := range s.get(maria, "/interactions/"+chat+"/files").body["pending"].([]any) {
			names = append(names, f.(map[string]any)["name"].(string))
		}
		return names
	}
	require.Empty(t, pending())
	a := s.upload(maria, chat, "name=a.txt", "", "a").body["id"].(string)
	s.upload(maria, chat, "name=b.txt", "", "b")
	r := s.post(maria, uploads+"/attach", `{"attachment":"prices.txt"}`)
	require.Equal(t, http.StatusCreated, r.status, r.raw)
	require.Equal(t, []string{"a.txt", "b.txt", "prices.txt"}, pending())
	require.Equal(t, http.StatusNotFound, s.post(maria, uploads+"/attach", `{"attachment":"none"}`).status)
	require.Equal(t, http.StatusForbidden, s.post(pat, uploads+"/attach", `{"attachment":"prices.txt"}`).status)
	require.Equal(t, http.StatusNoContent, s.post(maria, uploads+"/discard", `{"files":["`+a+`","unknown"]}`).status)
	require.Equal(t, []string{"b.txt", "prices.txt"}, pending())
	require.Empty(t, s.get(pat, "/interactions/"+chat+"/files").body["pending"])
	require.Len(t, s.post(maria, uploads+"/send", `{}`).body["sent"], 2)
	require.Empty(t, pending())
	s.upload(maria, chat, "name=c.txt", "", "c")
	require.Equal(t, http.StatusNoContent, s.post(maria, uploads+"/discard", `{}`).status)
	require.Empty(t, pending())
	require.Len(t, s.state(chat).Files, 2)

	// What is ready for one place is not sent to another, nor taken back with it.
	s.does(maria, chat, "consult", `{"id":"con","to":"agent:ben","agent":"agent:ben"}`)
	s.does(ben, chat, "accept", `{"invitation":"con"}`)
	for _, place := range []string{"", "&internal=true", "&consultation=con"} {
		require.Equal(t, http.StatusCreated, s.upload(maria, chat, "name=x.txt"+place, "", "x"+place).status)
	}
	require.Equal(t, http.StatusNoContent, s.post(maria, uploads+"/discard?internal=true", `{}`).status)
	require.Len(t, s.post(maria, uploads+"/send", `{"consultation":"con"}`).body["sent"], 1)
	require.Equal(t, []string{"x.txt"}, pending())
	require.Empty(t, s.get(maria, "/interactions/"+chat+"/files?consultation=con").body["pending"])
	require.Empty(t, s.post(maria, uploads+"/send", `{"to":"internal"}`).body["sent"])
	require.Len(t, s.post(maria, uploads+"/send", `{}`).body["sent"], 1)
	require.Equal(t, interaction.OneConsultation, s.state(chat).Files[2].Audience.Scope)
	require.Equal(t, interaction.Everyone, s.state(chat).Files[3].Audience.Scope)
	require.Equal(t, 422, s.post(maria, uploads+"/send", `{"to":"nobody"}`).status)
}

func TestFILE_9_gateway_a_reference_is_for_one_party_and_for_a_while(t *testing.T) {
	s := newFileSite(t, nil)
	chat := s.active(policy())
	id := s.sent(pat, chat, "lamp.png", picture(), "{}")
	references, err := files.NewReferences(files.Key{ID: "k", Secret: bytes.Repeat([]byte{7}, 32)})
	require.NoError(t, err)
	g, err := gateway.New(s.k, byHeader, &gateway.Options{Files: &gateway.Files{
		Cabinet: s.cabinet, Pending: files.NewPending(s.cabinet, new(memstore.Attachments)), References: references,
	}})
	require.NoError(t, err)
	defer g.Close(context.Background())
	get := func(who interaction.PartyID, ref string) reply {
		w := httptest.NewRecorder()
		q, err := http.NewRequest(http.MethodGet, "/downloads/"+ref, nil)
		require.NoError(t, err)
		q.Header.Set("X-User", string(who))
		g.ServeHTTP(w, q)
		out := reply{status: w.Code, raw: w.Body.String()}
		_ = json.Unmarshal(w.Body.Bytes(), &out.body) // the bytes of a file are none
		return out
	}
	ref := references.Sign(id, files.Original, maria, time.Minute)
	require.Equal(t, picture(), get(maria, ref).raw)
	require.Equal(t, http.StatusNotFound, get(pat, ref).status)
	require.Equal(t, http.StatusNotFound, get(maria, ref+"A").status)
	require.Equal(t, http.StatusNotFound, get(maria, "x").status)
	old := references.Sign(id, files.Original, maria, time.Nanosecond)
	for get(maria, old).status == http.StatusOK {
	} // it is good for less than two milliseconds
	r := get(maria, old)
	require.Equal(t, []any{410, "reference-expired"}, []any{r.status, r.code()})
	// Somebody who is no more in it has nothing of a reference.
	stranger := references.Sign(id, files.Original, zoe, time.Minute)
	require.Equal(t, http.StatusNotFound, get(zoe, stranger).status)
}

// A download that breaks off in the middle is never taken for the whole.
func TestFILE_8_gateway_what_cannot_be_read_whole_is_cut_off(t *testing.T) {
	store := &badDisk{Files: new(memstore.Files)}
	cabinet := files.New(store, nil)
	s := newSite(t, setup{
		kernel: &chatkernel.Options{Gates: chatkernel.Gates{
			File: func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
				return cabinet.Gate(ctx, id, s, by.ID, cmd)
			},
		}},
		options: gateway.Options{Files: &gateway.Files{Cabinet: cabinet, Pending: files.NewPending(cabinet, new(memstore.Attachments))}},
	})
	f := &fileSite{site: s, cabinet: cabinet}
	chat := s.active(policy())
	id := f.sent(pat, chat, "long.txt", strings.Repeat("all is well. ", 50_000), "{}")
	store.fail = true
	for _, path := range []string{"/files/" + id, "/files.zip"} {
		q, err := http.NewRequest(http.MethodGet, s.url+"/interactions/"+chat+path, nil)
		require.NoError(t, err)
		q.Header.Set("X-User", string(maria))
		client := &http.Client{CheckRedirect: func(next *http.Request, _ []*http.Request) error {
			next.Header.Set("X-User", string(maria))
			return nil
		}}
		answer, err := client.Do(q)
		require.NoError(t, err)
		_, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		require.Error(t, err, path)
	}
	s.observed(func(o gateway.Observation) bool { return o.Route == "archive" && o.Code == "download" })
}

// badDisk reads the first part of long contents and then fails.
type badDisk struct {
	*memstore.Files
	fail bool
}

func (f *badDisk) Open(ctx context.Context, key string) (files.Content, error) {
	c, err := f.Files.Open(ctx, key)
	if err != nil || !f.fail || c.Info().Size < 1<<16 {
		return c, err
	}
	return half{c}, nil
}

type half struct{ files.Content }

func (h half) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > h.Info().Size/2 {
		return 0, errors.New("the disk is gone")
	}
	return h.Content.ReadAt(p, off)
}

func TestFILE_1_gateway_without_files_says_so(t *testing.T) {
	s := newSite(t, setup{})
	chat := s.active(policy())
	r := s.get(pat, "/interactions/"+chat+"/files")
	require.Equal(t, []any{501, "no-files"}, []any{r.status, r.code()})
	_, err := gateway.New(s.k, byHeader, &gateway.Options{Files: &gateway.Files{}})
	require.ErrorIs(t, err, gateway.ErrNoCabinet)
}
