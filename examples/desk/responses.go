package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/responses"
)

//go:embed responses
var prepared embed.FS

// newLibrary reads the shop's standard responses: a text file for each, in
// English and in German (MSG-6).
func newLibrary() (*responses.Library, error) {
	folder, err := fs.Sub(prepared, "responses")
	if err != nil {
		return nil, err
	}
	library := new(responses.Library)
	return library, library.Load(context.Background(), responses.Dir{FS: folder})
}

// attachments are the files that standard responses name.
type attachments struct{}

// Attachment is files.Attachments'.
func (attachments) Attachment(_ context.Context, ref string) (files.Upload, io.ReadCloser, error) {
	f, err := prepared.Open("responses/attachments/" + ref)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		err = fmt.Errorf("%w: %w", files.ErrNotFound, err)
	}
	if err != nil {
		return files.Upload{}, nil, err
	}
	return files.Upload{Name: ref}, f, nil
}
