// Package files carries what people put into a chat besides text, in both
// directions and safely (FILE-1 … FILE-9).
//
// A file is sent in two steps. First its bytes: [Cabinet.Upload] reads a stream,
// refuses it as early as it can, keeps it in a [Store], and looks into it. Then
// the command: an interaction.SendFile with the file's id makes it part of the
// chat. [Cabinet.Gate] is the kernel's gate for that command, and takes
// everything but the id from what the cabinet itself knows. Bytes without a
// command are swept ([Cabinet.Sweep]). Between the two steps the desktop may show
// a list of what is to be sent ([Pending]).
//
//	cabinet := files.New(store, nil) // a Dir, memstore.Files, or an adapter
//	sender, err := files.SenderIn(id, state, "contact:pat")
//	file, err := cabinet.Upload(ctx, sender, files.Upload{Name: "photo.jpg", Type: "image/jpeg"}, body)
//	_, err = k.Do(ctx, id, by, interaction.SendFile{File: file.Reference()})
//
// # Verdicts
//
// What the inspection finds is the file's verdict. A broken file (cut short, not
// decodable, not what its name says) and a blocked one (a program, macros, a
// bomb) go into the chat as well, so that everyone sees what happened and that
// it must be sent again; but none of their bytes is kept. With a [Scanner] a good
// file is closed until it was found clean. The verdict may change late; the log
// has it as an interaction.FileJudged. A file is given out only while the log and
// the cabinet both hold it for available.
//
// A file that may not be sent at all is a [*Refusal], with a stable code and a
// sentence. Nothing is kept of it.
//
// # Giving files out
//
// [Cabinet.Serve] answers an HTTP request for one file, with ranges, in a way in
// which no browser runs anything of it; [Cabinet.WriteZIP] writes all files of a
// chat as one stream. Who may see a file is not decided here: the host asks the
// interaction's state, and hands out [References] that are good for one party
// and for some time.
//
// # Memory
//
// Files are read and written as streams. What an upload, a download or an archive
// holds does not depend on the size of the file: a few hundred KiB, and 32 bytes
// for each 64 KiB of a file that is open, for verifying it. Looking into images is
// what costs memory; [Inspection] and [Options.Inspections] bound it.
//
// # Stores
//
// A [Store] keeps bytes under keys and verifies them when they are read. [Dir]
// keeps them in a directory, memstore.Files in memory; package filestest is the
// suite for authors of others, and [Copy] and [Sums] do most of their work.
package files
