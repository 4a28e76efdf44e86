package main

import (
	"context"
	"embed"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/transcript/chatxml"
)

//go:embed past/*.xml
var pastChats embed.FS

// pasts are the chats that every customer of the demo had before, and how long
// ago: they come from another system, as a shop's would when it changes to this
// library.
var pasts = []struct {
	file string
	ago  time.Duration
}{
	{"delivery.xml", 3 * 24 * time.Hour},
	{"bulb.xml", 31 * 24 * time.Hour},
}

// remember brings a customer's past chats into the log (HIST-6). A customer for
// whom that fails has none.
func (d *desk) remember(ctx context.Context, contact interaction.PartyID) {
	for _, past := range pasts {
		if err := d.bring(ctx, contact, past.file, time.Now().Add(-past.ago)); err != nil {
			log.Print("desk: a past chat: ", err)
		}
	}
}

func (d *desk) bring(ctx context.Context, contact interaction.PartyID, file string, began time.Time) error {
	f, err := pastChats.Open("past/" + file)
	if err != nil {
		return err
	}
	defer f.Close()
	doc, err := chatxml.Parse(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	// The same day for a customer who asks twice, so that it is the same chat.
	doc.Root.Set("startAt", began.UTC().Truncate(24*time.Hour).Add(10*time.Hour).Format("2006-01-02T15:04:05Z"))
	past, err := chatxml.Import(doc, &chatxml.Options{Contact: interaction.Person{ID: contact}})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	id := strings.TrimPrefix(string(contact), "contact:") + "-" + strings.TrimSuffix(file, ".xml")
	return d.kernel.Import(ctx, id, past.Batches)
}
