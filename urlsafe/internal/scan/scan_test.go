package scan

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"mvdan.cc/xurls/v2"
	"pgregory.net/rapid"
)

// found gives the texts of the candidates, each with its kind.
func found(text string, o *Options) []string {
	var all []string
	for _, s := range Append(nil, text, o) {
		all = append(all, [...]string{URL: "url ", Bare: "bare ", Email: "email ", Phone: "phone "}[s.Kind]+text[s.Start:s.End])
	}
	return all
}

// finds requires of each row that the text, its first field, has just the
// candidates that follow.
func finds(t *testing.T, o *Options, rows ...[]string) {
	t.Helper()
	for _, row := range rows {
		got := found(row[0], o)
		require.True(t, slices.Equal(got, row[1:]), "%q\nwant %q\ngot  %q", row[0], row[1:], got)
	}
}

func TestURL_1_FindsAddressesWithAScheme(t *testing.T) {
	finds(t, nil, [][]string{
		{"see HTTPS://Shop.Example:8443/a?b#c now", "url HTTPS://Shop.Example:8443/a?b#c"},
		{"http://printer/queue and http://localhost", "url http://printer/queue", "url http://localhost"},
		{"ssh://git.intern.lan/x.git", "url ssh://git.intern.lan/x.git"},
		{"http://müller.de/ü http://пример.рф", "url http://müller.de/ü", "url http://пример.рф"},
		{"file:///etc/motd", "url file:///etc/motd"},
		{"http://10.0.0.1:80/ http://0x7f.1/", "url http://10.0.0.1:80/", "url http://0x7f.1/"},
		{"(http://[fe80::1]:8080/x).", "url http://[fe80::1]:8080/x"},
		{"mailto:jo@office?subject=x tel:+49-30-1234;ext=7", "url mailto:jo@office?subject=x", "url tel:+49-30-1234;ext=7"},
	}...)
}

// The span is what a browser would open, with the user name that may pass for
// the host (URL-3).
func TestURL_3_AUserNameBelongsToTheAddress(t *testing.T) {
	finds(t, nil, [][]string{
		{"http://bank.example@evil.example/x", "url http://bank.example@evil.example/x"},
		{"http://me:secret@host.example", "url http://me:secret@host.example"},
		{"http://a@b@c.example", "url http://a@b@c.example"},
		{"http://bank.example∕login@evil.example", "url http://bank.example∕login@evil.example"},
		{"http://shop.example@ home", "url http://shop.example"},
		{"http://shop.example/@team", "url http://shop.example/@team"},
	}...)
}

// Browsers decode a host before they look it up, so one that is encoded is one.
func TestURL_3_AnEncodedHostIsFound(t *testing.T) {
	finds(t, nil, [][]string{
		{"see http://%65xample.com now", "url http://%65xample.com"},
		{"http://www.%65xample.com:80/a.", "url http://www.%65xample.com:80/a"},
		{"http://example%2Ecom, http://b%c3%bccher.example", "url http://example%2Ecom", "url http://b%c3%bccher.example"},
		{"http://me@%65xample.com/x", "url http://me@%65xample.com/x"},
		{"http://127.0.0.%31 http://%30x7f.1", "url http://127.0.0.%31", "url http://%30x7f.1"},
		{"http://shop.example%20now", "url http://shop.example"}, // a space is in no host
		{"http://shop.example%2Fnow", "url http://shop.example"}, // nor is a slash
		{"http://%2565xample.com http://%6 http://%zz http://%"}, // nor what is encoded twice, or not at all
		{"%65xample.com joe@%65xample.com"},                      // only behind a scheme
	}...)
}

// What is broken or unknown is refused as a whole; no part is found instead.
func TestURL_1_RefusesBrokenAddressesAsAWhole(t *testing.T) {
	for _, text := range []string{
		"http://", "http:// ", "http://?x", "http://..", "http:///x", "http://[::1", "http://[zz::]/",
		"http://-shop.com", "http://shop-.com", "http://shop._x.com", "http://shop.com_", "http://a..com",
		"http://shop.example.x/", "http://shop.99", "http://1.2.3.4.5/",
		"htttp://shop.com/x?next=shop.com", "://shop.com", "mailto:me", "mailto:me@shop-", "tel:me", "tel:12",
	} {
		require.Empty(t, found(text, &Options{NoPhones: true}), "%q", text)
	}
}

