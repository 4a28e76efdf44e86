package main

import (
	"archive/zip"
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// chatting is a contact and an agent who are in a chat.
func chatting(t *testing.T) (base string, pat, maria *tab) {
	t.Helper()
	browser := openBrowser(t)
	base, _ = openDesk(t)
	pat = browser.tab(t, base+"/contact?open")
	maria = browser.tab(t, base+"/agent?as=agent:maria")
	maria.sees("No chats")
	pat.click("Start chat")
	pat.writes(".talk", "The lamp came with a scratch.")
	pat.waits(`document.querySelector(".composer [aria-label='Send files'][aria-disabled=true]")`) // nobody is there to look at them
	maria.click("Accept")
	maria.sees("The lamp came with a scratch.")
	pat.waits(`document.querySelector(".composer [aria-label='Send files'][aria-disabled=false]")`)
	return base, pat, maria
}

// Files go in both directions, from the file chooser, by dropping and by pasting;
// what is ready survives a reload, and everyone sees what became of a file.
func TestFILE_1_browser_files_in_both_directions(t *testing.T) {
	base, pat, maria := chatting(t)
	folder := t.TempDir()
	keep := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	const ready = `[...document.querySelectorAll(".pending-file")].map((e) => e.dataset.verdict + " " + e.querySelector(".file-name").textContent).join("; ")`

	// Chosen, several at once, one of a type that is refused before it is read.
	pat.waits(`document.querySelector(".composer input[type=file]")?.accept.includes(".png")`)
	pat.attaches(keep("scratch.png", photo(t)), keep("setup.exe", []byte("MZ")))
	pat.sees("Files of this type cannot be sent.")
	pat.waits(ready + `.includes("available scratch.png")`)
	pat.waits(`document.querySelector(".pending-file img")?.naturalWidth > 0`)
	pat.looks(t, "contact-pending")
	pat.does(`document.querySelector(".pending-file[data-verdict=refused] button.icon").click()`)
	pat.waits(`document.querySelectorAll(".pending-file").length === 1`)

	// Pasted and dropped.
	pat.does(`{
		const data = new DataTransfer();
		data.items.add(new File(["EXTRA ROOM"], "note.txt", { type: "text/plain" }));
		document.querySelector(".talk textarea").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	}`)
	pat.waits(ready + `.includes("note.txt")`)
	pat.drops(".talk .transcript", "virus.txt", testVirus())
	pat.waits(ready + `.includes("blocked virus.txt")`) // once it was checked
	pat.sees("The file is infected.")

	// One is taken back; the others survive a reload.
	pat.does(`document.querySelector("[aria-label='Remove note.txt']").click()`)
	pat.waits(`document.querySelectorAll(".pending-file").length === 2`)
	pat.reload()
	pat.waits(ready + ` === "available scratch.png; blocked virus.txt"`)

	// They go with the words, and both sides see the same.
	pat.writes(".talk", "See here:")
	for _, p := range []*tab{pat, maria} {
		p.waits(`document.querySelector(".lines [data-verdict=available] .file-name")?.textContent === "scratch.png"`)
		p.waits(`document.querySelector(".lines .file img")?.naturalWidth > 0`)
		p.waits(`document.querySelector(".lines [data-verdict=blocked]")?.innerText.includes("The file is infected.")`)
		p.waits(`!document.querySelector(".lines [data-verdict=blocked] a")`)
	}
	pat.waits(`!document.querySelector(".pending-file")`)
	pat.looks(t, "contact-files")

	// The other way, and a file that is still being checked when it is sent.
	maria.drops(".talk", "terms.txt", "Terms: none.")
	maria.waits(ready + `.includes("pending-scan terms.txt")`)
	maria.does(`document.querySelector(".composer").requestSubmit()`)
	pat.waits(`document.querySelector(".lines [data-verdict=pending-scan]")?.innerText.includes("Being checked")`)
	pat.waits(`[...document.querySelectorAll(".lines [data-verdict=available] .file-name")].at(-1).textContent === "terms.txt"`)

	// What is shown is what was sent, and only to who may have it.
	link := pat.value(`[...document.querySelectorAll(".lines .file a")].at(-1).getAttribute("href")`)
	status, header, body := fetch(t, base+link)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "Terms: none.", string(body))
	require.True(t, strings.HasPrefix(header.Get("Content-Disposition"), "attachment"))
	status, _, _ = fetch(t, base+"/as/guessed/"+strings.SplitN(link, "/", 4)[3])
	require.Equal(t, http.StatusUnauthorized, status)

	// All files at once.
	link = maria.value(`document.querySelector(".keeping a:not([hidden])").getAttribute("href")`)
	status, _, body = fetch(t, base+link)
	require.Equal(t, http.StatusOK, status)
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(t, err)
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	require.Equal(t, []string{"scratch.png", "terms.txt"}, names)

	// Internally: what is dropped into a consultation stays there.
	maria.attaches(keep("scratch-large.png", photo(t)))
	maria.waits(ready + `.includes("available scratch-large.png")`)
	maria.looks(t, "agent-files")
	before := maria.transcripts()
	maria.reload()
	maria.waits(`document.querySelectorAll(".lines .file").length === 3`)
	require.Eventually(t, func() bool { return maria.transcripts() == before }, 10*time.Second, 50*time.Millisecond, "a reload must show the same again")
	maria.prints(t, "print")
}

