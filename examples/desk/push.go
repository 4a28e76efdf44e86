package main

import (
	"context"
	"errors"
	"net/url"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
)

var errAddress = errors.New("not a whole web address: it must begin with https:// or http:// and name a host")

// pushable is the gate that every pushed address passes (URL-5). It is honest
// and simple: whole http and https addresses, written back as they were parsed,
// without a user name that could pose as a host. What it does not see are
// disguises, as look-alike letters of other scripts.
func pushable(_ context.Context, _ *interaction.State, _ chatkernel.Actor, push interaction.PushURL) (interaction.PushURL, error) {
	u, err := url.Parse(push.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return push, errAddress
	}
	push.URL = u.String()
	return push, nil
}
