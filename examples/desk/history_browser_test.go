package main

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The chats that a customer had before stand above the current one and in a list
// beside it, to find, to read and to save.
func TestHIST_1_HIST_3_HIST_6_browser_past_chats(t *testing.T) {
	base, pat, maria := chatting(t)

	// Above the current chat, with days and the mark where it begins.
	maria.sees("Which bulb does the arc lamp take?")
	maria.sees("The current chat begins here")
	maria.sees("Prefers warm light.")
	maria.waits(`[...document.querySelectorAll(".scroll")].some((s) => s.scrollTop > 0 && s.scrollHeight - s.scrollTop - s.clientHeight < 30)`) // and the reader is where the talk is
	pat.sees("Which bulb does the arc lamp take?")
	require.NotContains(t, pat.value(`document.body.textContent`), "Prefers warm light.")
	maria.does(`document.querySelector(".scroll").scrollTop = 0`)
	maria.looks(t, "older")
	pat.does(`document.querySelector(".scroll").scrollTop = 0`)
	pat.looks(t, "contact-older")

	// Beside it.
	maria.click("History")
	maria.sees("Where is my order?")
	maria.looks(t, "history")
	maria.does(`{ const s = document.querySelector(".panel:not([hidden]) input[type=search]"); s.value = "CARRIER"; s.dispatchEvent(new Event("input", { bubbles: true })); }`)
	maria.waits(`document.querySelector(".past-chat mark")?.textContent === "carrier"`)
	maria.waits(`document.querySelectorAll(".past-chat").length === 1`)
	maria.looks(t, "history-found")
	maria.does(`document.querySelector(".past-chat").click()`)
	maria.waits(`document.querySelector("dialog.past")?.textContent.includes("It should be there tomorrow")`)
	maria.looks(t, "past-chat")
	link := maria.value(`[...document.querySelectorAll("dialog.past footer a")].find((a) => a.textContent === "text").getAttribute("href")`)
	answer, err := http.Get(base + link)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", text)
	require.Contains(t, string(text), "Perfect, thank you!")
}
