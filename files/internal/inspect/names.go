package inspect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
)

// extension is what a desktop goes by: the last extension of a name in lower
// case, without the dot. Characters that do not show, and dots and spaces at the
// end, which Windows drops, do not hide it. A name that is nothing but an
// extension (".bashrc") has none.
func extension(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		if r == '．' || r == '。' || r == '｡' { // normalised to a dot by many
			return '.'
		}
		return r
	}, name)
	name = strings.TrimRightFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i > 32 {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(name[i+1:]))
}

// dangerousName is why a file is blocked that a desktop would start or obey
// because of its extension, whatever is in it.
func dangerousName(ext string) code {
	switch ext {
	case "exe", "com", "scr", "pif", "cpl", "dll", "ocx", "sys", "drv", "xll", "msi", "msp", "mst", "msix", "msixbundle",
		"appx", "appxbundle", "application", "appref-ms", "gadget", "jar", "jnlp", "war", "ear", "class", "apk", "aab",
		"xapk", "ipa", "deb", "rpm", "pkg", "mpkg", "dmg", "iso", "img", "vhd", "vhdx", "wim", "app", "appimage", "run",
		"elf", "so", "dylib", "ko", "xpi", "crx", "swf", "xbap", "pyc", "pyz", "pyzw", "flatpakref", "snap":
		return executable
	case "bat", "cmd", "btm", "ps1", "ps1xml", "ps2", "psc1", "psm1", "psd1", "vb", "vbs", "vbe", "js", "jse", "mjs",
		"cjs", "ws", "wsf", "wsc", "wsh", "sct", "hta", "msc", "msh", "reg", "inf", "ins", "isp", "scf", "lnk", "url",
		"website", "webloc", "fileloc", "inetloc", "desktop", "directory", "library-ms", "search-ms", "searchconnector-ms",
		"settingcontent-ms", "theme", "themepack", "diagcab", "sh", "bash", "zsh", "csh", "ksh", "fish", "command",
		"tool", "action", "workflow", "terminal", "scpt", "applescript", "py", "pyw", "pl", "rb", "lua", "tcl", "php",
		"php3", "php4", "php5", "php7", "php8", "phps", "pht", "phtml", "phar", "jsp", "jspx", "asp", "aspx", "ashx",
		"asmx", "cgi", "htaccess", "iqy", "oqy", "rqy", "slk", "rdp":
		return script
	case "html", "htm", "xhtml", "xht", "shtml", "shtm", "mht", "mhtml", "chm", "hlp", "one", "svgz", "xsl", "xslt":
		return active
	case "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam", "sldm", "xla":
		return macros
	}
	return fine
}

// text is the mark of extensions under which any text goes.
const anyText = "text/*"

