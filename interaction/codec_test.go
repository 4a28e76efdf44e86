package interaction

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chatkernel/chatkernel/timers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// storedAt is when the batches of these tests happened.
var storedAt = time.Date(2026, 3, 2, 12, 0, 0, 250_000_000, time.UTC)

// codeValues says how many values each type of codes has.
var codeValues = map[reflect.Type]int{
	reflect.TypeFor[Scope]():              len(scopeNames),
	reflect.TypeFor[ValueType]():          4,
	reflect.TypeFor[Purpose]():            len(purposeNames),
	reflect.TypeFor[Medium]():             len(mediumNames),
	reflect.TypeFor[Outcome]():            len(outcomeNames),
	reflect.TypeFor[Leaving]():            len(leavingNames),
	reflect.TypeFor[Automatic]():          len(automaticNames),
	reflect.TypeFor[Ending]():             len(endingNames),
	reflect.TypeFor[Closing]():            len(closingNames),
	reflect.TypeFor[ConsultationEnding](): len(consultationEndingNames),
	reflect.TypeFor[Verdict]():            len(verdictNames),
	reflect.TypeFor[AfterContact]():       3,
	reflect.TypeFor[Supervision]():        4,
	reflect.TypeFor[timers.Stage]():       4,
}

// A leaf is a value without parts, and its way there.
type leaf struct {
	path  string
	value reflect.Value
}

// leaves are all leaves of a value. Each list is given two elements.
func leaves(t testing.TB, path string, v reflect.Value) []leaf {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[[]byte]():
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return leaves(t, path, v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		return append(leaves(t, path+"[0]", v.Index(0)), leaves(t, path+"[1]", v.Index(1))...)
	case v.Kind() == reflect.Struct:
		var all []leaf
		for i := range v.NumField() {
			all = append(all, leaves(t, path+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
		return all
	}
	return []leaf{{path, v}}
}

// set gives a leaf a value that is not zero and, but for codes and flags,
// another one for each n.
func (l leaf) set(t testing.TB, n int) {
	switch v := l.value; {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(storedAt.Add(time.Duration(n) * time.Microsecond)))
	case v.Type() == reflect.TypeFor[time.Duration]():
		v.SetInt(int64(time.Duration(n) * time.Microsecond))
	case v.Type() == reflect.TypeFor[[]byte]():
		v.SetBytes(fmt.Append(nil, l.path, "#", n))
	case v.Kind() == reflect.Uint8:
		require.Contains(t, codeValues, v.Type(), "say how many values it has")
		v.SetUint(1 + uint64(n)%uint64(codeValues[v.Type()]-1))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(-n))
	case v.CanUint():
		v.SetUint(uint64(n))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint(l.path, "#", n))
	default:
		require.Fail(t, "a field of a new type", "%s is a %s", l.path, v.Type())
	}
}

// fullEvent is an event of the kind with every field set.
func fullEvent(t testing.TB, k EventKind) (Event, []leaf) {
	e := newEvent(k)
	require.NotNil(t, e, "the codec does not know %s", k)
	require.Equal(t, k, e.Kind())
	all := leaves(t, reflect.TypeOf(e).Elem().Name(), reflect.ValueOf(e).Elem())
	for i, l := range all {
		l.set(t, i+1)
	}
	return e, all
}

func eventsOfAllKinds(t testing.TB) []Event {
	all := make([]Event, eventKinds)
	for k := range all {
		all[k], _ = fullEvent(t, EventKind(k))
	}
	return all
}

// batch is one of the events, caused by different parties.
func batch(events ...Event) Batch {
	b := Batch{By: maria, Command: 0x0123456789abcdef, Seen: 40, View: 2}
	for i, e := range events {
		b.Records = append(b.Records, Record{Seq: 42 + uint64(i), At: storedAt, By: []PartyID{maria, System, pat}[i%3], Event: e})
	}
	return b
}

// through is the batch stored and read again.
func through(t testing.TB, b Batch) Batch {
	t.Helper()
	got, err := DecodeBatch(AppendBatch(nil, &b), 41, storedAt)
	require.NoError(t, err)
	return got
}

