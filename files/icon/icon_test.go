package icon_test

import (
	"fmt"
	"testing"

	"github.com/chatkernel/chatkernel/files/icon"
	"github.com/stretchr/testify/require"
)

func TestFILE_3_every_type_has_an_icon(t *testing.T) {
	for mediaType, want := range map[string]string{
		"image/png": "image", "image/svg+xml": "code", "audio/mpeg": "audio", "video/mp4": "video", "application/ogg": "audio",
		"application/pdf": "pdf", "text/plain": "text", "text/csv": "sheet", "text/html": "code", "message/rfc822": "text",
		"application/vnd.oasis.opendocument.text-template":                        "document",
		"application/vnd.oasis.opendocument.spreadsheet":                          "sheet",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document",
		"application/vnd.ms-powerpoint":                                           "slides",
		"application/zip":                                                         "archive", "application/geo+json": "code", "application/atom+xml": "code",
		"application/octet-stream": "other", "": "other", "/": "other", "font/woff2": "other",
	} {
		require.Equal(t, want, icon.For(mediaType), mediaType)
	}
}

func ExampleFor() {
	fmt.Println(icon.For("application/pdf"), icon.For("text/csv"), icon.For("font/woff2"))
	// Output: pdf sheet other
}
