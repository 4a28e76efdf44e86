package gateway

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTIME_5_desktops_are_kept_for_a_minute_without_a_feed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d desktops
		left := deskKey{attendee{"chat", "agent:maria"}, "left"}
		right := deskKey{attendee{"chat", "agent:maria"}, "right"}
		seat := d.open(left)
		time.Sleep(time.Minute - time.Second)
		d.shut(seat)
		time.Sleep(2 * time.Second)
		d.shut(d.open(right))
		require.NotNil(t, d.find(left), "its feed closed a moment ago")
		again := d.open(left)
		require.Same(t, seat.desk, again.desk)
		time.Sleep(time.Hour)
		d.open(right)
		require.NotNil(t, d.find(left), "it has a feed")
		d.shut(again)
		time.Sleep(time.Minute)
		d.open(right)
		require.Nil(t, d.find(left))
	})
}
