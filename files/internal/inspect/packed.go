package inspect

import (
	"archive/tar"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// gzip looks at the first bytes of what is packed. It unpacks only so much as to
// find a short file whole; the length of others is declared at their ends.
func (x *look) gzip() code {
	z, err := gzip.NewReader(x.all())
	if err != nil {
		return codeOf(err)
	}
	var buf [1024]byte
	n, err := io.ReadFull(z, buf[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return codeOf(err)
	}
	const checked = 16 << 20
	if k, err := io.CopyN(io.Discard, z, checked); err != io.EOF && err != nil {
		return codeOf(err)
	} else if k < checked {
		// All of it was there, and no more than that.
	} else if last := x.at(x.size-4, 4); len(last) == 4 {
		length := int64(binary.LittleEndian.Uint32(last))
		if length > x.limits.Unpacked || x.limits.unlikely(length, x.size) {
			return bomb
		}
	}
	t := sniff(buf[:n])
	if c := dangerousType(t); c != fine {
		return c
	}
	switch {
	case t == "image/svg+xml":
		return active
	case x.limits.Opaque:
	case opaqueArchive(t) || t == "application/x-tar" || t == "application/gzip" || within(t, "application/zip"):
		return opaque // an archive inside, which would have to be unpacked
	}
	return fine
}

// tar reads the headers of a tar.
func (x *look) tar() code {
	r := tar.NewReader(x.all())
	var sum int64
	double := false
	seen := make(map[string]struct{})
	for n := 0; ; n++ {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if errors.Is(err, tar.ErrInsecurePath) {
			return unsafeNames
		}
		if err != nil {
			return codeOf(err)
		}
		if n >= x.limits.Entries {
			return tooMany
		}
		if unsafeName(h.Name) || h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink {
			return unsafeNames
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if c := dangerousName(extension(h.Name)); c != fine {
			return c
		}
		if h.Size > x.limits.Unpacked-sum { // a sparse entry is larger than its bytes
			return bomb
		}
		if sum += h.Size; x.limits.unlikely(sum, x.size) {
			return bomb
		}
		key := strings.ToLower(h.Name)
		_, ok := seen[key]
		double = double || ok
		seen[key] = struct{}{}
		var buf [1024]byte
		k, _ := io.ReadFull(r, buf[:min(h.Size, 1024)])
		t := sniff(buf[:k])
		if c := dangerousType(t); c != fine {
			return c
		}
		if within(t, "application/zip") || opaqueArchive(t) || t == "application/gzip" || t == "application/x-tar" {
			return nested
		}
	}
	if double {
		return twins
	}
	return fine
}
