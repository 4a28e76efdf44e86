module github.com/chatkernel/chatkernel/examples

go 1.26.0

require (
	github.com/chatkernel/chatkernel v0.0.0
	github.com/chatkernel/chatkernel/adapters/hunspell v0.0.0
	github.com/chromedp/cdproto v0.159.2
	github.com/chromedp/chromedp v0.23.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/gabriel-vasile/mimetype v1.4.16 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	mvdan.cc/xurls/v2 v2.6.0 // indirect
)

replace github.com/chatkernel/chatkernel => ../

replace github.com/chatkernel/chatkernel/adapters/hunspell => ../adapters/hunspell
