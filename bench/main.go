package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A comparison is one goal: ours measured beside a peer.
type comparison struct {
	name string
	ours measurement
	peer measurement
	most float64 // the goal: ours at most so much of the peer's
}

// A measurement gives nanoseconds, bytes or whatever its unit says, and
// allocations where they count.
type measurement struct {
	name string
	unit string
	run  func() (value float64, allocs int64)
}

// timed is a measurement by the testing package's benchmark.
func timed(name string, b func(b *testing.B)) measurement {
	return measurement{name, "ns", func() (float64, int64) {
		r := testing.Benchmark(b)
		return float64(r.T.Nanoseconds()) / float64(r.N), r.AllocsPerOp()
	}}
}

// limit is a goal in absolute figures.
func limit(name, unit string, value float64) measurement {
	return measurement{name, unit, func() (float64, int64) { return value, 0 }}
}

func main() {
	testing.Init()
	passes := flag.Int("passes", 5, "how often to measure everything")
	only := flag.String("only", "", "only comparisons whose name contains this")
	write := flag.String("write", "", "file to write the table to, instead of standard output")
	scales := flag.Int("weigh", 0, "only weigh idle chats, with a cache of so many")
	benchtime := flag.String("time", "200ms", "how long to measure each thing in each pass")
	flag.Parse()
	if *scales != 0 {
		fmt.Println(weigh(*scales))
		return
	}
	if err := flag.Set("test.benchtime", *benchtime); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var chosen []comparison
	for _, c := range comparisons() {
		if strings.Contains(c.name, *only) {
			chosen = append(chosen, c)
		}
	}
	results := make([]result, len(chosen))
	for pass := range *passes {
		for i, c := range chosen {
			fmt.Fprintf(os.Stderr, "pass %d of %d: %s\n", pass+1, *passes, c.name)
			ours, allocs := c.ours.run()
			peer, peerAllocs := c.peer.run()
			results[i].add(ours, peer, allocs, peerAllocs)
			runtime.GC()
		}
	}
	out := io.Writer(os.Stdout)
	if *write != "" {
		f, err := os.Create(*write)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer f.Close()
		out = f
	}
	report(out, chosen, results, *passes)
}

// comparisons are all that is measured.
func comparisons() []comparison {
	return slices.Concat(machine(), folding(), kernel(), feeds(), timing(), memory(), routed(), links(), stored())
}

// A result is one comparison's figures over the passes.
type result struct {
	ours, peer, ratio  []float64
	allocs, peerAllocs int64
}

func (r *result) add(ours, peer float64, allocs, peerAllocs int64) {
	r.ours, r.peer, r.ratio = append(r.ours, ours), append(r.peer, peer), append(r.ratio, ours/peer)
	r.allocs, r.peerAllocs = allocs, peerAllocs
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

func report(w io.Writer, all []comparison, results []result, passes int) {
	fmt.Fprintf(w, "# Benchmarks\n\n")
	fmt.Fprintf(w, "Measured beside peers in the same run; the ratio is computed in each pass. Repeat with\n\n")
	fmt.Fprintf(w, "```\ngo run ./bench -passes %d -write docs/benchmarks.md\n```\n\n", passes)
	fmt.Fprintf(w, "%s, %s/%s, %d CPUs, %d passes, %s. Figures are medians (least–greatest); absolute ones are orientation, on a\nshared machine whose speed drifts.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), passes, time.Now().UTC().Format("2006-01-02"))
	fmt.Fprintf(w, "| what | ours | allocs | beside | peer | allocs | ratio | goal | met |\n|---|---|---|---|---|---|---|---|---|\n")
	for i, c := range all {
		r := &results[i]
		met := "yes"
		if median(r.ratio) > c.most {
			met = "**no**"
		}
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %d | %s (%s–%s) | ≤ %.2f | %s |\n",
			c.name, figure(r.ours, c.ours.unit), r.allocs, c.peer.name, figure(r.peer, c.peer.unit), r.peerAllocs,
			ratio(median(r.ratio)), ratio(slices.Min(r.ratio)), ratio(slices.Max(r.ratio)), c.most, met)
	}
	fmt.Fprint(w, notes)
}

func figure(v []float64, unit string) string {
	return fmt.Sprintf("%s %s", number(median(v)), unit)
}

// ratio writes small ones with more places, which a goal of a hundredth needs.
func ratio(v float64) string {
	if v > 0 && v < 0.02 {
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
