package clamav_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/chatkernel/chatkernel/adapters/clamav"
	"github.com/chatkernel/chatkernel/files"
)

func Example() {
	// In a program this is clamd. Here it is one end of a pipe that finds the same
	// in every file.
	dial := func(context.Context, string, string) (net.Conn, error) {
		here, clamd := net.Pipe()
		go func() {
			defer clamd.Close()
			_, _ = receive(clamd)
			_, _ = io.WriteString(clamd, "stream: Eicar-Test-Signature FOUND\x00")
		}()
		return here, nil
	}
	scanner, err := clamav.New("unix", "/run/clamav/clamd.ctl", &clamav.Options{Dial: dial})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := scanner.Scan(context.Background(), strings.NewReader("a file"))
	fmt.Println(result.Result == files.Infected, result.Threat, err)
	// Output: true Eicar-Test-Signature <nil>
}