func TestURL_1_BareDomainsNeedATopLevelDomainThatExists(t *testing.T) {
	finds(t, nil, [][]string{
		{"at shop.com, www.SHOP.de/x or shop.co.uk:81", "bare shop.com", "bare www.SHOP.de/x", "bare shop.co.uk:81"},
		{"at пример.рф or shop.xn--p1ai", "bare пример.рф", "bare shop.xn--p1ai"},
		{"shop.con, www.shop.html, shop.invalid, host.local, version 1.2, a.b"},
		{"127.0.0.1 and 10.0.0.7:8080/x", "bare 127.0.0.1", "bare 10.0.0.7:8080/x"},
		{"1.2.3, 1.2.3.4.5, 256.1.1.1, 01.2.3.4, v1.2.3.4, 1.2.3.4x"},
		{"a_b.shop.com", "bare a_b.shop.com"},
		{"shop_x.com"},
		{"time.now() but time.now", "bare time.now"},
		{"Fine.So be it. Yes.It is"},
		{"Shop.Com", "bare Shop.Com"},
	}...)
}

func TestURL_1_NothingStartsInsideAWordOrAfterASigil(t *testing.T) {
	for _, text := range []string{
		"@shop.com", "#shop.com", "$shop.com", "_shop.com", "＠shop.com", "＃shop.com",
		"@http://shop.com", "#http://shop.com", "$http://shop.com", "_http://shop.com", "xhttp://shop.com", "éhttp://shop.com",
		"/shop.com", "//shop.com", "///shop.com", `C:\shop.com`, "-shop.com", "..shop.com", "50%shop.com",
		"a:b:shop.com", "#me@shop.com", "$me@shop.com", "javascript:shop.com",
	} {
		require.Empty(t, found(text, nil), "%q", text)
	}
	finds(t, nil, [][]string{
		{"you@http://shop.com", "url http://shop.com"},
		{"Link:shop.com", "bare shop.com"},
		{"x=shop.com", "bare shop.com"},
		{"-http://shop.com", "url http://shop.com"},
		{"Look.http://shop.com", "url http://shop.com"},
	}...)
}

func TestURL_1_ScriptsWithoutSpacesMayTouchAnAddress(t *testing.T) {
	finds(t, nil, [][]string{
		{"詳しくはshop.comをご覧ください", "bare shop.com"},
		{"見てhttp://shop.comです", "url http://shop.com"},
		{"見てhttp://shop.com/newをね", "url http://shop.com/new"},
		{"http://shop.com/日本/語?q=東京。次", "url http://shop.com/日本/語?q=東京"},
		{"连接shop.中国吧", "bare shop.中国"},
		{"日本.com", "bare 日本.com"},
		{"shop.com日本.com", "bare shop.com"},
		{"메일은me@shop.kr로", "email me@shop.kr"},
		{"🎉shop.com🎉 http://shop.com/x🎉", "bare shop.com", "url http://shop.com/x"},
		{"shop.com。（http://shop.com）「http://shop.com/a」", "bare shop.com", "url http://shop.com", "url http://shop.com/a"},
		{"｜http://shop.com/a｜b", "url http://shop.com/a"},
		{"ดูที่shop.comนะ", "bare shop.com"},
	}...)
}

