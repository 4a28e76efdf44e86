package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

// A contact and two agents in real browsers: a consultation that becomes a
// transfer, with every page loaded anew in the middle and nothing missing.
func TestCONS_7_browser_consultation_becomes_transfer(t *testing.T) {
	browser := openBrowser(t)
	base, d := openDesk(t)
	const question, answer = "Shall we refund the 253 euros?", "Yes, but keep it quiet."

	pat := browser.tab(t, base+"/contact?open", question, answer)
	maria := browser.tab(t, base+"/agent?as=agent:maria")
	maria.sees("No chats")
	ben := browser.tab(t, base+"/agent?as=agent:ben")
	ben.sees("No chats")

	pat.click("Start chat")
	pat.writes(".talk", "I was charged twice.")
	maria.sees("New chat")
	maria.click("Accept")
	maria.sees("I was charged twice.")
	maria.writes(".talk", "Hello Pat, let me look.")
	pat.sees("Hello Pat, let me look.")
	maria.waits(`document.querySelector(".bubble.own .read.yes")`) // and knows that Pat has read it

	maria.click("Consult")
	maria.chooses("be", "agent:ben")
	ben.sees("Asks for your advice")
	ben.click("Accept")
	maria.sees("Pat Winter cannot see this")
	maria.writes(".consultation", question)
	ben.sees("Pat Winter cannot see this")
	ben.sees("Hello Pat, let me look.") // the chat, from its start
	ben.sees(question)
	ben.writes(".consultation", answer)
	maria.sees(answer)

	for _, p := range []*tab{pat, maria, ben} {
		before := p.transcripts()
		p.reload()
		p.waits(`document.querySelector(".talk .bubble")`)
		require.Eventually(t, func() bool { return p.transcripts() == before }, 10*time.Second, 50*time.Millisecond,
			"a reload must show the same again")
	}

	maria.click("Transfer to Ben")
	maria.sees("No chats")
	ben.sees("you are responsible")
	ben.writes(".talk", "I am Ben and take over.")
	pat.sees("I am Ben and take over.")
	pat.sees("You are talking to Ben")
	pat.writes(".talk", "Thank you!")
	ben.sees("Thank you!")

	ben.click("End")
	ben.click("End chat")
	pat.sees("The chat has ended")
	ben.click("Wrap-up")
	ben.click("Refunded")
	ben.waits(`!document.querySelector(".panel:not([hidden]) button.primary[aria-disabled=true]")`)
	ben.click("Mark done")
	ben.sees("No chats")

	id := pat.value(`JSON.parse(sessionStorage.getItem("desk:/contact?open interaction"))`)
	state, err := d.kernel.State(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, interaction.InDone, state.Phase)
	require.Equal(t, "billing.refund", state.Disposition)

	// Neither did the page ever hold a word of the consultation, nor did a byte
	// of it come over the contact's line.
	require.Empty(t, pat.value(`sessionStorage.getItem("leaked") ?? ""`))
	line := contactFeed(t, base, id, pat.value(`JSON.parse(sessionStorage.getItem("desk:/contact?open me")).token`))
	require.Contains(t, line, "I am Ben and take over.")
	for _, word := range []string{question, answer, "onsult"} {
		require.NotContains(t, line, word)
	}
}