func requireCorrupt(t testing.TB, data []byte) {
	t.Helper()
	b, err := DecodeBatch(data, 41, storedAt)
	var corrupt *CorruptError
	require.ErrorAs(t, err, &corrupt, "%x", data)
	require.Equal(t, Batch{}, b, "nothing of a corrupt batch is given out")
	require.LessOrEqual(t, corrupt.Offset, len(data))
}

func TestLIFE_18_every_event_survives_the_store(t *testing.T) {
	for k := range EventKind(eventKinds) {
		e, all := fullEvent(t, k)
		require.Equal(t, batch(e, newEvent(k), e), through(t, batch(e, newEvent(k), e)))
		for i := range all {
			one := newEvent(k)
			mine := leaves(t, "", reflect.ValueOf(one).Elem())[i]
			mine.set(t, i+1)
			require.Equal(t, batch(one), through(t, batch(one)), "%s with only %s", k, mine.path)
		}
	}
	all := batch(eventsOfAllKinds(t)...)
	require.Equal(t, all, through(t, all))
	require.Equal(t, Batch{}, through(t, Batch{}))
}

func TestLIFE_18_who_and_for_whom_survive(t *testing.T) {
	for _, by := range []PartyID{maria, System, pat, ""} {
		for _, actor := range []PartyID{maria, System, ""} {
			for scope := range Scope(scopes) {
				for _, a := range []Audience{{Scope: scope}, {scope, "c1", ""}, {scope, "", zoe}, {scope, "c1", zoe}} {
					b := batch(&Said{"hello"}, &Left{pat, ByItself}, &Erased{})
					b.By = actor
					for i := range b.Records {
						b.Records[i].By, b.Records[i].Audience = by, a
					}
					require.Equal(t, b, through(t, b))
				}
			}
		}
	}
}

func TestLIFE_18_extreme_values_survive(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 63, 64, -64, -65, 1<<63 - 1, -1 << 63} {
		b := batch(
			&MarkedRead{uint64(n)}, &FileSent{File{Size: n}}, &Started{Priority: int(n)},
			&CallbackScheduled{At: time.UnixMicro(n).UTC()},
			&Started{Policy: Policy{NoAnswer: time.Duration(n) / 1000 * 1000}},
		)
		b.Seen, b.View, b.Command = uint64(n), uint32(n), uint64(n)
		require.Equal(t, b, through(t, b))
	}
	for _, size := range []int{0, 90, 100, 110, 120, 127, 128, 129, 20_000} {
		b := batch(&Left{Party: PartyID(strings.Repeat("x", size))}, &Said{strings.Repeat("ä", size)})
		require.Equal(t, b, through(t, b))
		require.Equal(t, append([]byte("before"), AppendBatch(nil, &b)...), AppendBatch([]byte("before"), &b))
	}
}

func TestLIFE_18_every_code_survives_and_no_other(t *testing.T) {
	for k := range EventKind(eventKinds) {
		e, all := fullEvent(t, k)
		for _, l := range all {
			if l.value.Kind() != reflect.Uint8 {
				continue
			}
			for v := range codeValues[l.value.Type()] {
				l.value.SetUint(uint64(v))
				require.Equal(t, batch(e), through(t, batch(e)), l.path)
			}
			l.value.SetUint(uint64(codeValues[l.value.Type()]))
			b := batch(e)
			requireCorrupt(t, AppendBatch(nil, &b))
			l.value.SetUint(1)
		}
	}
	b := batch(&Said{"hello"})
	b.Records[0].Audience.Scope = scopes
	requireCorrupt(t, AppendBatch(nil, &b))
}

// anyValue draws a value. An empty list is nil, as it is decided.
func anyValue(t *rapid.T, v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		if rapid.Bool().Draw(t, "a time") {
			v.Set(reflect.ValueOf(time.UnixMicro(rapid.Int64().Draw(t, "time")).UTC()))
		}
	case v.Type() == reflect.TypeFor[time.Duration]():
		v.SetInt(rapid.Int64().Draw(t, "duration") / 1000 * 1000)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			anyValue(t, v.Field(i))
		}
	case v.Kind() == reflect.Slice:
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			anyValue(t, v.Index(v.Len()-1))
		}
	case v.Type() == reflect.TypeFor[byte]():
		v.SetUint(uint64(rapid.Byte().Draw(t, "byte")))
	case v.Kind() == reflect.Uint8:
		v.SetUint(rapid.Uint64Range(0, uint64(codeValues[v.Type()]-1)).Draw(t, "code"))
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case v.CanInt():
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case v.CanUint():
		v.SetUint(rapid.Uint64().Draw(t, "count"))
	default:
		v.SetString(rapid.StringN(0, 20, 200).Draw(t, "text"))
	}
}

