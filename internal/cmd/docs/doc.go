// Command docs writes the documents that are made from the code, so that they
// cannot say anything that the code does not.
//
//	go run ./internal/cmd/docs          # write them
//	go run ./internal/cmd/docs -check   # say what is out of date, and fail
//
// With -check it also fails when a behaviour that the project claims to have
// (see claimed) is shown by no test. The tag in a test's name says what the
// test shows: TestLIFE_3_end_chat shows LIFE-3, and
// TestLIFE_3_CONS_6_end_chat_ends_consultations shows CONS-6 as well.
package main
