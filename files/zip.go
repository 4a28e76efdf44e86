package files

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/chatkernel/chatkernel/interaction"
)

// WriteZIP writes one ZIP of the sent files to w, as it reads them (FILE-4): it
// makes no temporary file, and what it holds does not depend on their sizes. The
// host gives the files that the viewer may see, of both directions, as the log
// has them. Those that are not available are left out, also where the cabinet
// knows it better than the log, and those whose bytes are gone.
// Names are made unique.
//
// An error, also one that sent gives, leaves an unfinished archive in w, which
// no program takes for a whole one.
func (c *Cabinet) WriteZIP(ctx context.Context, w io.Writer, sent iter.Seq2[interaction.SentFile, error]) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, uncompressed())
	names := make(nameSet)
	buf := make([]byte, 2*blockSize)
	for f, err := range sent {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := c.writeEntry(ctx, archive, &f, names, buf); err != nil {
			return fmt.Errorf("files: %s in the archive: %w", f.ID, err)
		}
	}
	return archive.Close()
}

func (c *Cabinet) writeEntry(ctx context.Context, archive *zip.Writer, f *interaction.SentFile, names nameSet, buf []byte) error {
	content, _, err := c.Open(ctx, f.File)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNotAvailable) {
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: names.add(SafeName(f.Name)), Modified: f.At, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(entry, &patient{ctx, reader(content)}, buf)
	return err
}

// patient reads as long as its context lives.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// uncompressed writes entries in the form of compressed ones without compressing
// them, one after the other. Most files of a chat are compressed already. The
// form is the one that every program can read from a stream; an entry of the
// method Store would have to say its checksum before its bytes.
func uncompressed() zip.Compressor {
	var one *flate.Writer
	return func(w io.Writer) (io.WriteCloser, error) {
		if one == nil {
			var err error
			one, err = flate.NewWriter(w, flate.NoCompression)
			return one, err
		}
		one.Reset(w)
		return one, nil
	}
}