func TestURL_1_TheEndFollowsTheText(t *testing.T) {
	finds(t, nil, [][]string{
		{"http://a.com/b.", "url http://a.com/b"},
		{"http://a.com/b?!...", "url http://a.com/b"},
		{"http://a.com/b...c,d;e:f!g", "url http://a.com/b...c,d;e:f!g"},
		{"**http://a.com/b** ~~a.com~~", "url http://a.com/b", "bare a.com"},
		{"(http://a.com/b_(c))", "url http://a.com/b_(c)"},
		{"http://a.com/b)+c", "url http://a.com/b)+c"},
		{"[x](http://a.com/b), {http://a.com/b}", "url http://a.com/b", "url http://a.com/b"},
		{"http://a.com/b[1]{2}", "url http://a.com/b[1]{2}"},
		{"http://a.com/b(and so on)", "url http://a.com/b"},
		{`"http://a.com/b" 'http://a.com/b' “http://a.com/b” «http://a.com/b»`,
			"url http://a.com/b", "url http://a.com/b", "url http://a.com/b", "url http://a.com/b"},
		{`http://a.com/it's 'here http://a.com/b'`, "url http://a.com/it's", "url http://a.com/b"},
		{`http://a.com/"b"c {"u":"http://a.com/b","v":1}`, `url http://a.com/"b"c`, "url http://a.com/b"},
		{`http://a.com/b"c http://a.com/b”c`, "url http://a.com/b", "url http://a.com/b"},
		{"http://a.com/b&amp; http://a.com/b?c=d&e", "url http://a.com/b", "url http://a.com/b?c=d&e"},
		{"<a href=http://a.com/b>x</a> `http://a.com/b`", "url http://a.com/b", "url http://a.com/b"},
		{"http://a.com: http://a.com:x http://a.com:99999", "url http://a.com", "url http://a.com", "url http://a.com"},
		{"http://a.com—or http://a.com/b—or", "url http://a.com", "url http://a.com/b"},
		{"http://a.com/b- http://a.com/b/ http://a.com-", "url http://a.com/b-", "url http://a.com/b/", "url http://a.com"},
		{"https://t.co/aB3's https://t.co/aB3-x https://t.co/aB3?s=1", "url https://t.co/aB3", "url https://t.co/aB3", "url https://t.co/aB3?s=1"},
	}...)
}

// Characters that change the direction of text, and look-alikes of a slash,
// never stand in what is found; invisible ones do, so that they can be judged.
func TestURL_3_DirectionEndsAnAddressAndInvisibleCharactersDoNot(t *testing.T) {
	finds(t, nil, [][]string{
		{"\u2066\u202Aa.com\u202C\u2069 \u200Fhttp://a.com/b\u200Fc", "bare a.com", "url http://a.com/b"},
		{"http://a.com/x\u202Egpj.exe", "url http://a.com/x"},
		{"http://a.com\u2044evil.com/", "url http://a.com"},
		{"http://a.com/b\u2215c http://a.com\uFF0Fc", "url http://a.com/b", "url http://a.com"},
		{"http://shop\u2215evil.com", "url http://shop"},
		{"http://goo\u200Bgle.com/a\u2060b\u200B", "url http://goo\u200Bgle.com/a\u2060b"},
		{"http://a.com/\xffb http://\xff.com a.com\xc3", "url http://a.com/", "bare a.com"},
	}...)
}

func TestURL_4_FindsEmailAddresses(t *testing.T) {
	finds(t, nil, [][]string{
		{"Write to jo.doe+x@mail.shop.example, please", "email jo.doe+x@mail.shop.example"},
		{"<me@shop.com> 'me@shop.com' o'neil@shop.com", "email me@shop.com", "email me@shop.com", "email o'neil@shop.com"},
		{"see...me@shop.com mail:me@shop.com", "email me@shop.com", "email me@shop.com"},
		{"jörg@müller.de 1.2.3.4@shop.com shop.com@me.com", "email jörg@müller.de", "email 1.2.3.4@shop.com", "email shop.com@me.com"},
		{"me@shop, @shop.com, me@shop-, me@shop.com-, me@shop.com_, lib@1.2.3, a@b@shop.com, me@a.com@b, me.@shop.com"},
		{strings.Repeat("x", 65) + "@shop.com"},
	}...)
}