// Routing as people see it: a queue by what it is about, somebody who is not
// ready and says why, a transfer to a group and to a queue through the team
// communicator, a reason when it fails, and the supervisor's page.
func TestROUTE_6_browser_team_communicator(t *testing.T) {
	browser := openBrowser(t)
	base, d := openDesk(t)
	maria := browser.tab(t, base+"/agent?as=agent:maria")
	maria.sees("0 of 3 chats")
	ben := browser.tab(t, base+"/agent?as=agent:ben")
	ben.sees("0 of 3 chats")
	chloe := browser.tab(t, base+"/agent?as=agent:chloe")
	chloe.sees("0 of 3 chats")
	ben.does(`document.getElementById("ready").click()`)
	ben.waits(`!document.getElementById("why").hidden`)
	ben.does(`const why = document.getElementById("why"); why.value = "lunch"; why.dispatchEvent(new Event("change"))`)
	require.Eventually(t, func() bool {
		a, err := d.team.Agent(t.Context(), "agent:ben")
		return err == nil && a.Reason == "lunch"
	}, 10*time.Second, 20*time.Millisecond)

	pat := browser.tab(t, base+"/contact?open")
	pat.waits(`document.getElementById("about").checkVisibility()`)
	pat.does(`document.getElementById("about").value = "sales"`)
	pat.click("Start chat")
	chloe.sees("New chat") // not Maria, who came first and is in billing
	chloe.click("Accept")
	chloe.sees("1 of 3 chats")

	// Nobody is taken by surprise: who cannot be asked says why.
	chloe.click("Consult")
	chloe.waits(`document.querySelector("[data-target='agent:ben'][aria-disabled=true]")?.innerText.includes("lunch")`)
	chloe.waits(`document.querySelector("[data-target='agent:chloe']")?.innerText.includes("you")`)
	chloe.does(`document.querySelector("[data-target='group:billing'] .star").click()`)
	chloe.waits(`document.querySelector("[data-target='group:billing'] .star.marked")`)
	chloe.shot(t, "communicator")

	// By the keyboard: the arrows go to everybody, also to who cannot be asked, and
	// say why not; Enter takes the first who can, and Escape closes.
	finder := `document.querySelector("dialog input[type=search]")`
	press := func(key string) {
		chloe.does(finder + `.dispatchEvent(new KeyboardEvent("keydown", { key: "` + key + `", bubbles: true, cancelable: true }))`)
	}
	chloe.does(finder + `.value = "ben"; ` + finder + `.dispatchEvent(new Event("input"))`)
	chloe.waits(`document.querySelectorAll("dialog [role=option]").length === 1`)
	press("ArrowDown")
	chloe.sees("Ben is not ready (lunch).")
	chloe.waits(finder + `.getAttribute("aria-activedescendant") === "finder-agent:ben"`)
	chloe.waits(`document.querySelector("dialog [type=submit]:disabled")`)
	chloe.does(finder + `.value = "mar"; ` + finder + `.dispatchEvent(new Event("input"))`)
	chloe.waits(`document.querySelector("[data-target='agent:maria']")`)
	press("Enter")
	chloe.sees("Maria will be asked.")
	chloe.does(`document.querySelector("dialog [value=transfer]").click()`)
	chloe.sees("Maria will be asked to take over.")
	chloe.waits(`document.querySelector("dialog [value=voice]:disabled")`) // the demo has no telephone
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(chloe.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: "Escape", Code: "Escape", WindowsVirtualKeyCode: 27,
		})
		require.NoError(t, err)
	}
	chloe.waits(`!document.querySelector("dialog")`)

	chloe.click("Transfer")
	chloe.chooses("bil", "group:billing")
	maria.sees("Transfer")
	maria.click("Decline")
	chloe.sees("Nobody in Billing accepted.")

	chloe.waits(`!document.querySelector("dialog")`)
	chloe.click("Transfer")
	chloe.does(`const only = document.querySelector("dialog select"); only.value = "recents"; only.dispatchEvent(new Event("change"))`)
	chloe.waits(`[...document.querySelectorAll("dialog [role=option]")].map((e) => e.dataset.target).join() === "group:billing"`)
	chloe.click("Cancel")

	sam := browser.tab(t, base+"/supervisor")
	sam.sees("1 free of 1 ready")
	sam.sees("1 of 3 chats")
	sam.shot(t, "supervisor")

	chloe.click("Transfer")
	chloe.chooses("bil", "queue:billing")
	maria.sees("Transfer")
	maria.click("Decline")
	sam.sees("1 waiting") // a queue waits
	maria.does(`document.getElementById("ready").click()`)
	maria.waits(`!document.getElementById("why").hidden`)
	maria.does(`document.getElementById("ready").click()`)
	maria.sees("Transfer")
	maria.shot(t, "asked")
	maria.click("Accept")
	pat.sees("You are talking to Maria")
	chloe.sees("0 of 3 chats")
	maria.shot(t, "desktop")
}

