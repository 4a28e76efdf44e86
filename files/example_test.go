package files_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/files"
	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/memstore"
)

// chat starts a chat on a kernel with a cabinet.
func chat(ctx context.Context, cabinet *files.Cabinet) (*chatkernel.Kernel, files.Sender) {
	k := chatkernel.New(memstore.New(nil), memstore.NewTransport(), &chatkernel.Options{Gates: chatkernel.Gates{
		File: func(ctx context.Context, id string, s *interaction.State, by chatkernel.Actor, cmd interaction.SendFile) (interaction.SendFile, error) {
			return cabinet.Gate(ctx, id, s, by.ID, cmd)
		},
	}})
	pat := interaction.Person{ID: "contact:pat", Name: "Pat"}
	if _, err := k.Do(ctx, "chat-1", chatkernel.By(pat.ID, "1"), interaction.Start{Contact: pat}); err != nil {
		panic(err)
	}
	s, err := k.State(ctx, "chat-1")
	if err != nil {
		panic(err)
	}
	sender, err := files.SenderIn("chat-1", &s, pat.ID)
	if err != nil {
		panic(err)
	}
	return k, sender
}

// The two steps of sending a file.
func ExampleCabinet_Upload() {
	ctx := context.Background()
	cabinet := files.New(new(memstore.Files), nil)
	k, pat := chat(ctx, cabinet)
	defer k.Close()

	body := strings.NewReader("My invoice says 12 EUR.\n")
	file, err := cabinet.Upload(ctx, pat, files.Upload{Name: `C:\Users\Pat\invoice.txt`, Type: "text/plain"}, body)
	fmt.Println(file.Name, file.Type, file.Icon, file.Size, file.Verdict, err)

	_, err = k.Do(ctx, "chat-1", chatkernel.By(pat.Party, "2"), interaction.SendFile{File: file.Reference()})
	s, _ := k.State(ctx, "chat-1")
	fmt.Println(s.Files[0].By, s.Files[0].Name, err)

	// Cut short on its way: everyone sees that it must be sent again.
	file, err = cabinet.Upload(ctx, pat, files.Upload{Name: "photo.png"}, bytes.NewReader(picture(40, 40)[:99]))
	fmt.Println(file.Verdict, file.Code, file.Reason, err)

	_, err = cabinet.Upload(ctx, pat, files.Upload{Name: "tool.exe"}, strings.NewReader("MZ"))
	var refusal *files.Refusal
	fmt.Println(errors.As(err, &refusal), refusal.Code, refusal.Reason)
	// Output:
	// invoice.txt text/plain text 24 available <nil>
	// contact:pat invoice.txt <nil>
	// broken truncated The file is cut short. <nil>
	// true type Files of this type cannot be sent.
}

// What a client asks before it lets somebody choose a file.
func ExampleCabinet_Allowance() {
	ctx := context.Background()
	cabinet := files.New(new(memstore.Files), &files.Options{Policy: &files.Policy{
		Contact: &files.Limits{MaxFiles: 3, MaxSize: 2 << 20, MaxTotal: 5 << 20, Types: []string{"jpg", "png", "txt"}},
	}})
	k, pat := chat(ctx, cabinet)
	defer k.Close()
	if _, err := cabinet.Upload(ctx, pat, files.Upload{Name: "a.txt"}, strings.NewReader("Hello\n")); err != nil {
		panic(err)
	}
	a, err := cabinet.Allowance(ctx, pat)
	fmt.Println(a.Allowed, a.UsedFiles, "of", a.MaxFiles, a.UsedTotal, "of", a.MaxTotal, a.Types, err)
	// Output: true 1 of 3 6 of 5242880 [jpg png txt] <nil>
}

