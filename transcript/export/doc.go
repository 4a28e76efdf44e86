// Package export writes one chat as one viewer may read it: as plain text, as a
// page to keep or to print, as JSON, and in the shape of Amazon Connect's chat
// transcripts (HIST-6). The transcript XML of the reference system is in package
// chatxml beside it.
//
//	v := transcript.View{State: &state, Viewer: interaction.Viewer{ID: "agent:maria", Purpose: interaction.History}}
//	chat := export.Of("chat-7", v, export.Shown(v, log))
//	chat.Language, chat.Zone = "de", "Europe/Berlin"
//	err := export.HTML(w, &chat)
//
// A [Chat] is a value. Everything in it comes from records that
// [interaction.State.Show] gave to this viewer, and this package has no opinion
// of its own about who may see what: case data, notes and names are collected
// from those records and never taken from the state. So what is hidden from a
// viewer leaves no trace in an export, in any format (PART-2, CONS-10).
//
// [Text], [HTML], [JSON] and [Connect] write as they go and hold a few kilobytes of
// the output. They stop at the writer's first error and give it back; JSON alone
// has one of its own, for times beyond the year 9999. Bytes that are not UTF-8
// become U+FFFD. [ParseJSON] reads a Chat again, and [Schema] describes the JSON.
//
// Nothing here keeps anything; all functions may be called by many goroutines.
package export
