package inspect

import (
	"context"
	"errors"
	"io"

	"github.com/chatkernel/chatkernel/files/icon"
)

// errSize is the answer to a size that no file has.
var errSize = errors.New("inspect: negative size")

// File looks at the size bytes of r, which came under a name (that may be empty)
// and with a claimed MIME type (likewise). What it finds wrong with the file is in
// the report and is no error: an error means that the bytes could not be read, or
// that ctx is done, and then there is no report.
//
// A file that is broken and dangerous is Blocked. File keeps nothing, starts
// nothing, and may be called by any number of goroutines; r must allow that only
// if they share it.
func File(ctx context.Context, r io.ReaderAt, size int64, name, claimed string, l *Limits) (Report, error) {
	if size < 0 {
		return Report{}, errSize
	}
	s := &source{ctx: ctx, r: r, size: size}
	x := &look{source: s, limits: l.withDefaults()}
	x.file(extension(name), essence(claimed))
	if s.err == nil {
		s.err = ctx.Err()
	}
	if s.err != nil {
		return Report{}, s.err
	}
	c := x.code
	x.Verdict, x.Code, x.Reason, x.Icon = c.verdict(), string(c), c.sentence(), icon.For(x.Type)
	return x.Report, nil
}

// A look is one file being looked at.
type look struct {
	Report
	*source
	limits Limits
	code   code
}

// says keeps the gravest of what is found: Blocked over Broken over a remark,
// and the first among equals.
func (x *look) says(c code) {
	if c.verdict() > x.code.verdict() || x.code == fine {
		x.code = c
	}
}

func (x *look) file(ext, claim string) {
	head := x.at(0, sniffed)
	x.Type = sniff(head)
	if x.size == 0 {
		x.says(empty)
	}
	x.says(dangerousType(x.Type))
	x.content(head, ext)
	if !x.isZip() && !isOLE(head) && x.hiddenZip() {
		if x.Type == octets {
			x.Type = "application/zip"
		}
		x.says(polyglot)
	}
	x.says(dangerousName(ext))
	if x.size != 0 && !fits(x.Type, ext, claim) {
		x.says(mismatch)
	}
}

// content looks into the file by its type, and may learn a better one.
func (x *look) content(head []byte, ext string) {
	switch {
	case x.size == 0:
	case decodable(x.Type):
		x.image(head)
	case x.Type == "application/pdf":
		x.says(x.pdf())
	case isOLE(head):
		x.says(lookOLE(x.source, &x.limits))
	case x.Type == "application/gzip":
		x.says(x.gzip())
	case x.Type == "application/x-tar":
		x.says(x.tar())
	case x.isZip():
		x.zip()
	case boxed(x.Type):
		x.says(x.boxes())
	case len(head) >= 12 && string(head[:4]) == "RIFF":
		x.says(x.riff(head))
	case x.Type == "text/rtf":
		x.says(x.rtf())
	case x.Type == octets || textual(x.Type):
		x.text(head, ext)
	case opaqueArchive(x.Type) && !x.limits.Opaque:
		x.says(opaque)
	}
}
