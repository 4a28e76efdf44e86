package inspect

// Limits bound what a file may cost. The zero value of each field, and a nil
// *Limits, mean the default.
type Limits struct {
	// Pixels is how many pixels an image may have; 50 million by default. The
	// frames of an animation together may have four times as many.
	Pixels int64
	// Frames is how many frames or pages an image may have; 1,000 by default.
	Frames int
	// Memory is how many bytes looking at one file may hold; 256 MiB by default.
	// It is an estimate made before anything is decoded, on the safe side.
	Memory int64
	// Entries is how many entries an archive may have; 5,000 by default.
	Entries int
	// Unpacked is how many bytes all entries of an archive together may unpack
	// to; 1 GiB by default.
	Unpacked int64
	// Ratio is how many times larger an archive, or an entry of it, may become by
	// unpacking; 100 by default. It is not asked of what unpacks to less than 10 MiB.
	Ratio int64
	// Depth is how many archives may lie in one another; 1 by default: no archive
	// in an archive. An Office file does not count as an archive: it may lie in
	// one and is looked into as well.
	Depth int
	// Opaque lets files through that cannot be looked into: encrypted ones, and
	// archives of other kinds than ZIP, tar and gzip. Meant for hosts whose
	// scanner judges them.
	Opaque bool
}

// withDefaults is l with every zero field replaced.
func (l *Limits) withDefaults() Limits {
	var d Limits
	if l != nil {
		d = *l
	}
	d.Pixels = or(d.Pixels, 50_000_000)
	d.Frames = or(d.Frames, 1000)
	d.Memory = or(d.Memory, 256<<20)
	d.Entries = or(d.Entries, 5000)
	d.Unpacked = or(d.Unpacked, 1<<30)
	d.Ratio = or(d.Ratio, 100)
	d.Depth = or(d.Depth, 1)
	return d
}

func or[T int | int64](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

// unlikely reports whether so much from so little is a bomb's doing.
func (l *Limits) unlikely(unpacked, packed int64) bool {
	return unpacked > 10<<20 && unpacked/max(packed, 1) >= l.Ratio
}