func TestLIFE_18_random_batches_survive_the_store(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who := rapid.SampledFrom([]PartyID{pat, maria, System, "agent:ü"})
		b := Batch{By: who.Draw(t, "by"), Command: rapid.Uint64().Draw(t, "digest"), Seen: rapid.Uint64().Draw(t, "seen"), View: rapid.Uint32().Draw(t, "view")}
		for i := range rapid.IntRange(0, 5).Draw(t, "records") {
			r := Record{Seq: 42 + uint64(i), At: storedAt, By: who.Draw(t, "by"), Event: newEvent(EventKind(rapid.IntRange(0, eventKinds-1).Draw(t, "kind")))}
			anyValue(t, reflect.ValueOf(&r.Audience).Elem())
			anyValue(t, reflect.ValueOf(r.Event).Elem())
			b.Records = append(b.Records, r)
		}
		data := AppendBatch(nil, &b)
		got, err := DecodeBatch(data, 41, storedAt)
		require.NoError(t, err)
		require.Equal(t, b, got)
		require.Equal(t, data, AppendBatch(nil, &got), "there is one stored form")
	})
}

// TestLIFE_18_decided_records_survive_the_store stores what a whole chat
// decides, and folds what comes back.
func TestLIFE_18_decided_records_survive_the_store(t *testing.T) {
	var live, read State
	for i, b := range storedChat(t) {
		got, err := DecodeBatch(AppendBatch(nil, &b), live.Seq(), b.Records[0].At)
		require.NoError(t, err)
		require.Equal(t, b, got, "batch %d", i)
		for j := range b.Records {
			require.NoError(t, live.Apply(b.Records[j]))
			require.NoError(t, read.Apply(got.Records[j]))
			require.Equal(t, live, read)
		}
	}
}

// written is the stored form of one record as a later version would write it.
func written(kind string, fields func(c *coder)) []byte {
	c := coder{pass: writeSkeleton}
	c.out = append(appendString(c.out, string(maria)), 40, 2)
	c.out = appendString(c.out, kind)
	fields(&c)
	p := coder{pass: writePersonal, out: make([]byte, 8)}
	fields(&p)
	return JoinSections(nil, c.out, p.out)
}

// later writes fields in every form, with numbers from n on that this version
// does not know.
func later(c *coder, n uint64) {
	one, id, text := uint64(1), "an id", "a secret"
	c.count(n, &one)
	c.id(n+1, &id)
	c.text(n+2, &text)
	for range 2 {
		c.open(n+3, true)
		c.text(1, &text)
		c.open(2, true)
		c.close()
		c.id(3, &id)
		c.close()
	}
}

