package main

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chatkernel/chatkernel/adapters/hunspell"
	"github.com/chatkernel/chatkernel/responses"
)

// newSpeller checks what agents write (MSG-7): with hunspell where the program
// and its English and German dictionaries are installed, else with the few
// mistakes that the demo knows itself. The caller calls close.
func newSpeller(ctx context.Context) (speller responses.Speller, close func() error) {
	right := []string{"Halm", "Licht", "Bogen", "Glocke", "Pat", "EUR"}
	for _, p := range people {
		right = append(right, p.Name)
	}
	found, err := hunspell.New(ctx, &hunspell.Options{Words: right})
	if err != nil {
		return mistakes, func() error { return nil }
	}
	return found, found.Close
}

// A spellbook is a speller that knows no right words, only wrong ones: what is
// meant by them, by language and in lower case. It is no check of the spelling,
// and enough to see what a desktop makes of one.
type spellbook map[string]map[string]string

// Check is responses.Speller's.
func (b spellbook) Check(_ context.Context, language, text string) (found []responses.Misspelling, err error) {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	wrong, ok := b[primary]
	if !ok {
		return nil, responses.ErrLanguage
	}
	for w := range responses.Words(text) {
		if meant, is := wrong[strings.ToLower(w.Text)]; is {
			if first, size := utf8.DecodeRuneInString(meant); unicode.IsUpper([]rune(w.Text)[0]) {
				meant = string(unicode.ToUpper(first)) + meant[size:]
			}
			found = append(found, responses.Misspelling{Start: w.Start, End: w.End, Word: w.Text, Suggestions: []string{meant}})
		}
	}
	return found, nil
}

var mistakes = spellbook{
	"en": {
		"accomodate": "accommodate", "acheive": "achieve", "adress": "address", "alot": "a lot", "arguement": "argument",
		"beleive": "believe", "calender": "calendar", "cancelation": "cancellation", "comming": "coming", "definately": "definitely",
		"delivary": "delivery", "occured": "occurred", "ocurred": "occurred", "payed": "paid", "paymant": "payment", "posible": "possible",
		"recieve": "receive", "recieved": "received", "refered": "referred", "refundd": "refund", "seperate": "separate", "shiped": "shipped",
		"succesful": "successful", "teh": "the", "thier": "their", "tommorow": "tomorrow", "tomorow": "tomorrow", "truely": "truly",
		"untill": "until", "wich": "which", "wierd": "weird",
	},
	"de": {
		"addresse": "Adresse", "agressiv": "aggressiv", "anderst": "anders",
		"bestelung": "Bestellung", "entgültig": "endgültig", "erstatung": "Erstattung", "garnicht": "gar nicht",
		"heisst": "heißt", "interresse": "Interesse", "komplet": "komplett", "lieferrung": "Lieferung", "morgends": "morgens",
		"nähmlich": "nämlich", "packet": "Paket", "rechnug": "Rechnung", "rythmus": "Rhythmus", "seperat": "separat", "standart": "Standard",
		"vieleicht": "vielleicht", "vorraus": "voraus", "vorraussetzung": "Voraussetzung", "wiederspruch": "Widerspruch", "wiederrufen": "widerrufen",
		"zurükerstattet": "zurückerstattet", "zumindestens": "zumindest",
	},
}
