// Package clamav lets ClamAV judge files (FILE-7). It speaks to its daemon,
// clamd, over the socket that clamd listens on, and sends it a file as a stream:
// clamd needs no access to where files are stored, and may run elsewhere.
//
//	scanner, err := clamav.New("unix", "/run/clamav/clamd.ctl", nil)
//
// A [Scanner] is a scanner of package files. It is without state, holds no
// connection between two scans, and starts nothing that outlives one.
//
// # What clamd's settings mean
//
// clamd has limits of its own. A stream longer than its StreamMaxLength is
// refused with an error, so that the file stays closed. But what exceeds its
// MaxFileSize, MaxScanSize or MaxRecursion is not scanned and still called clean,
// unless AlertExceedsMax is set: set it. Likewise AlertEncrypted, if encrypted
// files shall not pass.
//
// The protocol has no authentication and no encryption. Over TCP, use it only
// within a host or a network that is trusted, or give a Dial that encrypts.
package clamav
