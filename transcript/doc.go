// Package transcript turns what a viewer may see of a chat into what a screen
// shows: entries that are ready to draw, a header for the chat as a whole, and
// a plain text to copy (DESK-6).
//
// A [View] joins a snapshot of the interaction, a viewer, the words of the
// viewer's language, and, where the host wants links to be judged, its
// [urlsafe.Links]. [View.Entry] makes an entry from each record that the
// kernel showed; [View.Header] says how the chat stands. Nothing is kept: the
// functions give the same for the same input and may be called by many
// goroutines at once.
//
// Everything here keeps to the audiences: what the contact gets depends on
// nothing but what the contact sees, so that a consultation, a monitor, an
// invitation or an internal note leaves no trace in it (PART-2).
//
// The types are also the wire form of package gateway: their JSON is stable.
package transcript
