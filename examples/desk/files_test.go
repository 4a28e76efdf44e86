package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
)

// A visitor is one of the people of a chat, with a page open.
type visitor struct {
	*testing.T
	ctx    context.Context
	desk   *desk
	token  string
	ticket string
	party  interaction.PartyID
}

func visits(ctx context.Context, t *testing.T, d *desk, id interaction.PartyID, name string) *visitor {
	token := d.logins.enter(gateway.Caller{ID: id, Name: name})
	return &visitor{t, ctx, d, token, d.logins.ticket(token), id}
}

const chatPath = "/chat/interactions/chat"

// asks sends a request as the page does; the body of an upload is a text file.
func (v *visitor) asks(method, path, body string) (status int, got map[string]any) {
	v.Helper()
	r := httptest.NewRequestWithContext(v.ctx, method, chatPath+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/uploads?") {
		r.Header.Set("Content-Type", "text/plain")
	}
	r.Header.Set("Idempotency-Key", rand.Text())
	r.Header.Set("Authorization", "Bearer "+v.token)
	w := httptest.NewRecorder()
	v.desk.handler().ServeHTTP(w, r)
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		require.NoError(v, json.Unmarshal(w.Body.Bytes(), &got))
	}
	return w.Code, got
}

// uploads puts a text file among the pending ones.
func (v *visitor) uploads(name, content, query string) (id string) {
	v.Helper()
	status, got := v.asks("POST", "/uploads?name="+url.QueryEscape(name)+query, content)
	require.Equal(v, http.StatusCreated, status, got)
	return got["id"].(string)
}

// pending are the names and verdicts of the files that are not sent.
func (v *visitor) pending(query string) (list []string) {
	v.Helper()
	status, got := v.asks("GET", "/files"+query, "")
	require.Equal(v, http.StatusOK, status)
	for _, f := range got["pending"].([]any) {
		list = append(list, f.(map[string]any)["name"].(string)+" "+f.(map[string]any)["verdict"].(string))
	}
	return list
}

// saves follows a link of the page, which sends no header.
func (v *visitor) saves(path string) *httptest.ResponseRecorder {
	v.Helper()
	return request(v.ctx, v.desk, "GET", "/as/"+v.ticket+chatPath+path, "", "")
}

// together is a desk with a chat in it that an agent has accepted; language is
// the contact's.
func together(t *testing.T, language string, story func(d *desk, pat, maria *visitor)) {
	office(t, func(ctx context.Context, d *desk) {
		d.team.arrive("agent:maria")
		synctest.Wait()
		_, err := d.kernel.Do(ctx, "chat", chatkernel.By("contact:pat", ""), interaction.Start{
			Contact: interaction.Person{ID: "contact:pat", Name: "Pat"}, Language: language, Target: "queue:billing",
			CaseData: []interaction.Field{{Key: "Order", Value: interaction.Value{Text: "48213"}}},
		})
		require.NoError(t, err)
		synctest.Wait()
		s, err := d.kernel.State(ctx, "chat")
		require.NoError(t, err)
		require.Len(t, s.Invitations, 1)
		pat, maria := visits(ctx, t, d, "contact:pat", ""), visits(ctx, t, d, "agent:maria", "Maria")
		status, problem := pat.asks("POST", "/uploads?name=a.txt", "hello")
		require.Equal(t, http.StatusForbidden, status)
		require.Equal(t, "file-need-agent", problem["code"], "nobody is there yet")
		_, err = d.kernel.Do(ctx, "chat", chatkernel.By("agent:maria", ""), interaction.Accept{Invitation: s.Invitations[0].ID, Name: "Maria"})
		require.NoError(t, err)
		story(d, pat, maria)
	})
}

// What a customer sends waits for the scanner, and then everyone may have it; the
// test virus nobody.
func TestFILE_7_demo_scans_what_is_sent(t *testing.T) {
	together(t, "en", func(d *desk, pat, maria *visitor) {
		good, bad := pat.uploads("note.txt", "a note", ""), pat.uploads("virus.txt", testVirus()+"\r\n", "")
		require.Equal(t, []string{"note.txt pending-scan", "virus.txt pending-scan"}, pat.pending(""))
		status, _ := pat.asks("POST", "/uploads/send", `{}`)
		require.Equal(t, http.StatusOK, status)
		verdict := func(id string) interaction.Verdict {
			s, err := d.kernel.State(pat.ctx, "chat")
			require.NoError(t, err)
			return s.File(id).Verdict
		}
		require.Equal(t, interaction.PendingScan, verdict(good))
		require.Equal(t, http.StatusConflict, maria.saves("/files/"+good).Code, "nobody has it before it is checked")

		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, interaction.Available, verdict(good))
		require.Equal(t, interaction.Blocked, verdict(bad))
		for _, v := range []*visitor{pat, maria} {
			w := v.saves("/files/" + good)
			require.Equal(t, http.StatusSeeOther, w.Code)
			where, err := url.Parse("http://desk/as/" + v.ticket + chatPath + "/files/" + good)
			require.NoError(t, err)
			where, err = where.Parse(w.Header().Get("Location"))
			require.NoError(t, err)
			w = request(v.ctx, d, "GET", where.Path, "", "")
			require.Equal(t, http.StatusOK, w.Code)
			require.Equal(t, "a note", w.Body.String())
			require.Contains(t, w.Header().Get("Content-Disposition"), `attachment; filename="note.txt"`)
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "sandbox")
			require.Equal(t, http.StatusConflict, v.saves("/files/"+bad).Code)
		}
	})
}