func TestLIFE_18_unknown_fields_survive(t *testing.T) {
	text, code, label, key := "hello", "sold", "Sold", "plan"
	for name, c := range map[string]struct {
		data []byte
		want Event
	}{
		"after the known ones":       {written("said", func(c *coder) { c.text(6, &text); later(c, 7) }), &Said{"hello"}},
		"with large numbers":         {written("said", func(c *coder) { c.text(6, &text); later(c, 1<<50) }), &Said{"hello"}},
		"of an event without fields": {written("erased", func(c *coder) { later(c, 6) }), &Erased{}},
		"in a policy and in an item of its lists": {written("started", func(c *coder) {
			c.open(13, true)
			c.open(15, true)
			c.id(1, &code)
			c.id(2, &label)
			later(c, 4)
			c.close()
			later(c, 60)
			c.close()
			later(c, 14)
		}), &Started{Policy: Policy{Dispositions: []Disposition{{Code: "sold", Label: "Sold"}}}}},
		"in case data": {written("started", func(c *coder) {
			c.open(12, true)
			c.text(1, &key)
			later(c, 4)
			c.close()
		}), &Started{CaseData: []Field{{Key: "plan"}}}},
		"for another audience": {written("said", func(c *coder) {
			if c.pass == writeSkeleton {
				c.head(&Record{By: pat, Audience: Audience{OneConsultation, "c1", zoe}}, maria)
			}
			c.text(6, &text)
			later(c, 7)
		}), &Said{"hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := DecodeBatch(c.data, 41, storedAt)
			require.NoError(t, err)
			require.Equal(t, c.want, b.Records[0].Event)
			require.Equal(t, c.data, AppendBatch(nil, &b), "nothing is lost")

			// Between others and under another actor it is still the same.
			mixed := Batch{By: zoe, Records: []Record{{At: storedAt, By: zoe, Event: &Said{"before"}}, b.Records[0], b.Records[0]}}
			for i := range mixed.Records {
				mixed.Records[i].Seq = 42 + uint64(i)
			}
			require.Equal(t, mixed, through(t, mixed))

			// What was kept belongs to its event, not to another in its place.
			b.Records[0].Event = &Said{"another"}
			got := through(t, b).Records[0]
			require.Equal(t, &Said{"another"}, got.Event)
			require.Nil(t, got.extra)
		})
	}
}

func TestLIFE_18_unknown_kinds_are_named(t *testing.T) {
	b := batch(&Said{"one"}, &Said{"two"}, &Said{"three"}, &Said{"four"}, &Said{"five"})
	skeleton, personal, err := Sections(AppendBatch(nil, &b))
	require.NoError(t, err)
	parts := bytes.Split(bytes.Clone(skeleton), []byte("\x04said"))
	require.Len(t, parts, 6)
	var changed []byte
	for i, kind := range []string{"\x04said", "\x04sung", "\x07whistle", "\x04sung", "\x04said", ""} {
		changed = append(append(changed, parts[i]...), kind...)
	}
	data := JoinSections(nil, changed, personal)
	got, err := DecodeBatch(data, 41, storedAt)
	var unknown *UnknownKindError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, &UnknownKindError{Kinds: []string{"sung", "whistle"}, After: 41}, unknown)
	require.EqualError(t, err, "interaction: after position 41: events of a kind that is not known: sung, whistle")
	require.Equal(t, Batch{By: b.By, Command: b.Command, Seen: b.Seen, View: b.View, Records: []Record{b.Records[0], b.Records[4]}}, got, "the rest is told")

	for _, data := range [][]byte{data, written("sung-later", func(c *coder) { later(c, 1) })} {
		for i := range len(data) {
			requireCorrupt(t, data[:i])
		}
	}
	// A hostile batch cannot make the error grow.
	many := []byte{0, 0, 0}
	for i := range 1000 {
		if i > 0 {
			many = append(many, 0)
		}
		many = appendString(many, string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676)}))
	}
	_, err = DecodeBatch(JoinSections(nil, many, make([]byte, 8)), 0, storedAt)
	require.ErrorAs(t, err, &unknown)
	require.Len(t, unknown.Kinds, maxUnknown)
}

func TestLIFE_18_a_batch_cut_short_is_corrupt(t *testing.T) {
	batches := []Batch{batch(eventsOfAllKinds(t)...)}
	for _, e := range eventsOfAllKinds(t) {
		batches = append(batches, batch(e))
	}
	for _, b := range batches {
		data := AppendBatch(nil, &b)
		for i := range len(data) {
			requireCorrupt(t, data[:i])
		}
		requireCorrupt(t, append(data, 0))
	}
}

// requireHarmless requires that data is refused with a typed error, or means
// something that can be stored again.
func requireHarmless(t testing.TB, data []byte) {
	t.Helper()
	b, err := DecodeBatch(data, 41, storedAt)
	if err != nil {
		var corrupt *CorruptError
		var unknown *UnknownKindError
		require.True(t, errors.As(err, &corrupt) || errors.As(err, &unknown), "%v", err)
		return
	}
	again, err := DecodeBatch(AppendBatch(nil, &b), 41, storedAt)
	require.NoError(t, err)
	require.Equal(t, b, again)
}

