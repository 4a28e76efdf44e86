// Package chatxml reads and writes the chat-transcript XML of the reference
// system, and turns it into a log of this library and back (HIST-6).
//
// A transcript is a list of events: somebody joined (newParty), wrote (message),
// something was noted (notice), somebody left (partyLeft).
//
//	<chatTranscript startAt="2024-01-02T03:04:05Z" sessionId="000AAaBBBB000001">
//	<newParty userId="0000000000000A01" timeShift="0" visibility="ALL" eventId="1">
//	  <userInfo personId="" userNick="Pat" userType="CLIENT" protocolType="FLEX" timeZoneOffset="60"/>
//	</newParty>
//	<message userId="0000000000000A01" timeShift="20" visibility="ALL" eventId="4"><msgText>Hello</msgText></message>
//	</chatTranscript>
//
// # Reading and keeping
//
// [Parse] is lenient in reading and lossless in keeping. A [Document] holds every
// element, attribute and text in the order in which it was read, also what
// nobody knows; [Document.WriteTo] writes all of it again. Left out is what is
// formatting: the prolog, comments and processing instructions, white space
// between elements, which quotes, entities and empty-element tags were used.
//
// # Importing
//
// [Import] makes a log of a past chat that replays to an interaction that is
// done. What a log of this library cannot say (event ids, protocols, user data,
// unknown attributes) stays in it too: behind the records that an element
// became stands one that holds the element itself and that nobody sees. So the
// log alone gives the transcript back, with [Original].
//
// # Exporting
//
// [Export] writes what one viewer may see of a chat, of this library's own as
// well as of an imported one. It asks the one filter of the library for each
// record (PART-2), so that a consultation is in nobody's history.
//
// Nothing here keeps anything; all functions may be called by many goroutines.
package chatxml
