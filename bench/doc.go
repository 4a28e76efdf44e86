// Command bench measures chatkernel beside its peers, in the same run, and
// reports ratios.
//
//	go run ./bench                      # prints the table
//	go run ./bench -passes 6 -write docs/benchmarks.md
//
// Each pass runs every measurement of a group one after another, so that a
// ratio compares neighbours in time; the table gives the median of the passes'
// ratios with the least and the greatest. Absolute figures are orientation.
package main