func TestURL_4_FindsPhoneNumbers(t *testing.T) {
	us, de := &Options{Region: "US"}, &Options{Region: "DE"}
	finds(t, us, [][]string{
		{"call 212-555-0123 or (212) 555.0199 x7!", "phone 212-555-0123", "phone (212) 555.0199 x7"},
		{"2125550123, +44 20 7946 0123, 011 44 20 7946 0123", "phone 2125550123", "phone +44 20 7946 0123", "phone 011 44 20 7946 0123"},
		{"212-555-0123/212-555-0199 212 555 0100", "phone 212-555-0123", "phone 212-555-0199", "phone 212 555 0100"},
		{"２１２-５５５-０１２３", "phone ２１２-５５５-０１２３"},
		{"電話2125550123まで", "phone 2125550123"},
		{"Tel:212 555 0123", "phone 212 555 0123"},
		{"212.255.1.100 2125550123.com 212-5550123@a.com", "bare 212.255.1.100", "bare 2125550123.com", "email 212-5550123@a.com"},
	}...)
	finds(t, de, [][]string{
		{"030/901820 oder 0171 2345678, Durchwahl: 030 901820 ext. 12", "phone 030/901820", "phone 0171 2345678", "phone 030 901820 ext. 12"},
		{"030 901820 0171 2345678", "phone 030 901820", "phone 0171 2345678"},
		{"+49 (0) 30 901820, 0043 1 234567", "phone +49 (0) 30 901820", "phone 0043 1 234567"},
	}...)
	finds(t, nil, []string{"+1 212 555 0123 but not 212 555 0123, nor ２１２５５５０１２３", "phone +1 212 555 0123"})
	require.Empty(t, found("+1 212 555 0123", &Options{NoPhones: true}))
}

func TestURL_4_DatesTimesPricesAndOtherNumbersAreNoPhoneNumbers(t *testing.T) {
	for _, text := range []string{
		"2024-01-15 10", "2024-01-15 10:30", "20240115 10:30:00", "12/31/1999", "31.12.1999 08", "01-02-03",
		"$2125550123", "€2125550123", "2125550123€", "2125550123%", "1,212,555,0123", "2125550123,50",
		"A2125550123", "2125550123b", "AB-2125550123", "#2125550123", "_2125550123", "2125550123_", "2125550123@",
		"123 456", "212555012", "1125550123", "2121550123", "21255501234", "4111 1111 1111 1111", "212-555-0123-212-555-0199",
		"212-555-0123--212-555-0199", "0125550123", "+1 012 555 0123",
		"212.225.1.100x", "550e8400-e29b-41d4-a716-2125550123", "+1 000 000 0000", "+100 000", "+999 1234 5678", "+",
	} {
		require.Empty(t, found(text, &Options{Region: "US"}), "%q", text)
	}
	for _, text := range []string{
		"01.02.2024", "01-02-2024", "0815", "12345678", "DE44 5001 0517 5407 3249 31", "000123456", "12:30 - 14:00",
	} {
		require.Empty(t, found(text, &Options{Region: "DE"}), "%q", text)
	}
}

func TestURL_4_TelNormalises(t *testing.T) {
	for _, c := range []struct{ text, region, tel string }{
		{"+1 (415) 555-0123 ext. 5", "", "tel:+14155550123;ext=5"},
		{"(415) 555-0123", "US", "tel:+14155550123"},
		{"1-415-555-0123x5", "CA", "tel:+14155550123;ext=5"},
		{"415 555 0123", "", "tel:4155550123"},
		{"415 555 0123", "XX", "tel:4155550123"},
		{"030/901820", "DE", "tel:+4930901820"},
		{"+49 (0) 30 901820", "US", "tel:+4930901820"},
		{"+49 030 901820", "", "tel:+4930901820"},
		{"0049 30 901820", "DE", "tel:+4930901820"},
		{"0043 01 234567", "DE", "tel:+431234567"},
		{"011 49 30 901820", "US", "tel:+4930901820"},
		{"06 698 12345", "IT", "tel:+390669812345"},
		{"+39 06 698 12345", "", "tel:+390669812345"},
		{"8 (495) 123-45-67", "RU", "tel:+74951234567"},
		{"06 1 234 5678", "HU", "tel:+3612345678"},
		{"1800 123 456", "AU", "tel:+611800123456"},
		{"０３-１２３４-５６７８", "JP", "tel:+81312345678"},
		{"tel:+49-30-901820;ext=7", "", "tel:+4930901820;ext=7"},
		{"110", "DE", "tel:110"},
	} {
		tel, ok := Tel(c.text, c.region)
		require.True(t, ok, "%q", c.text)
		require.Equal(t, c.tel, tel, "%q in %q", c.text, c.region)
	}
	for _, text := range []string{"", "12", "+", "call me", "415 CALL", "1+2+3", "+1 415 555 0123 x", strings.Repeat("1", 65)} {
		tel, ok := Tel(text, "US")
		require.False(t, ok, "%q", text)
		require.Empty(t, tel)
	}
}

