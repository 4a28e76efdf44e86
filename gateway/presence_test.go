package gateway_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/gateway"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// A wire carries connections within the process, so that a test in a bubble
// has a clock of its own.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// bubble runs a test with a kernel, and gateways on it, under a clock of its
// own. connect opens a feed and gives what closes it.
func bubble(t *testing.T, run func(t *testing.T, k *chatkernel.Kernel, serve func() (connect func(who interaction.PartyID, id string) func(), stop func()))) {
	synctest.Test(t, func(t *testing.T) {
		k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), nil)
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan struct{})
		go func() {
			defer close(ran)
			_ = k.Run(ctx)
		}()
		serve := func() (func(interaction.PartyID, string) func(), func()) {
			g, err := gateway.New(k, byHeader, nil)
			require.NoError(t, err)
			p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
			server := &http.Server{Handler: g}
			served := make(chan struct{})
			go func() {
				defer close(served)
				_ = server.Serve(p)
			}()
			client := &http.Client{Transport: &http.Transport{DialContext: p.dial, DisableKeepAlives: true}}
			connect := func(who interaction.PartyID, id string) func() {
				ctx, cancel := context.WithCancel(t.Context())
				r, err := http.NewRequestWithContext(ctx, "GET", "http://gateway/interactions/"+id+"/feed", nil)
				require.NoError(t, err)
				r.Header.Set("X-User", string(who))
				answer, err := client.Do(r)
				require.NoError(t, err)
				require.Equal(t, 200, answer.StatusCode)
				go func() { // read all that comes
					buf := make([]byte, 4096)
					for {
						if _, err := answer.Body.Read(buf); err != nil {
							return
						}
					}
				}()
				synctest.Wait()
				return func() {
					cancel()
					answer.Body.Close()
					synctest.Wait()
				}
			}
			stop := func() {
				require.NoError(t, g.Close(context.Background()))
				require.NoError(t, server.Close())
				<-served
			}
			return connect, stop
		}
		run(t, k, serve)
		cancel()
		<-ran
		require.NoError(t, k.Close())
	})
}

func start(t *testing.T, k *chatkernel.Kernel, p interaction.Policy) {
	t.Helper()
	do(t, k, pat, interaction.Start{Contact: interaction.Person{ID: pat, Name: "Pat"}, Target: interaction.Target(maria), Policy: &p})
	do(t, k, maria, interaction.Accept{Invitation: stateOf(t, k).Invitations[0].ID, Name: "Maria"})
}

func do(t *testing.T, k *chatkernel.Kernel, by interaction.PartyID, c interaction.Command) {
	t.Helper()
	_, err := k.Do(context.Background(), "chat", chatkernel.Actor{ID: by}, c)
	require.NoError(t, err)
}

func stateOf(t *testing.T, k *chatkernel.Kernel) *interaction.State {
	t.Helper()
	s, err := k.State(context.Background(), "chat")
	require.NoError(t, err)
	return &s
}

func TestLIFE_12_gateway_presence_follows_the_feeds(t *testing.T) {
	bubble(t, func(t *testing.T, k *chatkernel.Kernel, serve func() (func(interaction.PartyID, string) func(), func())) {
		p := policy()
		p.Inactivity.Warn, p.Inactivity.End = 0, 0
		start(t, k, p)
		connect, stop := serve()
		defer stop()
		one := connect(pat, "chat")
		two := connect(pat, "chat")
		one()
		time.Sleep(time.Minute)
		require.True(t, stateOf(t, k).Connected(pat), "one feed is left")
		two()
		time.Sleep(4 * time.Second)
		again := connect(pat, "chat")
		time.Sleep(time.Minute)
		require.True(t, stateOf(t, k).Connected(pat), "a reload of the page is no loss")
		again()
		time.Sleep(5*time.Second - 1)
		synctest.Wait()
		require.True(t, stateOf(t, k).Connected(pat))
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.False(t, stateOf(t, k).Connected(pat))
		again = connect(pat, "chat")
		require.True(t, stateOf(t, k).Connected(pat), "it is back, with nothing lost")
		again()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s := stateOf(t, k)
		require.Equal(t, interaction.InEnded, s.Phase, "after the grace period it has left")
		require.Equal(t, interaction.ContactLeft, s.EndedWhy)
	})
}

// One who has a feed at another process is not lost for long.
func TestLIFE_12_gateway_a_feed_elsewhere_counts(t *testing.T) {
	bubble(t, func(t *testing.T, k *chatkernel.Kernel, serve func() (func(interaction.PartyID, string) func(), func())) {
		start(t, k, policy())
		here, stopHere := serve()
		there, stopThere := serve()
		defer stopThere()
		first := here(pat, "chat")
		defer there(pat, "chat")()
		first()
		time.Sleep(6 * time.Second)
		synctest.Wait()
		require.True(t, stateOf(t, k).Connected(pat))
		stopHere()
		require.True(t, stateOf(t, k).Connected(pat))
	})
}

func TestPART_9_gateway_a_lost_agent_who_is_back_is_asked_first(t *testing.T) {
	bubble(t, func(t *testing.T, k *chatkernel.Kernel, serve func() (func(interaction.PartyID, string) func(), func())) {
		p := policy()
		p.Inactivity.Warn, p.Inactivity.End, p.NoAnswer = 0, 0, 0
		do(t, k, pat, interaction.Start{Contact: interaction.Person{ID: pat}, Target: "queue:sales", Policy: &p})
		do(t, k, interaction.System, interaction.Offer{Invitation: stateOf(t, k).Invitations[0].ID, Agent: maria})
		do(t, k, maria, interaction.Accept{Invitation: stateOf(t, k).Invitations[0].ID, Name: "Maria"})
		connect, stop := serve()
		defer stop()
		connect(maria, "chat")()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s := stateOf(t, k)
		require.Equal(t, interaction.InWaiting, s.Phase)
		require.Empty(t, s.Invitations[0].Agent)
		defer connect(maria, "chat")()
		require.Equal(t, maria, stateOf(t, k).Invitations[0].Agent)
	})
}

// Attendance is of those who are in it, while it goes on.
func TestLIFE_12_gateway_presence_is_quiet_otherwise(t *testing.T) {
	bubble(t, func(t *testing.T, k *chatkernel.Kernel, serve func() (func(interaction.PartyID, string) func(), func())) {
		start(t, k, policy())
		connect, stop := serve()
		do(t, k, maria, interaction.Conference{To: interaction.Target(ben)})
		invited := connect(ben, "chat")
		do(t, k, maria, interaction.End{})
		contact := connect(pat, "chat")
		before := stateOf(t, k).Seq()
		invited()
		contact()
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, before, stateOf(t, k).Seq())
		stop()
		require.Equal(t, before, stateOf(t, k).Seq())
	})
}
