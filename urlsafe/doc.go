// Package urlsafe makes links that go where they seem to go. It finds addresses,
// e-mail addresses and phone numbers in what people write, judges them, shows
// them, and renders a message so that nothing in it can deceive or run.
//
//	links := urlsafe.New(&urlsafe.Policy{Protected: []string{"bank.example"}})
//	fmt.Fprint(w, links.HTML(message))
//
// One parser reads an address, as the browser that will open it does (the URL
// standard of the WHATWG). What is shown, what is judged and what is opened are
// parts of its one result; nothing is decided by cutting strings, and nothing by
// net/url, which reads another host than browsers do in many addresses, without
// an error.
//
// # What is seen, and what is the actual address
//
// A person who reads a chat must see two things that can differ: what the other
// person wrote, exactly, and where a link really goes (URL-1). Nothing is ever
// replaced to show the second, or a message would not be a record of what was
// said:
//
//   - The text of a message stays as it was written, in HTML, in Segments and in
//     the transcript. There is no anchor text: what stands between <a> and </a> is
//     the written address itself.
//   - A link is [OK] only where the written address and the actual one say the same
//     to a reader's eye. It may lack the scheme, or differ in capitals, in
//     percent-encoding, in what the parser resolves in the path.
//   - All else is [Suspicious], with a [Finding] for each reason: a user name in
//     front of the host, an encoded host, letters that look like others. Then the
//     actual address is made visible beside the text: in the title (behind it, on
//     lines that begin with "⚠ ", what was found), in [Link.Text] and
//     [Link.Tooltip] for hosts that draw themselves, in brackets in [Links.Plain].
//   - [Link.Href], which a click opens, never has a user name. So even there
//     nothing is opened that was not shown.
//   - What cannot be allowed is [Blocked]: it is text, and opens nothing.
//
// A host that shows HTML makes the warnings visible without a mouse, and keeps
// addresses readable among scripts that run from right to left, by two rules:
//
//	a { unicode-bidi: isolate; direction: ltr }
//	a[title*="⚠"]::after { content: " ⚠ " attr(title); white-space: pre-line; color: #b00 }
//
// and each message in an element of its own with dir="auto", white-space: pre-wrap
// and unicode-bidi: isolate. A host that draws segments itself draws Source as
// the link's words and Tooltip as its tooltip; where the level is Suspicious, Text
// and the sentences stand beside it.
//
// # Markup
//
// A contact's client may send HTML or Markdown, in which words can stand in front
// of a target. [Links.FromHTML] and [Links.FromMarkdown] turn it into text in
// which the target stands behind the words, before it becomes a message. What is
// stored and shown from then on is text.
//
// # Pushed pages
//
// [Links.Check] judges and normalises what an agent wants to push, [Gate] makes it
// the kernel's gate, a [History] suggests what was pushed before, and a [Checker],
// as [HTTPChecker], says whether an address answers.
package urlsafe
