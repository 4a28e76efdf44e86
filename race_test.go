//go:build race

package chatkernel_test

// seeds are fewer where the race detector makes everything ten times as slow.
const seeds = 200
