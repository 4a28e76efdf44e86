// Package inspect looks at the bytes of a file that someone sends and says
// whether they can be given to others: what they really are, whether they are
// whole, and whether something in them acts on its own (FILE-2, FILE-3).
//
// [File] answers with a [Report]: Good, Broken (it must be sent again: cut short,
// not decodable, not what its name or its claimed type says) or Blocked (it must
// not be given to anyone). It never trusts a name or a claim, and never unpacks:
// archives and Office files are judged by their directories, and only the few
// small parts that decide are read. Everything has a bound, see [Limits], and
// the time is linear in the size of the file.
//
// [Thumbnail] makes a small picture that shares no byte with the original.
//
// # Codes
//
// A [Report] that is not plainly good has one of these codes. They are stable.
//
//	broken   empty            no byte
//	         type-mismatch    bytes, name and claimed type do not fit together
//	         truncated        the end is missing
//	         corrupt          cannot be decoded
//	         unsupported      a variant of a known format that cannot be decoded
//	blocked  executable       a program, an installer, a disk image
//	         script           a script, a shortcut
//	         active-content   HTML; SVG, XML, PDF that run, load or expand something
//	         polyglot         a second format in front of, inside or after the first
//	         macros           an Office file with macros
//	         embedded-object  an Office file with an embedded program object
//	         external-link    an Office file that loads something from elsewhere
//	         encrypted        cannot be looked into (but see Limits.Opaque)
//	         opaque-archive   an archive of a kind that cannot be looked into (as well)
//	         archive-bomb     unpacks to too much, or its entries share their bytes
//	         archive-entries  too many entries
//	         archive-names    absolute, climbing or otherwise unsafe names of entries
//	         archive-twins    two entries of one name
//	         archive-forged   an entry's two headers contradict each other
//	         nested-archive   an archive in an archive, deeper than Limits.Depth
//	         image-too-large  more pixels, frames or memory than allowed
//	         too-complex      cannot be looked into within the limits
//	good     trailing-data    a remark: harmless bytes after the end of an image or archive
package inspect
