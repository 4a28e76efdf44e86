package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a contact writes about an address is one thing and where it leads
// another: an agent sees both, and cannot push what is not what it seems.
func TestURL_3_browser_disguises_are_in_view_and_not_pushed(t *testing.T) {
	browser := openBrowser(t)
	base, d := openDesk(t)
	pat := browser.tab(t, base+"/contact?open")
	maria := browser.tab(t, base+"/agent?as=agent:maria")
	maria.sees("No chats")
	pat.click("Start chat")
	const disguised = "Is http://halm-licht.example@evil.example/pay yours?"
	pat.writes(".talk", disguised)
	maria.sees("New chat")
	maria.click("Accept")

	// The words are those that were written; the warning needs no mouse.
	maria.sees(disguised)
	maria.sees("Careful with this link.")
	maria.sees("What stands before the @ is a user name")
	link := func(p *tab, attribute string) string {
		p.waits(`document.querySelector(".lines a.link")`)
		return p.value(`[...document.querySelectorAll(".lines a.link")].at(-1).getAttribute("` + attribute + `")`)
	}
	for _, p := range []*tab{pat, maria} {
		require.Equal(t, "http://evil.example/pay", link(p, "href"))
		require.Equal(t, "http://evil.example/pay", link(p, "title"))
		require.Equal(t, "noopener noreferrer nofollow", link(p, "rel"))
		require.Equal(t, "_blank", link(p, "target"))
	}

	// What cannot be allowed is text, with the reason.
	pat.writes(".talk", "Or file:///etc/passwd then?")
	maria.sees("This address is not a link.")
	require.Equal(t, "file:///etc/passwd", maria.value(`document.querySelector(".lines span.blocked").textContent`))
	require.Equal(t, "http://evil.example/pay", link(maria, "href"), "there is no other link")

	// A click writes or calls (URL-4).
	pat.writes(".talk", "Call me: 030 901820")
	maria.sees("Call me: 030 901820")
	require.Equal(t, "tel:+4930901820", link(maria, "href"))
	pat.writes(".talk", "Or write to pat@winter.example")
	maria.sees("pat@winter.example")
	require.Equal(t, "mailto:pat@winter.example", link(maria, "href"))

	// Push: what is not honest is refused with sentences before it is sent.
	types := func(text string) {
		maria.waits(`document.querySelector("dialog input")`)
		maria.does(`{ const box = document.querySelector("dialog input"); box.value = "` + text + `"; box.dispatchEvent(new Event("input")); }`)
	}
	maria.click("Push URL")
	maria.waits(`document.querySelector("dialog [type=submit]:disabled")`)
	types("https://halm-licht.example@evil.example/")
	maria.sees("This address cannot be pushed.")
	maria.sees("What stands before the @ is a user name")
	maria.waits(`document.querySelector("dialog [type=submit]:disabled")`)
	types("HTTP://127.0.0.1:8080/orders?id=48213 ")
	maria.sees("Everyone will see http://127.0.0.1:8080/orders?id=48213")
	maria.click("Check")
	maria.sees("It is in a network that is not public.")
	maria.click("Push")
	maria.waits(`!document.querySelector("dialog")`)
	for _, p := range []*tab{pat, maria} {
		p.waits(`document.querySelector(".lines a.card")`)
		require.Equal(t, "http://127.0.0.1:8080/orders?id=48213", p.value(`document.querySelector(".lines a.card").getAttribute("href")`))
		require.Equal(t, "http://127.0.0.1:8080/orders?id=48213", p.value(`document.querySelector(".lines a.card .address").textContent`))
	}
	pat.sees("Please navigate to the link:")

	// What was pushed is suggested, wherever the typed part stands in it (URL-7).
	maria.click("Push URL")
	types("48213")
	maria.waits(`document.querySelector("dialog [role=option]")?.textContent === "http://127.0.0.1:8080/orders?id=48213"`)
	maria.does(`document.querySelector("dialog [role=option]").click()`)
	maria.sees("Everyone will see http://127.0.0.1:8080/orders?id=48213")
	types("nowhere")
	maria.waits(`!document.querySelector("dialog [role=option]")`)
	recent, err := d.pages.history.Suggest(t.Context(), "agent:maria", "", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"http://127.0.0.1:8080/orders?id=48213"}, recent)
}

// A page that is pushed opens by itself, once, and stays as a card: a reload opens
// nothing.
func TestURL_5_browser_pushed_page_opens_once(t *testing.T) {
	base, pat, maria := chatting(t)
	const watch = `window.opened = []; window.open = (...all) => { window.opened.push(all.join(" ")); return null; }`
	pat.does(watch)
	maria.click("Push URL")
	maria.waits(`document.querySelector("dialog input")`)
	maria.does(`{ const box = document.querySelector("dialog input"); box.value = "` + base + `/icon.svg"; box.dispatchEvent(new Event("input")); }`)
	maria.sees("Everyone will see")
	maria.click("Push")
	pat.waits(`document.querySelector(".lines a.card")`)
	require.Equal(t, base+"/icon.svg _blank noopener,noreferrer", pat.value(`window.opened.join()`))
	pat.writes(".talk", "I see it.")
	pat.reload()
	pat.does(watch)
	pat.waits(`document.querySelector(".lines a.card")`)
	pat.sees("I see it.")
	maria.writes(".talk", "Good.")
	pat.sees("Good.")
	require.Empty(t, pat.value(`window.opened.join()`))
}
