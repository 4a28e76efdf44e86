// Package hunspell is a speller for chatkernel that asks the hunspell program,
// with the dictionaries that LibreOffice, Firefox and Debian have for more than
// a hundred languages (MSG-7):
//
//	speller, err := hunspell.New(ctx, nil) // English and German
//	defer speller.Close()
//	gate := responses.SpellGate(speller, nil)
//
// On Debian the program and the two dictionaries are the packages hunspell,
// hunspell-en-us and hunspell-de-de.
//
// One process for each language is started by [New] and kept; it is asked word
// by word through a pipe, and started again when it dies or hangs. What it said
// about a word is remembered, because a suggestion can take a tenth of a second.
// Why a program and not a Go library: affixes, compound words as German has them
// and good suggestions are years of work in Hunspell, and none of the pure-Go
// readers of its dictionaries does compounds or suggestions and is maintained.
// And a dictionary that crashes it takes no chat along.
package hunspell
