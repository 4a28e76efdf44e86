package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// lookEvery is how often it looks.
const lookEvery = 250 * time.Millisecond

// live sends a value as a server-sent event, and again whenever it has changed,
// until the browser goes. It is for the demo's own lists, which look again and
// again; the library's feeds are told.
func live(w http.ResponseWriter, r *http.Request, value func() (any, error)) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var last []byte
	spoke := time.Now()
	for {
		v, err := value()
		if err != nil {
			return // the browser asks again
		}
		now, err := json.Marshal(v)
		if err != nil {
			return
		}
		switch {
		case !bytes.Equal(now, last):
			_, err = fmt.Fprintf(w, "data: %s\n\n", now)
			last, spoke = now, time.Now()
		case time.Since(spoke) > 15*time.Second:
			_, err = fmt.Fprint(w, ": still here\n\n")
			spoke = time.Now()
		}
		if err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}
