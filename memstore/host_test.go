package memstore_test

import (
	"reflect"
	"testing"

	"github.com/chatkernel/chatkernel"
	"github.com/chatkernel/chatkernel/memstore"
	"github.com/stretchr/testify/require"
)

// The interfaces that an adapter implements are small, and memstore has all
// that keep data.
func TestHOST_2_small_interfaces_and_memstore_has_them(t *testing.T) {
	var store any = memstore.New(nil)
	var transport any = memstore.NewTransport()
	require.Implements(t, (*chatkernel.Store)(nil), store)
	require.Implements(t, (*chatkernel.Transport)(nil), transport)
	require.LessOrEqual(t, reflect.TypeFor[chatkernel.Store]().NumMethod(), 6)
	require.LessOrEqual(t, reflect.TypeFor[chatkernel.Transport]().NumMethod(), 2)
	require.LessOrEqual(t, reflect.TypeFor[chatkernel.Media]().NumMethod(), 2)
}
