// Package directorytest is the definition of a correct [routing.Directory]
// (ROUTE-1): one call runs all that the contract promises against a host's own.
//
//	func TestDirectory(t *testing.T) {
//		directorytest.Run(t, func(t testing.TB) directorytest.Backend {
//			users := openUsers(t)
//			return directorytest.Backend{Directory: users, Put: users.Save, Remove: users.Delete, SetPresence: users.SetPresence}
//		})
//	}
//
// Because a directory may lose, repeat and merge what it tells those who watch,
// the suite changes something again until it was told, and judges the rest: that
// what was told is there to read, that nobody is held up, that an end is an end.
package directorytest