// Several chats at once: each keeps what was begun to be written, and where its
// reader was.
func TestROUTE_8_browser_several_chats_at_once(t *testing.T) {
	browser := openBrowser(t)
	base, d := openDesk(t)
	maria := browser.tab(t, base+"/agent?as=agent:maria")
	maria.sees("0 of 3 chats")
	for i := range 2 {
		id := "chat-" + string(rune('a'+i))
		who := interaction.PartyID("contact:" + id)
		do := func(by interaction.PartyID, cmd interaction.Command) {
			_, err := d.kernel.Do(t.Context(), id, chatkernel.By(by, ""), cmd)
			require.NoError(t, err)
		}
		do(who, interaction.Start{Contact: interaction.Person{ID: who, Name: "Pat " + id}, Target: "queue:billing"})
		maria.click("Accept")
		maria.sees("Pat " + id)
		maria.waits(`document.querySelectorAll("#chats .chat").length === ` + strconv.Itoa(i+1))
		do(who, interaction.Say{Text: strings.Repeat("line\n", 60) + "last line"})
	}
	maria.sees("2 of 3 chats")
	const inView = `[...document.querySelectorAll(".pane")].find((e) => e.checkVisibility())`
	turnTo := func(id string) {
		maria.does(`[...document.querySelectorAll("#chats .chat")].find((e) => e.innerText.includes("Pat ` + id + `")).click()`)
		maria.waits(inView + `?.querySelector("h2").textContent === "Pat ` + id + `"`)
		maria.waits(inView + `.innerText.includes("last line")`)
	}
	turnTo("chat-a")
	maria.does(`{ const box = ` + inView + `.querySelector("textarea"); box.value = "Dear Pat"; box.dispatchEvent(new Event("input")); }`)
	maria.does(inView + `.querySelector(".scroll").scrollTop = 200`)
	maria.waits(`(requestAnimationFrame(() => requestAnimationFrame(() => { window.noticed = true; })), window.noticed)`)
	turnTo("chat-b")
	maria.waits(inView + `.querySelector("textarea").value === ""`)
	maria.waits(`((s) => s.scrollHeight - s.scrollTop - s.clientHeight < 2)(` + inView + `.querySelector(".scroll"))`)
	turnTo("chat-a")
	maria.waits(inView + `.querySelector("textarea").value === "Dear Pat"`)
	maria.waits(inView + `.querySelector(".scroll").scrollTop === 200`)
	maria.shot(t, "several")
}

// All languages have all texts.
func TestTextsAreTheSameInAllLanguages(t *testing.T) {
	browser := openBrowser(t)
	base, _ := openDesk(t)
	p := browser.tab(t, base+"/agent")
	p.does(`(async () => {
		const keys = (texts, path) => Object.entries(texts).flatMap(([key, value]) => {
			const here = path + key;
			return typeof value === "object" ? keys(value, here + ".") : [here + " " + typeof value];
		});
		const all = await Promise.all(["en", "de"].map((language) => import("/text/" + language + ".js")));
		window.keys = all.map((texts) => keys(texts.default, "").join("\n"));
	})()`)
	p.waits("window.keys")
	require.NotEmpty(t, p.value("keys[0]"))
	require.Equal(t, p.value("keys[0]"), p.value("keys[1]"))
}

func openDesk(t *testing.T) (base string, d *desk) {
	t.Helper()
	d, err := newDesk(mistakes)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
		require.NoError(t, d.Close())
	})
	return "http://" + listener.Addr().String(), d
}

type browser struct{ ctx context.Context }

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium in the path")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "en"), chromedp.Flag("lang", "en"),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	require.NoError(t, chromedp.Do(ctx))
	t.Cleanup(func() {
		stop()
		cancel()
	})
	return &browser{ctx}
}

