package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"github.com/chatkernel/chatkernel/files"
)

// A scanner stands for a virus scanner: it knows one virus, the EICAR test file,
// which is none. A host takes adapters/clamav. It takes its time, as real ones
// do, so that a person sees that a file is being checked.
type scanner struct{ takes time.Duration }

// The test file is known by its hash, so that no real scanner ever finds it in
// here.
const (
	testVirusSize = 68
	testVirusHash = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"
)

// Scan is files.Scanner's.
func (s scanner) Scan(ctx context.Context, r io.Reader) (files.Finding, error) {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return files.Finding{}, ctx.Err()
	}
	head := make([]byte, testVirusSize)
	n, err := io.ReadFull(r, head)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return files.Finding{}, err
	}
	if sum := sha256.Sum256(head[:n]); hex.EncodeToString(sum[:]) == testVirusHash {
		return files.Finding{Result: files.Infected, Threat: "EICAR-Test-File"}, nil
	}
	return files.Finding{Result: files.Clean}, nil
}