// Files in a consultation are for colleagues, and never mix with those for the
// contact.
func TestFILE_5_browser_consultations_have_files_of_their_own(t *testing.T) {
	_, pat, maria := chatting(t)
	browser := &browser{maria.ctx}
	ben := browser.tab(t, strings.TrimSuffix(maria.value("location.href"), "agent:maria")+"agent:ben")
	ben.sees("No chats")
	maria.click("Consult")
	maria.chooses("be", "agent:ben")
	ben.click("Accept")
	maria.waits(`document.querySelector(".consultation[data-stage=active]")`)
	maria.drops(".pane > .talk", "for-pat.txt", "for Pat")
	maria.waits(`document.querySelector(".pane > .talk .pending-file .file-name")?.textContent === "for-pat.txt"`)
	maria.drops(".consultation", "margin.txt", "12 percent")
	maria.waits(`document.querySelector(".consultation .pending-file .file-name")?.textContent === "margin.txt"`)
	maria.waits(`document.querySelectorAll(".pending-file").length === 2`)
	maria.reload()
	maria.waits(`document.querySelectorAll(".pending-file").length === 2`)
	maria.writes(".consultation", "Look:")
	ben.waits(`document.querySelector(".consultation [data-verdict=available] .file-name")?.textContent === "margin.txt"`)
	ben.looks(t, "consultation-files")
	maria.waits(`document.querySelector(".pane > .talk .pending-file .file-name")?.textContent === "for-pat.txt"`)
	maria.writes(".pane > .talk", "Here you are.")
	pat.waits(`document.querySelector(".lines [data-verdict=available] .file-name")?.textContent === "for-pat.txt"`)
	require.Equal(t, "1", pat.value(`"" + document.querySelectorAll(".lines .file").length`))
}

// An upload shows how far it is, can be stopped, and the message waits for it; one
// that the line breaks can be tried again.
func TestFILE_5_browser_uploads_show_how_far_they_are(t *testing.T) {
	_, pat, _ := chatting(t)
	path := filepath.Join(t.TempDir(), "large.txt")
	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("a lamp, "), 1<<18), 0o600))
	line := func(offline bool, upload float64) {
		t.Helper()
		_, err := chromedp.Call(pat.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: upload}},
		})
		if err != nil {
			t.Skip("this Chromium cannot slow its line down: ", err)
		}
	}
	line(false, 100<<10)
	pat.attaches(path)
	pat.waits(`document.querySelector(".pending-file progress:not([hidden])")?.value > 0`)
	pat.waits(`/[1-9][0-9]* % of 2 MB/.test(document.querySelector(".pending-file").innerText)`)
	pat.looks(t, "contact-uploading")
	pat.does(`{ const box = document.querySelector(".talk textarea"); box.value = "Here"; box.form.requestSubmit(); }`)
	pat.sees("A file is still being uploaded.")
	require.Equal(t, "Here", pat.value(`document.querySelector(".talk textarea").value`))
	pat.does(`document.querySelector("[aria-label='Stop sending large.txt']").click()`)
	pat.waits(`!document.querySelector(".pending-file")`)
	line(true, -1)
	pat.attaches(path)
	pat.sees("The connection broke off.")
	line(false, -1)
	pat.click("Try again")
	pat.waits(`document.querySelector(".pending-file[data-verdict=available]")`)
	pat.does(`document.querySelector(".composer").requestSubmit()`)
	pat.waits(`document.querySelector(".lines [data-verdict=available] .file-name")?.textContent === "large.txt"`)
}

// attaches gives files to the first file chooser, as a person would.
func (p *tab) attaches(paths ...string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.SetUploadFiles(".composer input[type=file]", paths)))
}

// drops lets a file go over a place.
func (p *tab) drops(place, name, content string) {
	p.t.Helper()
	p.waits(`document.querySelector("` + place + `")`)
	p.does(`{
		const data = new DataTransfer();
		data.items.add(new File([` + "`" + strings.ReplaceAll(content, `\`, `\\`) + "`" + `], "` + name + `", { type: "text/plain" }));
		for (const type of ["dragenter", "dragover", "drop"]) {
			document.querySelector("` + place + `").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		}
	}`)
}

// looks takes pictures of the page: light and dark, wide and narrow.
func (p *tab) looks(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("DESK_SHOTS") == "" {
		return
	}
	media := func(kind, scheme string) {
		_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		require.NoError(t, err)
	}
	size := func(width, height int64) {
		_, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
		require.NoError(t, err)
	}
	p.shot(t, name)
	media("", "dark")
	p.shot(t, name+"-dark")
	media("", "light")
	size(420, 800)
	p.waits(`document.getAnimations().every((a) => !(a instanceof CSSTransition))`)
	p.shot(t, name+"-narrow")
	size(1280, 800)
}

// prints takes a picture of what would come out of a printer.
func (p *tab) prints(t *testing.T, name string) {
	t.Helper()
	for _, media := range []string{"print", ""} {
		_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		require.NoError(t, err)
		if media != "" {
			require.Equal(t, "false", p.value(`"" + document.querySelector(".composer").checkVisibility()`))
			p.shot(t, name)
		}
	}
}

func fetch(t *testing.T, url string) (int, http.Header, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, response.Header, body
}

// photo is a picture of oak with a scratch.
func photo(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			grain := uint8((x*7+(y/9)*31+(x*y)/640)%23) + uint8((y/40)%2*10)
			c := color.RGBA{190 - grain, 142 - grain, 88 - grain, 255}
			if d := x - 200 - y/2; d > -3 && d < 3 && y > 100 && y < 380 {
				c = color.RGBA{240, 232, 214, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

// testVirus is the EICAR test file. It is put together here, so that no scanner
// takes this file for it.
func testVirus() string {
	return `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD" + "-ANTIVIRUS-TEST" + `-FILE!$H+H*`
}
