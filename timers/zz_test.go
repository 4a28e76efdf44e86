package timers_test
import ("testing";"time")
func BenchmarkZZ(b *testing.B){
	s, handles := filledScheduler(b)
	ord:=order()
	at:=time.Now().Add(20*time.Minute)
	b.Run("fixed",func(b *testing.B){ i:=0; for b.Loop(){ s.Reset(handles[ord[i]],at); i++; if i==pending {i=0}}})
	b.Run("now",func(b *testing.B){ i:=0; for b.Loop(){ s.Reset(handles[ord[i]],time.Now().Add(20*time.Minute)); i++; if i==pending {i=0}}})
	b.Run("nowfirst",func(b *testing.B){ i:=0; for b.Loop(){ at:=time.Now().Add(20*time.Minute); s.Reset(handles[ord[i]],at); i++; if i==pending {i=0}}})
	b.Run("seq",func(b *testing.B){ i:=0; for b.Loop(){ at:=time.Now().Add(20*time.Minute); s.Reset(handles[i],at); i++; if i==pending {i=0}}})
	b.Run("same",func(b *testing.B){ for b.Loop(){ at:=time.Now().Add(20*time.Minute); s.Reset(handles[5],at)}})
}