// A tab is one page, with a store of its own.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// tab opens a page. Should any of the hidden words ever be in it, the page's
// own store says so, over reloads too.
func (b *browser) tab(t *testing.T, url string, hidden ...string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &tab{t, ctx}
	_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	require.NoError(t, err)
	words, err := json.Marshal(append([]string{}, hidden...))
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `new MutationObserver(() => {
			const html = document.documentElement.outerHTML;
			if (` + string(words) + `.some((words) => html.includes(words))) sessionStorage.setItem("leaked", html);
		}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });`,
	})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(url)))
	return p
}

func (p *tab) reload() {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.Reload()))
}

func (p *tab) does(js string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](js+"; null"))
	require.NoError(p.t, err)
}

func (p *tab) value(js string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](js))
	require.NoError(p.t, err)
	return text
}

// waits until an expression is true. What a page does takes as long as it takes,
// so this is the one place that looks again and again.
func (p *tab) waits(js string) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			require.Fail(p.t, "the page does not get there", "%s (%v)\n%s", js, err, p.value("document.body.innerText"))
		}
	}
}

// sees waits until a text stands on the page, and can be seen.
func (p *tab) sees(text string) {
	p.t.Helper()
	p.waits(`document.body.innerText.includes("` + text + `")`)
}

const clickable = `[...document.querySelectorAll("button, label, [role=tab]")].find((e) =>
	e.checkVisibility() && e.innerText.trim() === "%" && !e.disabled && e.getAttribute("aria-disabled") !== "true")`

// click waits for a button with the text and presses it.
func (p *tab) click(text string) {
	p.t.Helper()
	button := strings.ReplaceAll(clickable, "%", text)
	p.waits(button)
	p.does(button + ".click()")
}

// writes types a message into the composer of a place and sends it.
func (p *tab) writes(place, text string) {
	p.t.Helper()
	box := `[...document.querySelectorAll("` + place + ` textarea")].find((e) => e.checkVisibility() && !e.readOnly)`
	p.waits(box)
	p.does(`{ const box = ` + box + `; box.value = "` + text + `"; box.dispatchEvent(new Event("input")); box.form.requestSubmit(); }`)
	p.waits(`[...document.querySelectorAll("` + place + ` .lines .bubble.own")].some((e) => e.innerText.includes("` + text + `"))`)
}

// chooses finds a target in the team communicator and asks it.
func (p *tab) chooses(text, target string) {
	p.t.Helper()
	line := `document.querySelector("[data-target='` + target + `']:not([aria-disabled=true])")`
	p.waits(`document.querySelector("dialog input[type=search]")`)
	p.does(`{ const box = document.querySelector("dialog input[type=search]"); box.value = "` + text + `"; box.dispatchEvent(new Event("input")); }`)
	p.waits(line)
	p.does(line + ".click()")
	p.waits(`document.querySelector("dialog [type=submit]:not(:disabled)")`)
	p.does(`document.querySelector("dialog [type=submit]").click()`)
	p.waits(`!document.querySelector("dialog")`)
}

// shot takes a picture of the page into the folder that DESK_SHOTS names, for
// whoever wants to look.
func (p *tab) shot(t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("DESK_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
}

// transcripts is all that stands in the page's transcripts, without older chats,
// which are there once somebody has scrolled up.
func (p *tab) transcripts() string {
	p.t.Helper()
	return p.value(`[...document.querySelectorAll(".lines:not(.older-chats .lines)")].map((e) => e.innerText).join("\n---\n")`)
}

// contactFeed is every byte that the contact's feed gives, up to the present.
func contactFeed(t *testing.T, base, id, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/chat/interactions/"+id+"/feed", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	var all strings.Builder
	for piece := make([]byte, 4096); !strings.Contains(all.String(), "event: current"); {
		n, err := response.Body.Read(piece)
		all.Write(piece[:n])
		if err != io.EOF {
			require.NoError(t, err)
		} else {
			break
		}
	}
	return all.String()
}
