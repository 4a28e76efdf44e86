// Package responses holds what an agent need not type: a library of prepared
// texts, and what is done with a text before it goes out (MSG-6, MSG-7).
//
// # Standard responses
//
// A [Library] holds [Response] values: in categories, in several languages, with
// shortcuts and attachments. It is filled from a [Source]: a folder of text
// files ([Dir]), or the host's own. [Library.Categories], [Library.In] and
// [Library.Search] are for a desktop that browses, [Library.Expand] turns a
// shortcut before the cursor into its text while the agent types, and [Fill]
// puts the contact's, the agent's and the case's data into it. Loading again
// replaces the whole library at once or, with an error, not at all.
//
// # Before sending
//
// [SpellGate] holds back a message for the contact that has misspelled words
// until its author confirms it, and [EmojiGate] turns short names into emoji.
// Both are functions for the kernel's gate for text, and [InOrder] makes one of
// several:
//
//	Gates: chatkernel.Gates{Text: responses.InOrder(
//		responses.SpellGate(speller, nil), responses.EmojiGate(),
//	)}
//
// A [Speller] is the host's; package adapters/hunspell has one.
//
// Everything here may be used by many goroutines at once.
package responses
