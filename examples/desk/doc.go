// Desk is an agent desktop and a contact's chat in the browser, in one program:
//
//	go run ./examples/desk
//
// It shows what the library does, and how little a host adds to it. The chats
// are the kernel's, and browsers reach it through package gateway. What a host
// brings of its own is small here and stands in a file each: who logs in
// (login.go), who works and which queues there are (team.go, communicator.go), which
// addresses may be pushed (push.go), which files may be sent and who checks them
// (files.go, scanner.go), what is prepared to be said (responses.go) and how it is
// spelled (speller.go), and what an administrator would configure (policy.go). The pages are plain HTML, CSS and ES modules in web.
//
// The demo trusts whoever opens it: its people have no passwords, and
// everything is forgotten when it stops.
package main
