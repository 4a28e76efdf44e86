package inspect

// Verdict says what may be done with a file.
type Verdict uint8

// Good files may be given to others, Broken ones must be sent again, Blocked
// ones must reach nobody.
const (
	Good Verdict = iota
	Broken
	Blocked
)

// String is "good", "broken" or "blocked".
func (v Verdict) String() string {
	switch v {
	case Good:
		return "good"
	case Broken:
		return "broken"
	default:
		return "blocked"
	}
}

// A Report is what [File] found.
type Report struct {
	Verdict Verdict
	Code    string // why, one of the codes of the package comment; empty for a file that is plainly good
	Reason  string // the code as an English sentence; it holds nothing of the file
	Type    string // the MIME type by content, without parameters; application/octet-stream if unknown
	Icon    string // image, pdf, text, document, sheet, slides, archive, audio, video, code or other

	// Of images that can be decoded: the size in pixels as stored (before any
	// turning upright), and the number of frames or pages. Zero otherwise.
	Width, Height, Frames int
}

// A code is why a file is not plainly good; the package comment explains them.
type code string

const (
	fine code = ""

	empty       code = "empty"
	mismatch    code = "type-mismatch"
	truncated   code = "truncated"
	corrupt     code = "corrupt"
	unsupported code = "unsupported"

	executable   code = "executable"
	script       code = "script"
	active       code = "active-content"
	polyglot     code = "polyglot"
	macros       code = "macros"
	embedded     code = "embedded-object"
	external     code = "external-link"
	encrypted    code = "encrypted"
	opaque       code = "opaque-archive"
	bomb         code = "archive-bomb"
	tooMany      code = "archive-entries"
	unsafeNames  code = "archive-names"
	twins        code = "archive-twins"
	forged       code = "archive-forged"
	nested       code = "nested-archive"
	tooLarge     code = "image-too-large"
	tooComplex   code = "too-complex"
	trailingData code = "trailing-data"
)

// verdict is what a code means for the file.
func (c code) verdict() Verdict {
	switch c {
	case fine, trailingData:
		return Good
	case empty, mismatch, truncated, corrupt, unsupported:
		return Broken
	default:
		return Blocked
	}
}

// sentence is the code for people.
func (c code) sentence() string {
	switch c {
	case fine:
		return ""
	case empty:
		return "The file is empty."
	case mismatch:
		return "The content of the file does not fit its name or its type."
	case truncated:
		return "The file is cut short."
	case corrupt:
		return "The file is damaged and cannot be read."
	case unsupported:
		return "The file is of a variant of its format that cannot be read."
	case executable:
		return "The file is or contains a program."
	case script:
		return "The file is or contains a script or a shortcut."
	case active:
		return "The file contains active content."
	case polyglot:
		return "The file hides a second file of another kind."
	case macros:
		return "The file contains macros."
	case embedded:
		return "The file contains an embedded object."
	case external:
		return "The file loads content from elsewhere."
	case encrypted:
		return "The file is encrypted and cannot be checked."
	case opaque:
		return "The archive is of a kind that cannot be checked."
	case bomb:
		return "The file would unpack to far more than its size."
	case tooMany:
		return "The archive has too many entries."
	case unsafeNames:
		return "The archive has entries with unsafe names."
	case twins:
		return "The archive has several entries of one name."
	case forged:
		return "The directory of the archive contradicts its content."
	case nested:
		return "The archive contains another archive."
	case tooLarge:
		return "The image has too many pixels."
	case tooComplex:
		return "The file is too complex to be checked."
	default:
		return "The file is followed by data that does not belong to it."
	}
}