func TestLIFE_18_a_changed_byte_does_no_harm(t *testing.T) {
	for _, e := range eventsOfAllKinds(t) {
		b := batch(e)
		data := AppendBatch(nil, &b)
		for i, was := range data {
			for _, x := range []byte{0x01, 0x02, 0x04, 0x40, 0x80, 0xff, was} {
				data[i] = was ^ x
				requireHarmless(t, data)
			}
			data[i] = was
		}
	}
}

func TestLIFE_18_what_is_not_well_formed_is_corrupt(t *testing.T) {
	head := append(appendString(nil, string(maria)), 40, 2)
	of := func(kind string, fields ...byte) []byte {
		return append(appendString(bytes.Clone(head), kind), fields...)
	}
	eight := make([]byte, 8)
	hi := append(make([]byte, 8), "\x02hi"...)
	const text, group, tooFar = 6<<2 | byte(wirePersonal), byte(wireGroup), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"
	_, err := DecodeBatch(JoinSections(nil, of("said", text), hi), 0, storedAt)
	require.NoError(t, err, "what the cases change")
	for name, data := range map[string][]byte{
		"nothing":                        {},
		"another format":                 append([]byte{2}, AppendBatch(nil, &Batch{})[1:]...),
		"a length that goes on":          {1, 0x80, 0x80},
		"a length beyond 64 bits":        append([]byte{1}, tooFar...),
		"a skeleton beyond the end":      {1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0},
		"an empty skeleton":              JoinSections(nil, nil, eight),
		"a view beyond 32 bits":          JoinSections(nil, []byte{0, 0, 0x80, 0x80, 0x80, 0x80, 0x10}, eight),
		"a number that could be shorter": JoinSections(nil, []byte{0, 0x80, 0x00, 0}, eight),
		"a number beyond 64 bits":        JoinSections(nil, append(append([]byte{0}, tooFar...), 0), eight),
		"a record without a kind":        JoinSections(nil, of(""), eight),
		"a kind that is no name":         JoinSections(nil, of("Said"), eight),
		"a kind that is too long":        JoinSections(nil, of(strings.Repeat("x", 65)), eight),
		"a separator and no record":      JoinSections(nil, of("said", text, 0), hi),
		"a field twice":                  JoinSections(nil, of("said", text, text), append(bytes.Clone(hi), "\x02hi"...)),
		"fields out of order":            JoinSections(nil, of("said", text, 3<<2, 1), hi),
		"a field of another form":        JoinSections(nil, of("said", 6<<2|byte(wireString), 2, 'h', 'i'), eight),
		"a field without a number":       JoinSections(nil, of("said", 1), eight),
		"a group without an end":         JoinSections(nil, of("said", text, 7<<2|group), hi),
		"a person without an end":        JoinSections(nil, of("started", 6<<2|group), eight),
		"groups without an end":          JoinSections(nil, of("said", bytes.Repeat([]byte{7<<2 | group}, 100_000)...), eight),
		"an unknown string cut short":    JoinSections(nil, of("said", 7<<2|byte(wireString), 5, 'x'), eight),
		"an unknown secret cut short":    JoinSections(nil, of("said", 7<<2|byte(wirePersonal)), append(bytes.Clone(eight), 5, 'x')),
		"no secret":                      JoinSections(nil, of("said", text), eight),
		"a secret too many":              JoinSections(nil, of("said"), hi),
		"no room for the digest":         JoinSections(nil, of("said"), eight[:7]),
		"who, beyond the codes":          JoinSections(nil, of("said", 1<<2, byCodes, text), hi),
		"a flag that is 2":               JoinSections(nil, of("closed", 7<<2, 2), eight),
		"a duration that is too long":    JoinSections(nil, of("started", append(binary.AppendUvarint([]byte{13<<2 | group, 2 << 2}, 1<<63), 0)...), eight),
		"no event":                       AppendBatch(nil, &Batch{By: maria, Records: []Record{{By: maria}}}),
	} {
		t.Run(name, func(t *testing.T) { requireCorrupt(t, data) })
	}
	require.EqualError(t, &CorruptError{7, "a string is cut short"}, "interaction: a stored batch is corrupt at byte 7: a string is cut short")
}