// Files that are to be sent, shown before they are.
func ExamplePending() {
	ctx := context.Background()
	cabinet := files.New(new(memstore.Files), nil)
	k, pat := chat(ctx, cabinet)
	defer k.Close()
	pending := files.NewPending(cabinet, new(memstore.Attachments))

	for _, name := range []string{"one.txt", "two.txt", "three.txt"} {
		file, err := cabinet.Upload(ctx, pat, files.Upload{Name: name}, strings.NewReader("Hello\n"))
		if err != nil {
			panic(err)
		}
		if err := pending.Add(ctx, pat, file.ID); err != nil {
			panic(err)
		}
	}
	list, _ := pending.List(ctx, pat)
	fmt.Println(len(list), list[1].Name, pending.Remove(ctx, pat, list[1].ID))

	err := pending.Send(ctx, pat, interaction.SendFile{}, func(key string, cmd interaction.SendFile) error {
		_, err := k.Do(ctx, pat.Interaction, chatkernel.By(pat.Party, key), cmd)
		return err
	})
	s, _ := k.State(ctx, "chat-1")
	for _, f := range s.Files {
		fmt.Println(f.Name, err)
	}
	// Output:
	// 3 two.txt <nil>
	// one.txt <nil>
	// three.txt <nil>
}

// All files of a chat as one archive.
func ExampleCabinet_WriteZIP() {
	ctx := context.Background()
	cabinet := files.New(new(memstore.Files), nil)
	k, pat := chat(ctx, cabinet)
	defer k.Close()
	for i, text := range []string{"Hello\n", "Hello again\n"} {
		file, err := cabinet.Upload(ctx, pat, files.Upload{Name: "notes.txt"}, strings.NewReader(text))
		if err != nil {
			panic(err)
		}
		if _, err := k.Do(ctx, "chat-1", chatkernel.By(pat.Party, fmt.Sprint("file", i)), interaction.SendFile{File: file.Reference()}); err != nil {
			panic(err)
		}
	}

	s, _ := k.State(ctx, "chat-1")
	var visible iter.Seq2[interaction.SentFile, error] = func(yield func(interaction.SentFile, error) bool) {
		for _, f := range s.Files { // here: everything
			if !yield(f, nil) {
				return
			}
		}
	}
	var out bytes.Buffer
	fmt.Println(cabinet.WriteZIP(ctx, &out, visible))
	archive, _ := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	for _, f := range archive.File {
		fmt.Println(f.Name, f.UncompressedSize64)
	}
	// Output:
	// <nil>
	// notes.txt 6
	// notes (2).txt 12
}

// A reference that only Pat can use, for five minutes.
func ExampleReferences() {
	refs, err := files.NewReferences(files.Key{ID: "2026-11", Secret: []byte("32 bytes from a good random source")})
	if err != nil {
		panic(err)
	}
	ref := refs.Sign("file-1", files.Original, "contact:pat", 5*time.Minute)
	id, _, err := refs.Read(ref, "contact:pat")
	fmt.Println(id, err)
	_, _, err = refs.Read(ref, "contact:robin")
	fmt.Println(err)
	// Output:
	// file-1 <nil>
	// files: the reference is not valid for this party
}

func ExampleSafeName() {
	for _, name := range []string{`..\..\boot.ini`, "annexe\u202egpj.exe", "invoice.pdf          .exe", "con.txt", "Übersicht (neu).pdf"} {
		fmt.Println(files.SafeName(name))
	}
	// Output:
	// boot.ini
	// annexegpj.exe
	// invoice_pdf.exe
	// _con.txt
	// Übersicht (neu).pdf
}

// A store in a directory.
func ExampleDir() {
	ctx := context.Background()
	name, err := os.MkdirTemp("", "files")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(name)
	store, err := files.OpenDir(name)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	info, err := store.Put(ctx, "folder/hello.txt", strings.NewReader("Hello"))
	fmt.Printf("%d %x %v\n", info.Size, info.Hash[:4], err)
	content, err := store.Open(ctx, "folder/hello.txt")
	if err != nil {
		panic(err)
	}
	defer content.Close()
	word := make([]byte, 3)
	_, err = content.ReadAt(word, 2) // verified
	fmt.Println(string(word), err)
	// Output:
	// 5 185f8db3 <nil>
	// llo <nil>
}
