package urlsafe_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/chatkernel/chatkernel/urlsafe"
)

// What a contact wrote, ready for a page.
func Example() {
	links := urlsafe.New(&urlsafe.Policy{Protected: []string{"mybank.com"}})
	fmt.Println(links.HTML("1 < 2, see mybank.com/help"))
	// Output:
	// 1 &lt; 2, see <a href="https://mybank.com/help" rel="noopener noreferrer nofollow" title="https://mybank.com/help">mybank.com/help</a>
}

// A name in front of the host, letters that only look like Latin ones, and a host
// that begins like another: all are named, and none is shown as what it pretends.
func ExampleLinks_Find() {
	links := urlsafe.New(&urlsafe.Policy{Protected: []string{"mybank.com"}})
	for _, link := range links.Find("http://mybank.com@evil.net/x or https://mуbank.com or mybank.com.evil.net or joe@mybank.com") {
		fmt.Println(link.Kind, link.Level, link.Text)
		for _, f := range link.Findings {
			fmt.Printf("  %s: %s\n", f.Code, f.Sentence)
		}
	}
	// Output:
	// web suspicious http://evil.net/x
	//   user-name: What stands before the @ is a user name and not where it leads. It really leads to evil.net.
	// web suspicious https://xn--mbank-eze.com
	//   mixed-script: The name of the host mixes letters of several scripts. It really is xn--mbank-eze.com.
	//   look-alike: It looks like mybank.com and is another host: xn--mbank-eze.com.
	// web suspicious https://mybank.com.evil.net
	//   look-alike: It looks like mybank.com and is another host: mybank.com.evil.net.
	// mail ok joe@mybank.com
}

// A host that draws itself.
func ExampleLinks_Segments() {
	links := urlsafe.New(&urlsafe.Policy{Region: "US"})
	for _, s := range links.Segments("Call (415) 555-2671 or see example.com.") {
		if s.Link == nil {
			fmt.Printf("words %q\n", s.Source)
			continue
		}
		fmt.Printf("%s %q opens %s\n", s.Link.Kind, s.Source, s.Link.Href)
	}
	// Output:
	// words "Call "
	// phone "(415) 555-2671" opens tel:+14155552671
	// words " or see "
	// web "example.com" opens https://example.com/
	// words "."
}

// For a log or a mail, where nothing else can say where a link leads.
func ExampleLinks_Plain() {
	links := urlsafe.New(nil)
	fmt.Println(links.Plain("see http://0x7f.1/"))
	// Output: see http://0x7f.1/ [⚠ http://127.0.0.1/ The address of a computer is written in an unusual way. It really leads to 127.0.0.1.]
}

// Words in front of a target: both are text, and what they pretend is a finding.
func ExampleLinks_FromHTML() {
	links := urlsafe.New(nil)
	message := links.FromHTML(`Log in at <a href="https://evil.net/login">www.mybank.com</a>, please.`)
	fmt.Println(message.Text)
	for _, f := range message.Links[1].Findings {
		fmt.Println(f.Sentence)
	}
	// Output:
	// Log in at www.mybank.com <https://evil.net/login>, please.
	// The text names www.mybank.com, but it leads to evil.net.
}

func ExampleLinks_FromMarkdown() {
	links := urlsafe.New(nil)
	fmt.Println(links.FromMarkdown("See [our *new* prices][1] and [example.com](https://example.com).\n\n[1]: https://example.com/prices").Text)
	// Output: See our *new* prices <https://example.com/prices> and example.com.
}

func ExampleLinks_Check() {
	links := urlsafe.New(nil)
	link, err := links.Check("Example.com/help desk")
	fmt.Println(link.Href, err)

	_, err = links.Check("https://help@evil.net")
	var refused *urlsafe.RefusedError
	if errors.As(err, &refused) {
		fmt.Println(refused.Findings[0].Code)
	}
	// Output:
	// https://example.com/help%20desk <nil>
	// user-name
}

// Every pushed address passes the gate, on every path into the kernel.
func ExampleGate() {
	links := urlsafe.New(nil)
	var options chatkernel.Options
	options.Gates.URL = urlsafe.Gate[*interaction.State, chatkernel.Actor, interaction.PushURL](links)

	push, err := options.Gates.URL(context.Background(), "chat-1", nil, chatkernel.Actor{}, interaction.PushURL{URL: "example.com"})
	fmt.Println(push.URL, err)
	// Output: https://example.com/ <nil>
}

func ExampleHistory() {
	ctx := context.Background()
	history := urlsafe.NewHistory(urlsafe.New(nil), new(memstore.URLs), 50)
	for _, pushed := range []string{"https://example.com/Help", "https://example.com/bill"} {
		if err := history.Add(ctx, "agent:maria", pushed); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(history.Suggest(ctx, "agent:maria", "hel", 5))
	// Output: [https://example.com/Help] <nil>
}

// A checker never asks the network that it runs in.
func ExampleHTTPChecker() {
	checker := urlsafe.NewHTTPChecker(urlsafe.New(nil), nil)
	answer, err := checker.CheckURL(context.Background(), "http://169.254.169.254/latest/meta-data/")
	fmt.Println(answer.OK(), answer.Reason, err)
	// Output: false private <nil>
}

func ExampleLink_Shorten() {
	links := urlsafe.New(nil)
	link := links.Find("https://www.mybank.com.login.evil.co.uk/account/settings")[0]
	fmt.Println(link.Shorten(45))
	fmt.Println(link.Shorten(30))
	// Output:
	// https://www.mybank.com.login.evil.co.uk/acco…
	// https://….evil.co.uk/…
}

func ExamplePushText() {
	fmt.Println(urlsafe.PushText("", "https://example.com/"))
	// Output: Please navigate to the link: https://example.com/
}

// An application for contacts of two languages. Who speaks another one reads
// English, as with no wording at all.
func ExamplePushWording() {
	policy := interaction.DefaultPolicy()
	policy.Messages = []interaction.Messages{
		{Language: "de", Greeting: "Guten Tag", PushedURL: urlsafe.PushWording("de")},
		{Language: "es", Greeting: "Hola", PushedURL: "Abra el enlace: <url>"},
	}

	fmt.Println(urlsafe.PushText(policy.Messages[0].PushedURL, "https://example.com/"))
	// Output: Bitte öffnen Sie den Link: https://example.com/
}
