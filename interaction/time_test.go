package interaction

import "github.com/chatkernel/chatkernel/timers"

// quiet keeps a chat from ending by itself.
func quiet(p *Policy) { p.Inactivity = timers.Inactivity{} }
