package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "the address to listen at")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "desk:", err)
		os.Exit(1)
	}
}

// run serves until the context is done.
func run(ctx context.Context, addr string) error {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		host, _, _ := net.SplitHostPort(addr)
		fmt.Printf("%s is taken, so another port is used.\n", addr)
		listener, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return err
	}
	speller, stop := newSpeller(ctx)
	defer stop()
	desk, err := newDesk(speller)
	if err != nil {
		return err
	}
	defer desk.Close()

	base := "http://" + listener.Addr().String()
	fmt.Printf(`The desk is open:

  %[1]s/            a customer and two agents in one window
  %[1]s/contact     a customer's page
  %[1]s/agent       an agent's desktop
  %[1]s/supervisor  a supervisor's page
  %[1]s/log/        what happened, raw, and what each person saw of it

Stop it with Ctrl-C.
`, base)
	return desk.serve(ctx, listener)
}

// serve answers requests until the context is done, and then gives those that
// are under way a moment.
func (d *desk) serve(ctx context.Context, listener net.Listener) error {
	// Feeds last for ever: they end with the context of their requests.
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := &http.Server{
		Handler:           d.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	server.RegisterOnShutdown(end)
	go d.work(requests)

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(last)
}
