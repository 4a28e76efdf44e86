package main

import (
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/timers"
)

// demoPolicy is what an administrator of the shop would have configured.
func demoPolicy() interaction.Policy {
	p := interaction.DefaultPolicy()
	p.Response = timers.Response{Warn: 15 * time.Second, Late: 30 * time.Second}
	p.Inactivity = timers.Inactivity{Warn: 4*time.Minute + 15*time.Second, End: 5 * time.Minute}
	p.NoAnswer = 30 * time.Second
	p.ReturnAfter = 2 * time.Minute
	p.ContactGrace = time.Minute
	p.AfterContact = interaction.StayOpen
	p.TypingPreview = true
	p.CheckSpelling = true
	p.DispositionRequired = true
	p.Dispositions = []interaction.Disposition{
		{Code: "order", Label: "Order"},
		{Code: "order.where", Label: "Where is it?", Parent: "order"},
		{Code: "order.change", Label: "Changed or cancelled", Parent: "order"},
		{Code: "billing", Label: "Billing"},
		{Code: "billing.refund", Label: "Refunded", Parent: "billing"},
		{Code: "billing.explained", Label: "Explained", Parent: "billing"},
		{Code: "repair", Label: "Repair"},
		{Code: "other", Label: "Something else"},
	}
	p.Messages = []interaction.Messages{
		{
			Language:          "",
			Greeting:          "Welcome to Halm & Licht.",
			InactivityWarning: "Are you still there? The chat ends soon if nobody writes.",
			InactivityEnd:     "The chat has ended because nobody has written for five minutes.",
			Farewell:          "Thank you for chatting with Halm & Licht.",
		},
		{
			Language:          "de",
			Greeting:          "Willkommen bei Halm & Licht.",
			InactivityWarning: "Sind Sie noch da? Der Chat endet bald, wenn niemand schreibt.",
			InactivityEnd:     "Der Chat ist beendet, weil fünf Minuten lang niemand geschrieben hat.",
			Farewell:          "Danke für den Chat mit Halm & Licht.",
			PushedURL:         "Bitte öffnen Sie diese Seite: <url>",
		},
	}
	return p
}
