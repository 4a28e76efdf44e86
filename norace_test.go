//go:build !race

package chatkernel_test

const seeds = 2000
