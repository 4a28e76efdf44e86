package main

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const agentBox = `[...document.querySelectorAll(".talk textarea")].find((e) => e.checkVisibility())`

// types types at the cursor, as a keyboard does.
func (p *tab) types(text string) {
	p.t.Helper()
	p.does(agentBox + ".focus()")
	_, err := chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: text})
	require.NoError(p.t, err)
}

// presses presses a key.
func (p *tab) presses(key string, code int64) {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		text := ""
		if kind == input.DispatchKeyEventTypeKeyDown && len(key) == 1 {
			text = key
		}
		_, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, Text: text, WindowsVirtualKeyCode: code})
		require.NoError(p.t, err)
	}
}

// Standard responses: from the list and by a shortcut, with the chat's own names in
// them and what belongs to them attached; one that lacks a value says so.
func TestMSG_6_browser_standard_responses(t *testing.T) {
	_, pat, maria := chatting(t)
	maria.does(`{ const box = ` + agentBox + `; box.value = "So, "; box.dispatchEvent(new Event("input")); box.setSelectionRange(4, 4); }`)
	maria.types("/refund")
	maria.presses(" ", 32)
	maria.waits(agentBox + `.value === "So, Pat Winter, we have refunded 253.00 EUR. It is on your account within three working days. "`)
	maria.does(agentBox + `.value = ""`)
	maria.types("/wait")
	maria.presses("Tab", 9)
	maria.waits(agentBox + `.value === "One moment please, I am looking that up for you."`)
	maria.does(agentBox + `.value = ""`)
	maria.types("/invoice")
	maria.presses(" ", 32)
	maria.sees("Cannot be used here: “case.Invoice” has no value.")
	require.Equal(t, "/invoice ", maria.value(agentBox+".value"))
	maria.does(`{ const box = ` + agentBox + `; box.value = ""; box.dispatchEvent(new Event("input")); }`)

	maria.click("Responses")
	maria.waits(`document.querySelectorAll(".response").length === 11`)
	maria.looks(t, "responses")
	maria.does(`[...document.querySelectorAll(".categories button")].find((e) => e.innerText.startsWith("Orders")).click()`)
	maria.waits(`document.querySelectorAll(".response").length === 3`)
	maria.does(`[...document.querySelectorAll(".categories button")].find((e) => e.innerText.startsWith("Returns")).click()`)
	maria.waits(`document.querySelectorAll(".response").length === 1`)
	maria.does(`{ const box = document.querySelector(".responses-panel input"); box.value = "PRICE"; box.dispatchEvent(new Event("input")); }`)
	maria.waits(`document.querySelector(".response")?.innerText.includes("price-list.pdf")`)
	maria.does(`document.querySelector(".response").click()`)
	maria.waits(agentBox + `.value === "Here is our price list. Delivery is free."`)
	maria.waits(`document.querySelector(".pending-file[data-verdict=available] .file-name")?.textContent === "price-list.pdf"`)
	maria.does(`document.querySelector(".composer").requestSubmit()`)
	pat.sees("Here is our price list.")
	pat.waits(`document.querySelector(".lines [data-verdict=available] .file-name")?.textContent === "price-list.pdf"`)
}

// A message that is misspelled stays with its author until it is mended or meant.
func TestMSG_7_browser_spelling(t *testing.T) {
	_, pat, maria := chatting(t)
	sends := func() { maria.does(`document.querySelector(".composer").requestSubmit()`) }
	const said = `[...document.querySelectorAll(".lines .bubble.own .text")].map((e) => e.textContent).join("|")`
	maria.types("😀 Your paymant was recieved tommorow.")
	sends()
	maria.sees("Not sent yet: please look at these words.")
	maria.waits(agentBox + `.value === "😀 Your paymant was recieved tommorow."`)
	maria.waits(`[...document.querySelectorAll(".marks mark")].map((e) => e.textContent).join() === "paymant,recieved,tommorow"`)
	maria.looks(t, "spelling")
	maria.click("payment")
	maria.waits(agentBox + `.value === "😀 Your payment was recieved tommorow."`)
	maria.waits(`[...document.querySelectorAll(".marks mark")].map((e) => e.textContent).join() === "recieved,tommorow"`)
	maria.click("received")
	maria.waits(agentBox + `.value === "😀 Your payment was received tommorow."`)
	require.Empty(t, maria.value(said))
	maria.click("Send anyway") // the words that are left, though the text is another one
	pat.sees("😀 Your payment was received tommorow.")
	maria.waits(`!document.querySelector(".spelling:not([hidden])")`)
	require.Empty(t, maria.value(agentBox+".value"))

	maria.types("Teh same.")
	sends()
	maria.click("Send anyway")
	pat.sees("Teh same.")
	require.Equal(t, "😀 Your payment was received tommorow.|Teh same.", maria.value(said))
	pat.writes(".talk", "teh contact is free") // nobody checks what contacts write
	maria.sees("teh contact is free")
}

// Emoji are chosen from a list, by the mouse or by words, and short names become
// emoji.
func TestMSG_5_browser_emoji(t *testing.T) {
	_, pat, maria := chatting(t)
	pat.does(`document.querySelector(".composer [aria-label=Emoji]").click()`)
	pat.waits(`document.querySelectorAll(".emoji-grid button").length > 100`)
	pat.waits(`document.querySelectorAll(".emoji-tabs button").length > 8`)
	pat.does(`document.querySelector(".emoji-tabs [data-key=people-body]").click()`)
	pat.does(`document.querySelectorAll(".emoji-tones button")[5].click()`)
	pat.waits(`[...document.querySelectorAll(".emoji-grid button")].some((e) => e.textContent === "👍🏿")`)
	pat.looks(t, "contact-emoji")
	pat.does(`{ const box = document.querySelector(".emoji-picker input"); box.value = "thumbs up"; box.dispatchEvent(new Event("input")); }`)
	pat.waits(`document.querySelector(".emoji-grid button").textContent === "👍🏿"`)
	pat.does(`document.querySelector(".emoji-grid button").click()`)
	pat.waits(`document.querySelector(".talk textarea").value === "👍🏿"`)
	pat.waits(`document.querySelector(".composer [aria-expanded=false]")`)
	pat.does(`document.querySelector(".composer").requestSubmit()`)
	maria.sees("👍🏿")
	pat.does(`document.querySelector(".composer [aria-label=Emoji]").click()`)
	pat.waits(`[...document.querySelectorAll(".emoji-grid button")].map((e) => e.textContent).join() === "👍🏿"`) // used last

	// By the keyboard; Escape closes the list and not the chat.
	pat.waits(`document.activeElement === document.querySelector(".emoji-picker input")`)
	pat.presses("ArrowDown", 40)
	pat.waits(`document.activeElement === document.querySelector(".emoji-grid button")`)
	pat.presses("Escape", 27)
	pat.waits(`!document.querySelector(".emoji-picker:popover-open")`)
	pat.waits(`document.querySelector("#widget").checkVisibility()`)

	maria.types("Thank you :smile:")
	maria.does(`document.querySelector(".composer").requestSubmit()`)
	pat.sees("Thank you 😄")
}
