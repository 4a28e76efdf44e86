// Package spoof decides what of a host a person may be shown in Unicode, and
// which hosts look like another one.
//
// The letters of the world's scripts hold many twins: the Cyrillic "а" is drawn
// as the Latin one is. Who may choose any letters can register a name that reads as
// somebody else's. So a label is shown in Unicode only if it passes every rule;
// with any doubt it is shown as what it is in the DNS, "xn--…", which deceives
// nobody. The rules are those that browsers have agreed on:
//
//   - only characters that UTS #39 allows in identifiers, and of them none that is
//     invisible, that a font may lack, or that other software reads as another;
//   - the scripts of one label belong together ("highly restrictive" in UTS #39,
//     with Latin beside other scripts limited to ASCII), and so do its digits;
//   - marks stand on letters that have them, once;
//   - characters that look like a slash, a dot or a Latin letter only where the
//     letters around them say what they are;
//   - no label of one script that looks wholly like Latin, but under a top-level
//     domain where that script is at home;
//   - no digits that look like other digits;
//   - no name that looks like a protected one.
//
// The last rule compares skeletons: a name without its marks and with each
// character replaced by the ASCII that it looks like. [Guard.LooksLike] applies it
// also to plain ASCII, where "paypa1" and "rnicrosoft" are the tricks.
//
// What a character looks like is in two places. tables.go is generated from the
// Unicode data of UTS #39; likeness.go holds by hand what that data is too strict
// to name. Both are constants, nothing is computed when a program starts.
package spoof