// TestLIFE_18_reading_is_bounded decodes what claims to be huge, and what holds
// as many things as it can.
func TestLIFE_18_reading_is_bounded(t *testing.T) {
	perByte := func(skeleton []byte) uint64 {
		data := JoinSections(nil, skeleton, make([]byte, 8))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = DecodeBatch(data, 0, storedAt)
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) / uint64(len(data))
	}
	require.Less(t, perByte(append(binary.AppendUvarint(nil, 1<<62), 0, 0)), uint64(1000), "a string")
	records := append([]byte{0, 0, 0}, bytes.Repeat([]byte("\x04said\x00"), 100_000)...)
	require.Less(t, perByte(records[:len(records)-1]), uint64(250), "records")
	items := append([]byte("\x00\x00\x00\x07started"), 13<<2|byte(wireGroup))
	items = append(items, bytes.Repeat([]byte{25<<2 | byte(wireGroup), 0}, 100_000)...)
	require.Less(t, perByte(append(items, 0)), uint64(400), "items of a list")
}

// public are the strings that are not personal: ids, codes, and an
// administrator's words.
var public = map[string]bool{
	"Started.Contact.ID": true, "ContactAssigned.Contact.ID": true, "FileSent.File.ID": true, "FileSent.File.Type": true,
	"FileSent.File.Code": true, "FileJudged.File": true, "FileJudged.Code": true, "Blended.Medium": true, "DispositionSet.Code": true,
}

func isPublic(path string) bool {
	_, field, _ := strings.Cut(path, ".")
	switch field {
	case "Channel", "Language", "Target", "Invitation", "Agent", "Consultation", "Party", "Owner":
		return true
	}
	return public[path] || strings.HasPrefix(path, "Started.Policy.") && !strings.Contains(path, "].Name")
}

func TestLIFE_18_what_is_personal_is_in_its_own_section(t *testing.T) {
	for k := range EventKind(eventKinds) {
		e, all := fullEvent(t, k)
		b := batch(e)
		skeleton, personal, err := Sections(AppendBatch(nil, &b))
		require.NoError(t, err)
		for _, l := range all {
			if l.value.Kind() == reflect.String || l.value.Type() == reflect.TypeFor[[]byte]() {
				value := fmt.Appendf(nil, "%s", l.value)
				require.Equal(t, isPublic(l.path), bytes.Contains(skeleton, value), l.path)
				require.Equal(t, !isPublic(l.path), bytes.Contains(personal, value), l.path)
			}
		}
	}
	b := batch(&Said{"yes"})
	skeleton, personal, err := Sections(AppendBatch(nil, &b))
	require.NoError(t, err)
	digest := binary.LittleEndian.AppendUint64(nil, b.Command)
	require.False(t, bytes.Contains(skeleton, digest), "a short text can be guessed from its digest")
	require.True(t, bytes.Contains(personal, digest))
}

func TestLIFE_18_sections_join_to_what_was_cut(t *testing.T) {
	for _, b := range []Batch{{}, batch(&Said{"hello"}), batch(eventsOfAllKinds(t)...)} {
		data := AppendBatch(nil, &b)
		skeleton, personal, err := Sections(data)
		require.NoError(t, err)
		_ = append(skeleton, 0xff) // cannot reach the other section
		require.Equal(t, append([]byte("before"), AppendBatch(nil, &b)...), JoinSections([]byte("before"), skeleton, personal))
	}
	for _, data := range [][]byte{nil, {0}, {2, 0}, {1}, {1, 5, 0}, {1, 0x80}} {
		_, _, err := Sections(data)
		var corrupt *CorruptError
		require.ErrorAs(t, err, &corrupt)
	}
}

func TestLIFE_18_a_message_costs_little(t *testing.T) {
	text := strings.Repeat("x", 60)
	b := batch(&Said{text})
	data := AppendBatch(nil, &b)
	require.LessOrEqual(t, len(data)-len(text)-len(b.By), 20, "bytes over the text and the actor")
	all := batch(eventsOfAllKinds(t)...)
	space := make([]byte, 0, 1<<16)
	require.Zero(t, testing.AllocsPerRun(100, func() { AppendBatch(space, &b) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { AppendBatch(space, &all) }), "whatever it holds")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = DecodeBatch(data, 41, storedAt) }), 2.0)
}

