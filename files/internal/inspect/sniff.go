package inspect

import (
	"bytes"
	"mime"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

const (
	octets = "application/octet-stream"
	plain  = "text/plain"

	// sniffed is how much of a file's start its type is found from.
	sniffed = 4096
)

// sniff is the type that the first bytes of a file show.
func sniff(head []byte) string {
	t := essence(mimetype.Detect(head).String())
	if t == octets && bytes.HasPrefix(head, []byte("{\\rt")) {
		return "text/rtf" // readers of RTF need no more than this
	}
	return t
}

// essence is a MIME type in lower case without its parameters. What cannot be
// parsed is as good as nothing: a claim that says nothing is no lie.
func essence(t string) string {
	if t == "" {
		return ""
	}
	e, _, err := mime.ParseMediaType(t)
	if err != nil && err != mime.ErrInvalidMediaParameter {
		return ""
	}
	return e
}

// within reports whether a type is one of the kinds below another, as a Word
// file is a ZIP and JSON is text.
func within(t, kind string) bool {
	for m := mimetype.Lookup(t); m != nil; m = m.Parent() {
		if m.Is(kind) {
			return true
		}
	}
	return false
}

// textual reports whether a type is text for people or for parsers.
func textual(t string) bool { return strings.HasPrefix(t, "text/") || within(t, plain) }

// decodable reports whether this package decodes the images of a type.
func decodable(t string) bool {
	switch t {
	case "image/jpeg", "image/png", "image/apng", "image/gif", "image/webp", "image/bmp", "image/tiff":
		return true
	}
	return false
}

// opaqueArchive reports whether a type packs files in a way that is not looked into.
func opaqueArchive(t string) bool {
	switch t {
	case "application/vnd.rar", "application/x-7z-compressed", "application/x-xz", "application/x-bzip2",
		"application/zstd", "application/lzip", "application/vnd.ms-cab-compressed", "application/x-installshield",
		"application/x-cpio", "application/x-xar", "application/x-archive", "application/zlib":
		return true
	}
	return false
}

// dangerousType is why bytes of a type are blocked whatever they are called.
func dangerousType(t string) code {
	switch t {
	case "application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-object",
		"application/x-executable", "application/x-sharedlib", "application/x-coredump", "application/x-mach-binary",
		"application/x-java-applet", "application/java-archive", "application/vnd.android.package-archive",
		"application/x-chrome-extension", "application/vnd.debian.binary-package", "application/x-rpm",
		"application/x-ms-installer", "application/x-shockwave-flash", "application/wasm",
		"application/x-bytecode.python":
		return executable
	case "text/x-shellscript", "text/x-php", "text/x-perl", "text/x-python", "text/x-ruby", "text/x-lua", "text/x-tcl",
		"text/javascript", "application/x-ms-shortcut":
		return script
	case "text/html", "application/xhtml+xml", "application/vnd.ms-htmlhelp", "application/onenote":
		return active
	}
	return fine
}