func TestURL_3_SchemesAreThoseOfTheHost(t *testing.T) {
	only := func(want ...string) *Options {
		return &Options{Schemes: func(s string) bool { return slices.Contains(want, s) }}
	}
	text := "HTTP://a.com ftp://a.com/b.com javascript:alert(1) sms:+123 note:this mailto:me@a.com"
	finds(t, nil, []string{text, "url HTTP://a.com", "url ftp://a.com/b.com", "url mailto:me@a.com"})
	finds(t, only("http"), []string{text, "url HTTP://a.com", "email me@a.com"})
	finds(t, only("javascript", "sms", "note"), []string{text, "url javascript:alert(1)", "url sms:+123", "email me@a.com"})
}

// The lists are searched as they are, so they must be sorted, and no entry may
// outgrow its buffer.
func TestURL_1_ListsAreWhole(t *testing.T) {
	require.True(t, slices.IsSorted(xurls.TLDs))
	for _, tld := range xurls.TLDs {
		require.True(t, isTLD(tld), tld)
		require.True(t, isTLD(strings.ToUpper(tld)) || strings.ToLower(strings.ToUpper(tld)) != tld, tld)
		require.False(t, isTLD(tld+"zq"), tld)
	}
	for _, s := range slices.Concat(xurls.Schemes, xurls.SchemesUnofficial) {
		require.Equal(t, []string{"url " + s + "://a.b.lan/x"}, found("("+s+"://a.b.lan/x)", nil))
	}
	for i, r := range regions {
		require.Same(t, &regions[i], regionOf(r.name))
		require.True(t, i == 0 || regions[i-1].name < r.name, r.name)
		require.Equal(t, len(r.calling), callingCode(r.calling+"12345"), r.name)
	}
}

// What is found of a text is found of it inside of another one too.
func TestURL_1_NeighboursWithSpacesChangeNothing(t *testing.T) {
	parts := rapid.SampledFrom([]string{
		"a.com", "http://", "http://b.de/", "x@", "@", ".", "..", "(", ")", "\"", "'", "日本", "é", "_", "-", ":", "/", "?",
		"#", "&amp;", "1", "212", "+1", "\xff", "\u200b", "\u202e", "|", "https://me@", "mailto:", "tel:", "t.co/", "。", "™",
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(parts, 0, 12).Draw(rt, "parts"), "")
		alone := Append(nil, text, &Options{NoPhones: true})
		check(t, text, alone)
		around := Append(nil, "é \n"+text+" \u3000z", &Options{NoPhones: true})
		for i := range around {
			around[i].Start -= 4
			around[i].End -= 4
		}
		if !slices.Equal(alone, around) {
			rt.Fatalf("%q: alone %v, within a text %v", text, alone, around)
		}
	})
}

func TestURL_1_SpansAreAppended(t *testing.T) {
	dst := []Span{{1, 2, Phone}}
	require.Equal(t, []Span{{1, 2, Phone}, {2, 7, Bare}}, Append(dst, "> a.com", nil))
	require.Equal(t, dst, Append(dst, "nothing", nil))
	require.Nil(t, Append(nil, "", nil))
}

// No byte that a candidate can be read from is passed over, wherever it stands
// among the eight that are looked at together.
func TestURL_1_StopsWhereACandidateCanBe(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for b := range 256 {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(b)
				for _, digits := range []bool{false, true} {
					wanted := strings.IndexByte(".:@+\xEF", byte(b)) >= 0 || digits && isDigit(byte(b))
					if got := stop(string(text), 0, digits); wanted || strings.IndexByte("*/;>?", byte(b)) < 0 {
						want := length
						if wanted {
							want = at
						}
						require.Equal(t, want, got, "%q", text)
					}
				}
			}
		}
	}
}
