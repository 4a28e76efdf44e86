// Package keyring keeps the keys by which the personal content of interactions is
// encrypted, so that it can be erased for good (HIST-7): [Memory] in memory, [Dir]
// in a directory. Either is a chatkernel.Keyring:
//
//	ring, err := keyring.OpenDir("/var/lib/desk/keys", master)
//	k := chatkernel.New(store, transport, &chatkernel.Options{Keyring: ring})
//
// Each interaction has a random key of its own. It is kept wrapped (AES-256-GCM)
// by a random key of its contact, which is kept wrapped by the master key. An
// erasure destroys the interaction's wrapped key, and with a contact's last one the
// contact's key.
//
// # What it takes to be sure
//
// The keys must not be in the same backups as the store, and their own backups
// must end soon: who puts an old one back can read again what was erased. The
// master key belongs into a place of its own, as a secret of the deployment. A
// file system may keep the blocks of a file that was overwritten; on such a one, as
// on most flash storage, encrypt the disk. Whoever loses the keys has lost all that
// they open.
//
// Several processes on one store need one keyring. A Dir belongs to one process;
// more of them ask a key management service, by a few lines of the host's own
// that package keyringtest can judge.
package keyring
