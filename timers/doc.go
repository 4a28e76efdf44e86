// Package timers knows when things become due.
package timers