func FuzzHOST_5_DecodeBatch(f *testing.F) {
	for _, e := range eventsOfAllKinds(f) {
		b := batch(e, e)
		f.Add(AppendBatch(nil, &b))
	}
	f.Add(written("said", func(c *coder) { later(c, 7) }))
	f.Add(written("sung", func(c *coder) { later(c, 1) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		requireHarmless(t, data)
		if skeleton, personal, err := Sections(data); err == nil {
			s, p, err := Sections(JoinSections(nil, skeleton, personal))
			require.NoError(t, err)
			require.Equal(t, skeleton, s)
			require.Equal(t, personal, p)
		}
	})
}

// BenchmarkStored measures the stored form of a message against what an
// ordinary store of events would do with encoding/json, in turns, so that both
// have the same machine.
func BenchmarkStored(b *testing.B) {
	type line struct {
		Seq      uint64    `json:"seq"`
		At       time.Time `json:"at"`
		By       string    `json:"by"`
		Kind     string    `json:"kind"`
		Audience string    `json:"audience"`
		Key      string    `json:"key"`
		Seen     uint64    `json:"seen"`
		Text     string    `json:"text"`
	}
	const text = "hello, this is a \"message\" of some sixty bytes, more or less"
	ours := Batch{By: maria, Command: 1 << 60, Seen: 99, View: 1, Records: []Record{{Seq: 42, At: storedAt, By: maria, Event: &Said{text}}}}
	theirs := line{42, storedAt, string(maria), "said", "everyone", "0190d4c0-7c1a-7c3e-9f4b-2d1f00c0ffee", 99, text}
	data := AppendBatch(nil, &ours)
	plain, err := json.Marshal(&theirs)
	require.NoError(b, err)
	compare := func(name string, one, other func()) {
		b.Run(name, func(b *testing.B) {
			var took, others time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				for range 100 {
					one()
				}
				took += time.Since(start)
				b.StopTimer()
				start = time.Now()
				for range 100 {
					other()
				}
				others += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)/100, "ns/batch")
			b.ReportMetric(float64(others)/float64(took), "json/ours")
		})
	}
	compare("encode", func() { data = AppendBatch(data[:0], &ours) }, func() { _, _ = json.Marshal(&theirs) })
	compare("decode", func() { _, _ = DecodeBatch(data, 41, storedAt) }, func() { var l line; _ = json.Unmarshal(plain, &l) })
}

// HIST-7: what is left of a log whose personal sections are gone is read, and
// means the same but for what was personal.
func TestHIST_7_LIFE_18_a_skeleton_is_read_alone(t *testing.T) {
	var s State
	n := 0
	for _, l := range goldenLines(t, "v1-log") {
		skeleton, _, err := Sections(l.data)
		require.NoError(t, err)
		whole, err := DecodeBatch(l.data, l.after, l.at)
		require.NoError(t, err)
		b, err := DecodeSkeleton(skeleton, l.after, l.at)
		require.NoError(t, err)
		require.Len(t, b.Records, len(whole.Records))
		require.Zero(t, b.Command)
		for i, r := range b.Records {
			require.Equal(t, whole.Records[i].Event.Kind(), r.Event.Kind())
			require.Equal(t, whole.Records[i].Audience, r.Audience)
			require.NoError(t, s.Apply(r))
			n++
		}
	}
	require.EqualValues(t, n, s.Seq())
	// It is what erasing makes of the whole log: the golden one ends with that.
	var whole State
	for _, l := range goldenLines(t, "v1-log") {
		b, err := DecodeBatch(l.data, l.after, l.at)
		require.NoError(t, err)
		for _, r := range b.Records {
			require.NoError(t, whole.Apply(r))
		}
	}
	require.Equal(t, whole, s)
	_, err := DecodeSkeleton([]byte{1, 2, 3}, 0, s.At())
	var corrupt *CorruptError
	require.ErrorAs(t, err, &corrupt)
}
