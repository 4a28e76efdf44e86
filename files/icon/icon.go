// Package icon says which picture stands for a file that has no thumbnail
// (FILE-3). It is a table of media types and needs nothing else, so that whoever
// only lists files need not import package files.
package icon

import "strings"

const (
	openXML      = "application/vnd.openxmlformats-officedocument."
	openDocument = "application/vnd.oasis.opendocument."
)

// For is the kind of a media type without parameters: "image", "pdf", "text",
// "document", "sheet", "slides", "archive", "audio", "video", "code" or, for all
// else, "other".
func For(mediaType string) string {
	switch strings.TrimSuffix(mediaType, "-template") {
	case "application/pdf":
		return "pdf"
	case "application/zip", "application/gzip", "application/x-tar", "application/java-archive", "application/vnd.rar",
		"application/x-7z-compressed", "application/x-xz", "application/x-bzip2", "application/zstd", "application/lzip",
		"application/vnd.ms-cab-compressed", "application/x-installshield", "application/x-cpio", "application/x-xar",
		"application/x-archive", "application/zlib":
		return "archive"
	case "image/svg+xml", "text/html", "text/xml", "application/json", "application/x-ndjson", "text/x-php",
		"text/javascript", "text/x-lua", "text/x-perl", "text/x-python", "text/x-ruby", "text/x-tcl", "text/x-shellscript":
		return "code"
	case "text/csv", "text/tab-separated-values", "application/vnd.ms-excel", openXML + "spreadsheetml.sheet",
		openDocument + "spreadsheet", "application/vnd.sun.xml.calc", "application/vnd.lotus-1-2-3":
		return "sheet"
	case "application/vnd.ms-powerpoint", openXML + "presentationml.presentation", openDocument + "presentation":
		return "slides"
	case "application/msword", openXML + "wordprocessingml.document", openDocument + "text", openDocument + "graphics",
		openDocument + "formula", "text/rtf", "application/epub+zip", "application/vnd.wordperfect",
		"application/vnd.ms-publisher", "application/postscript", "application/x-mobipocket-ebook", "application/x-ole-storage":
		return "document"
	case "application/ogg":
		return "audio"
	case "application/vnd.apple.mpegurl", "application/vnd.rn-realmedia-vbr":
		return "video"
	}
	switch kind, sub, _ := strings.Cut(mediaType, "/"); {
	case kind == "image" || kind == "audio" || kind == "video":
		return kind
	case strings.HasSuffix(sub, "+xml") || strings.HasSuffix(sub, "+json"):
		return "code"
	case kind == "text" || kind == "message":
		return "text"
	}
	return "other"
}
