package inspect

import "strings"

// icon is the kind of picture that stands for a type.
func icon(t string) string {
	switch {
	case t == "application/pdf":
		return "pdf"
	case opaqueArchive(t):
		return "archive"
	}
	switch t {
	case "image/svg+xml", "text/html", "text/xml", "application/json", "application/xhtml+xml", "application/geo+json",
		"application/x-ndjson", "text/x-php", "text/javascript", "text/x-lua", "text/x-perl", "text/x-python",
		"text/x-ruby", "text/x-tcl", "text/x-shellscript":
		return "code"
	case "text/csv", "text/tab-separated-values", "application/vnd.ms-excel", typeXLSX, typeODF + "spreadsheet",
		typeODF + "spreadsheet-template", "application/vnd.sun.xml.calc", "application/vnd.lotus-1-2-3":
		return "sheet"
	case "application/vnd.ms-powerpoint", typePPTX, typeODF + "presentation", typeODF + "presentation-template":
		return "slides"
	case "application/msword", typeDOCX, typeODF + "text", typeODF + "text-template", "text/rtf", "application/epub+zip",
		"application/vnd.wordperfect", "application/vnd.ms-publisher", "application/postscript",
		"application/x-mobipocket-ebook", typeODF + "graphics", typeODF + "formula", "application/x-ole-storage":
		return "document"
	case "application/zip", "application/gzip", "application/x-tar", "application/java-archive":
		return "archive"
	case "application/ogg":
		return "audio"
	case "application/vnd.apple.mpegurl", "application/vnd.rn-realmedia-vbr":
		return "video"
	}
	kind, sub, _ := strings.Cut(t, "/")
	switch {
	case kind == "image" || kind == "audio" || kind == "video":
		return kind
	case strings.HasSuffix(sub, "+xml") || strings.HasSuffix(sub, "+json"):
		return "code"
	case kind == "text" || kind == "message":
		return "text"
	}
	return "other"
}