// belongs lists the types, of content and of claims, that go under an extension.
// Extensions that it does not know say nothing about the content.
func belongs(ext string) []string {
	switch ext {
	case "jpg", "jpeg", "jpe", "jfif", "pjpeg":
		return []string{"image/jpeg", "image/jpg", "image/pjpeg"}
	case "png", "apng":
		return []string{"image/png", "image/apng", "image/x-png", "image/vnd.mozilla.apng"}
	case "gif":
		return []string{"image/gif"}
	case "webp":
		return []string{"image/webp"}
	case "bmp", "dib":
		return []string{"image/bmp", "image/x-ms-bmp", "image/x-bmp"}
	case "tif", "tiff":
		return []string{"image/tiff"}
	case "ico", "cur":
		return []string{"image/x-icon", "image/vnd.microsoft.icon"}
	case "heic", "heif", "hif", "heics", "heifs":
		return []string{"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}
	case "avif":
		return []string{"image/avif"}
	case "jxl":
		return []string{"image/jxl"}
	case "jp2", "jpx", "jpf":
		return []string{"image/jp2", "image/jpx"}
	case "psd":
		return []string{"image/vnd.adobe.photoshop"}
	case "svg":
		return []string{"image/svg+xml"}
	case "pdf":
		return []string{"application/pdf"}
	case "rtf":
		return []string{"text/rtf", "application/rtf", "application/msword"}
	case "doc", "dot": // Word writes RTF under this name as well
		return []string{"application/msword", "application/x-ole-storage", "text/rtf", "application/rtf"}
	case "xls", "xlt":
		return []string{"application/vnd.ms-excel", "application/x-ole-storage"}
	case "ppt", "pps", "pot":
		return []string{"application/vnd.ms-powerpoint", "application/x-ole-storage"}
	case "msg":
		return []string{"application/vnd.ms-outlook", "application/x-ole-storage"}
	case "docx", "dotx":
		return []string{typeDOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.template"}
	case "xlsx", "xltx":
		return []string{typeXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.template"}
	case "pptx", "ppsx", "potx":
		return []string{typePPTX, "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
			"application/vnd.openxmlformats-officedocument.presentationml.template"}
	case "odt", "ott":
		return []string{typeODF + "text", typeODF + "text-template"}
	case "ods", "ots":
		return []string{typeODF + "spreadsheet", typeODF + "spreadsheet-template"}
	case "odp", "otp":
		return []string{typeODF + "presentation", typeODF + "presentation-template"}
	case "odg", "otg":
		return []string{typeODF + "graphics", typeODF + "graphics-template"}
	case "epub":
		return []string{"application/epub+zip"}
	case "zip":
		return []string{"application/zip", "application/x-zip-compressed", "application/x-zip"}
	case "gz", "tgz":
		return []string{"application/gzip", "application/x-gzip", "application/x-compressed", "application/x-tgz",
			"application/x-compressed-tar", "application/x-gtar"}
	case "tar":
		return []string{"application/x-tar", "application/tar"}
	case "rar":
		return []string{"application/vnd.rar", "application/x-rar-compressed", "application/x-rar"}
	case "7z":
		return []string{"application/x-7z-compressed"}
	case "bz2", "tbz", "tbz2":
		return []string{"application/x-bzip2", "application/x-bzip"}
	case "xz", "txz":
		return []string{"application/x-xz"}
	case "zst":
		return []string{"application/zstd"}
	case "mp3":
		return []string{"audio/mpeg", "audio/mp3", "audio/x-mpeg"}
	case "wav":
		return []string{"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}
	case "ogg", "oga", "ogv", "opus", "spx":
		return []string{"application/ogg", "audio/ogg", "video/ogg", "audio/opus"}
	case "flac":
		return []string{"audio/flac", "audio/x-flac"}
	case "aac":
		return []string{"audio/aac", "audio/vnd.dlna.adts", "audio/x-aac"}
	case "amr":
		return []string{"audio/amr"}
	case "aif", "aiff":
		return []string{"audio/aiff", "audio/x-aiff"}
	case "mid", "midi":
		return []string{"audio/midi", "audio/mid", "audio/x-midi"}
	case "mp4", "m4v", "m4a", "m4b", "mov", "qt", "3gp", "3gpp", "3g2":
		return []string{"video/mp4", "video/x-m4v", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4",
			"audio/x-m4a", "audio/m4a", "audio/3gpp"}
	case "webm", "mkv", "mka", "weba":
		return []string{"video/webm", "audio/webm", "video/matroska", "video/x-matroska", "audio/x-matroska"}
	case "avi":
		return []string{"video/x-msvideo", "video/avi", "video/msvideo"}
	case "wmv", "asf", "wma":
		return []string{"video/x-ms-asf", "video/x-ms-wmv", "audio/x-ms-wma"}
	case "mpg", "mpeg":
		return []string{"video/mpeg"}
	case "flv":
		return []string{"video/x-flv"}
	case "csv", "tsv", "tab": // browsers on Windows claim what opens them
		return []string{anyText, "application/vnd.ms-excel", "application/csv", "application/x-csv"}
	case "xml", "xsd", "gpx", "kml", "json", "jsonl", "ndjson", "geojson", "har", "yaml", "yml", "toml":
		return []string{anyText, "application/xml", "application/json", "application/yaml", "application/x-yaml",
			"application/toml", "application/x-ndjson", "application/geo+json", "application/gpx+xml"}
	case "txt", "text", "log", "md", "markdown", "ini", "conf", "cfg", "properties", "srt", "vtt", "ics", "vcf", "eml", "diff",
		"patch", "tex", "asc":
		return []string{anyText, "message/rfc822", "application/x-subrip"}
	}
	return nil
}

// fits reports whether content, extension and claim belong together.
func fits(t, ext, claim string) bool {
	row := belongs(ext)
	if row != nil && !oneOf(t, row) {
		return false
	}
	switch claim {
	case "", octets, "binary/octet-stream", "application/x-download", "application/force-download",
		"application/download", "application/unknown", "unknown/unknown", "application/x-unknown":
		return true // claims nothing
	}
	if same(t, claim) || row != nil && oneOf(claim, row) {
		return true // in the second case, content and claim both fit the name
	}
	return plausible(t, claim)
}

// plausible reports whether a claim that the name does not explain still may be
// meant for such content.
func plausible(t, claim string) bool {
	if textual(t) {
		return textual(claim) || mimetype.Lookup(claim) == nil && !media(claim) ||
			claim == "application/xml" || claim == "application/json"
	}
	if within(t, claim) && claim != plain {
		return true // a Word file claimed to be a ZIP
	}
	for _, ext := range [...]string{"jpg", "png", "bmp", "ico", "heic", "doc", "xls", "ppt", "docx", "xlsx", "pptx", "gz", "rar",
		"zip", "mp3", "wav", "ogg", "aac", "mid", "mp4", "webm", "avi", "wmv"} {
		if row := belongs(ext); oneOf(t, row) && oneOf(claim, row) {
			return true // another name of the same
		}
	}
	// A type that nobody here has heard of is a lie only if it says what it shows.
	return mimetype.Lookup(claim) == nil && !media(claim) && !strings.HasPrefix(claim, "text/")
}

// media reports whether a type promises something to see or to hear.
func media(t string) bool {
	return strings.HasPrefix(t, "image/") || strings.HasPrefix(t, "audio/") || strings.HasPrefix(t, "video/")
}

// same reports whether two names mean one type.
func same(t, u string) bool {
	if t == u {
		return true
	}
	m := mimetype.Lookup(t)
	return m != nil && m.Is(u)
}

func oneOf(t string, row []string) bool {
	for _, u := range row {
		if t == u || u == anyText && textual(t) {
			return true
		}
	}
	return false
}
