package scan

import "strings"

// A region is what its numbering plan says about writing phone numbers. A
// number within it is written with the trunk prefix and the national number; a
// number to another region with the exit prefix and its calling code.
type region struct {
	name    string // ISO 3166
	calling string // calling code
	trunk   string // trunk prefix, if there is one
	first   string // digits that a number without its trunk prefix starts with; "" where it needs the prefix
	least   int    // digits of a national number
	most    int
}

const any1to9 = "123456789"

// regions are sorted by name. The rest of the world is found by calling code.
var regions = [...]region{
	{"AE", "971", "0", "", 8, 9},
	{"AR", "54", "0", any1to9, 10, 11},
	{"AT", "43", "0", "", 6, 13},
	{"AU", "61", "0", "", 9, 9},
	{"BD", "880", "0", "", 8, 10},
	{"BE", "32", "0", "", 8, 9},
	{"BG", "359", "0", "", 7, 9},
	{"BR", "55", "0", any1to9, 10, 11},
	{"CA", "1", "1", "23456789", 10, 10},
	{"CH", "41", "0", "", 9, 9},
	{"CL", "56", "", any1to9, 9, 9},
	{"CN", "86", "0", "1", 10, 11},
	{"CO", "57", "", "36", 10, 10},
	{"CZ", "420", "", "234567", 9, 9},
	{"DE", "49", "0", "", 6, 12},
	{"DK", "45", "", "23456789", 8, 8},
	{"DO", "1", "1", "23456789", 10, 10},
	{"EE", "372", "", "3456789", 7, 8},
	{"EG", "20", "0", "", 8, 10},
	{"ES", "34", "", "56789", 9, 9},
	{"FI", "358", "0", "", 6, 11},
	{"FR", "33", "0", "", 9, 9},
	{"GB", "44", "0", "", 9, 10},
	{"GR", "30", "", "2678", 10, 10},
	{"HK", "852", "", "235689", 8, 8},
	{"HR", "385", "0", "", 8, 9},
	{"HU", "36", "06", "", 8, 9},
	{"ID", "62", "0", "", 8, 12},
	{"IE", "353", "0", "", 7, 9},
	{"IL", "972", "0", "", 8, 9},
	{"IN", "91", "0", "6789", 10, 10},
	{"IS", "354", "", "45678", 7, 7},
	{"IT", "39", "", "03", 8, 11},
	{"JM", "1", "1", "23456789", 10, 10},
	{"JP", "81", "0", "", 9, 10},
	{"KE", "254", "0", "", 9, 9},
	{"KR", "82", "0", "", 8, 10},
	{"KZ", "7", "8", "67", 10, 10},
	{"LI", "423", "", "23678", 7, 7},
	{"LT", "370", "0", "", 8, 8},
	{"LU", "352", "", "246", 6, 9},
	{"LV", "371", "", "26", 8, 8},
	{"MA", "212", "0", "", 9, 9},
	{"MX", "52", "01", "23456789", 10, 10},
	{"MY", "60", "0", "", 8, 10},
	{"NG", "234", "0", "", 8, 10},
	{"NL", "31", "0", "", 9, 9},
	{"NO", "47", "", "2345679", 8, 8},
	{"NZ", "64", "0", "", 8, 10},
	{"PE", "51", "0", "9", 8, 9},
	{"PH", "63", "0", "", 8, 10},
	{"PK", "92", "0", "", 9, 10},
	{"PL", "48", "", any1to9, 9, 9},
	{"PR", "1", "1", "23456789", 10, 10},
	{"PT", "351", "", "23679", 9, 9},
	{"RO", "40", "0", "", 9, 9},
	{"RS", "381", "0", "", 7, 9},
	{"RU", "7", "8", "349", 10, 10},
	{"SA", "966", "0", "", 8, 9},
	{"SE", "46", "0", "", 7, 9},
	{"SG", "65", "", "3689", 8, 8},
	{"SI", "386", "0", "", 8, 8},
	{"SK", "421", "0", "", 9, 9},
	{"TH", "66", "0", "", 8, 9},
	{"TR", "90", "0", "2345", 10, 10},
	{"TT", "1", "1", "23456789", 10, 10},
	{"TW", "886", "0", "", 8, 9},
	{"UA", "380", "0", "", 9, 9},
	{"US", "1", "1", "23456789", 10, 10},
	{"VN", "84", "0", "", 9, 10},
	{"ZA", "27", "0", "", 9, 9},
}