// The demo's scanner knows the test file and nothing else.
func TestFILE_7_demo_scanner(t *testing.T) {
	virus := testVirus()
	require.Len(t, virus, testVirusSize)
	for content, want := range map[string]files.ScanResult{
		virus: files.Infected, virus + "\r\n": files.Infected, "": files.Clean, "hello": files.Clean, virus[1:]: files.Clean,
		strings.Repeat("long ", 10_000): files.Clean,
	} {
		found, err := scanner{}.Scan(t.Context(), strings.NewReader(content))
		require.NoError(t, err)
		require.Equal(t, want, found.Result)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := scanner{takes: time.Hour}.Scan(ctx, strings.NewReader(""))
	require.ErrorIs(t, err, context.Canceled)
}

// Each place that one writes in has a list of its own, which outlives the page.
func TestFILE_5_demo_pending_files(t *testing.T) {
	together(t, "en", func(d *desk, pat, maria *visitor) {
		const aside = "?internal=true&consultation=c1"
		first := maria.uploads("first.txt", "1", "")
		maria.uploads("second.txt", "2", "")
		maria.uploads("margin.txt", "3", "&internal=true&consultation=c1")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"first.txt available", "second.txt available"}, maria.pending(""))
		require.Equal(t, []string{"margin.txt available"}, maria.pending(aside))
		require.Empty(t, pat.pending(""), "they are each one's own")

		status, _ := maria.asks("POST", "/uploads/discard", `{"files":["`+first+`"]}`)
		require.Equal(t, http.StatusNoContent, status)
		status, got := maria.asks("POST", "/uploads/send", `{}`)
		require.Equal(t, http.StatusOK, status)
		require.Len(t, got["sent"], 1)
		require.Empty(t, maria.pending(""))
		require.Equal(t, []string{"margin.txt available"}, maria.pending(aside), "it is for colleagues")
		s, err := d.kernel.State(pat.ctx, "chat")
		require.NoError(t, err)
		require.Len(t, s.Files, 1)
		require.Equal(t, "second.txt", s.Files[0].Name)

		status, _ = maria.asks("POST", "/uploads/discard"+aside, `{}`)
		require.Equal(t, http.StatusNoContent, status)
		require.Empty(t, maria.pending(aside))
	})
}

// The pages can say what is refused before they read a file, because they ask.
func TestFILE_1_demo_limits(t *testing.T) {
	together(t, "en", func(d *desk, pat, maria *visitor) {
		_, got := pat.asks("GET", "/files", "")
		a := got["allowance"].(map[string]any)
		require.Equal(t, true, a["allowed"])
		require.EqualValues(t, filePolicy.Contact.MaxSize, a["maxSize"])
		require.Contains(t, a["types"], "png")
		status, problem := pat.asks("POST", "/uploads?name=setup.exe", "MZ")
		require.Equal(t, http.StatusUnsupportedMediaType, status)
		require.Equal(t, "file-type", problem["code"])
		for i := range filePolicy.Contact.MaxFiles {
			pat.uploads("n.txt", strings.Repeat("x", i+1), "")
		}
		status, problem = pat.asks("POST", "/uploads?name=n.txt", "x")
		require.Equal(t, http.StatusConflict, status)
		require.Equal(t, "file-count", problem["code"])
		require.EqualValues(t, filePolicy.Contact.MaxFiles, problem["limit"])
		maria.uploads("n.txt", "x", "") // agents have a limit of their own
	})
}

// A ticket reads files of its person's chats, and does nothing else.
func TestFILE_9_demo_tickets_are_for_files_only(t *testing.T) {
	together(t, "en", func(d *desk, pat, maria *visitor) {
		id := pat.uploads("note.txt", "a note", "")
		pat.asks("POST", "/uploads/send", `{}`)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		eve := visits(maria.ctx, t, d, "contact:eve", "Eve")
		require.Equal(t, http.StatusSeeOther, maria.saves("/files/"+id).Code)
		require.Equal(t, http.StatusOK, maria.saves("/files.zip").Code)
		require.Equal(t, http.StatusNotFound, eve.saves("/files/"+id).Code)
		require.Equal(t, http.StatusNotFound, maria.saves("").Code)
		require.Equal(t, http.StatusNotFound, maria.saves("/files").Code)
		require.Equal(t, http.StatusMethodNotAllowed, request(maria.ctx, d, "POST", "/as/"+maria.ticket+chatPath+"/files/"+id, "{}", "").Code)
		require.Equal(t, http.StatusUnauthorized, request(maria.ctx, d, "GET", "/chat/work", "", maria.ticket).Code, "it is no token")
		maria.ticket = maria.token
		require.Equal(t, http.StatusUnauthorized, maria.saves("/files/"+id).Code, "and a token is no ticket")
	})
}

// Uploads that nobody sends are swept; what was sent stays.
func TestFILE_1_demo_sweeps(t *testing.T) {
	together(t, "en", func(d *desk, pat, _ *visitor) {
		sent := pat.uploads("sent.txt", "a note", "")
		status, _ := pat.asks("POST", "/uploads/send", `{}`)
		require.Equal(t, http.StatusOK, status)
		left := pat.uploads("left.txt", "another", "")
		time.Sleep(20 * time.Hour)
		synctest.Wait()
		_, err := d.cabinet.File(pat.ctx, left)
		require.NoError(t, err)
		time.Sleep(8 * time.Hour)
		synctest.Wait()
		_, err = d.cabinet.File(pat.ctx, left)
		require.ErrorIs(t, err, files.ErrNotFound)
		_, err = d.cabinet.File(pat.ctx, sent)
		require.NoError(t, err)
	})
}
