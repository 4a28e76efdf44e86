//go:build ignore

// Writes what ICU's spoof checker knows of each character, a line each: code
// point, A where UTS #39 allows it in identifiers (else -), and its skeleton.
// gen.go makes tables.go of it:
//
//	cc -o icu gen.c -licui18n -licuuc && ./icu | go run gen.go

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

int main(void) {
	UErrorCode err = U_ZERO_ERROR;
	USpoofChecker *checker = uspoof_open(&err);
	const USet *allowed = uspoof_getRecommendedSet(&err);
	if (U_FAILURE(err)) {
		return 1;
	}
	printf("%s %s\n", U_UNICODE_VERSION, U_ICU_VERSION);
	for (UChar32 r = 0x80; r < 0x30000; r++) {
		if (u_charType(r) == U_UNASSIGNED || U_IS_SURROGATE(r)) {
			continue;
		}
		UChar in[2], out[64];
		int32_t n = 0;
		U16_APPEND_UNSAFE(in, n, r);
		n = uspoof_getSkeleton(checker, 0, in, n, out, 64, &err);
		if (U_FAILURE(err)) {
			return 1;
		}
		printf("%X %c", r, uset_contains(allowed, r) ? 'A' : '-');
		for (int32_t i = 0; i < n;) {
			UChar32 c;
			U16_NEXT(out, i, n, c);
			printf(" %X", c);
		}
		printf("\n");
	}
	return 0;
}