// regionOf gives the region of that name, or nil.
func regionOf(name string) *region {
	if len(name) != 2 {
		return nil
	}
	low, high := 0, len(regions)
	for low < high {
		switch mid := int(uint(low+high) >> 1); {
		case regions[mid].name == name:
			return &regions[mid]
		case regions[mid].name < name:
			low = mid + 1
		default:
			high = mid
		}
	}
	return nil
}

// exit gives the prefix with which calls to other regions start.
func (r *region) exit() string {
	switch r.name {
	case "AU":
		return "0011"
	case "JP":
		return "010"
	case "KZ", "RU":
		return "810"
	}
	if r.calling == "1" {
		return "011"
	}
	return "00"
}

// starts reports whether a number that is dialled in the region can start with
// the digit c.
func (r *region) starts(c byte) bool {
	return c == r.exit()[0] || r.trunk != "" && c == r.trunk[0] || strings.IndexByte(r.first, c) >= 0 ||
		c == '1' && r.name == "AU"
}

// national gives the national number of digits that are dialled within the
// region. The answer is false if they are none that the plan has.
func (r *region) national(digits string) (string, bool) {
	if r.name == "AU" && len(digits) == 10 && (strings.HasPrefix(digits, "1300") || strings.HasPrefix(digits, "1800")) {
		return digits, true // written without a trunk prefix
	}
	number, trunk := digits, false
	if r.trunk != "" {
		number, trunk = strings.CutPrefix(digits, r.trunk)
	}
	if len(number) < r.least || len(number) > r.most {
		return "", false
	}
	if r.calling == "1" {
		return number, isNANP(number)
	}
	if trunk {
		return number, number[0] != '0'
	}
	return number, strings.IndexByte(r.first, number[0]) >= 0
}

// isNANP reports whether ten digits are a number of the North American plan:
// neither the area code nor the exchange starts with 0 or 1.
func isNANP(d string) bool { return len(d) == 10 && d[0] >= '2' && d[3] >= '2' }

// international reports whether digits are a calling code and a number of a
// length that the plans have (ITU-T E.164: fifteen digits at most).
func international(digits string) bool {
	n := callingCode(digits)
	if n == 0 {
		return false
	}
	number := digits[n:]
	if n == 1 && digits[0] == '1' {
		return isNANP(number)
	}
	if len(number) < 4 || len(digits) < 6 || len(digits) > 15 {
		return false
	}
	return number[0] != '0' || len(number) > 6 && number[1] != '0'
}

// callingCode gives the length of the calling code that digits start with, or 0.
func callingCode(digits string) int {
	if len(digits) < 4 {
		return 0
	}
	switch digits[0] {
	case '1', '7':
		return 1
	case '0':
		return 0
	}
	switch digits[:2] {
	case "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
		"51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
		"81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98":
		return 2
	}
	var last string // the third digits that are in use
	switch digits[:2] {
	case "22", "23", "24", "26", "35", "37", "50", "59":
		last = "0123456789"
	case "21":
		last = "12368"
	case "25":
		last = "012345678"
	case "29":
		last = "01789"
	case "38":
		last = "01235679"
	case "42":
		last = "013"
	case "67":
		last = "023456789"
	case "68":
		last = "012356789"
	case "69":
		last = "012"
	case "80", "87":
		last = "08"
	case "85":
		last = "02356"
	case "88":
		last = "012368"
	case "96":
		last = "012345678"
	case "97":
		last = "012345679"
	case "99":
		last = "234568"
	}
	if strings.IndexByte(last, digits[2]) >= 0 {
		return 3
	}
	return 0
}
