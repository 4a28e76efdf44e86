package sqlite

import "github.com/chatkernel/chatkernel"

// Turns is how many transactions the Store had.
func (s *Store) Turns() int64 { return s.turns.Load() }

// Queued is how many jobs wait behind the one that the writer has.
func (s *Store) Queued() int { return len(s.queue) }

// Hold opens a transaction and keeps it until it is released: whatever is queued
// meanwhile joins it, in the order in which it came.
func (s *Store) Hold() (release func()) {
	entered, let := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.do(always, func(*tx) error {
			close(entered)
			<-let
			return nil
		})
	}()
	<-entered
	return func() { close(let) }
}

// Pragma changes the writer's connection.
func (s *Store) Pragma(text string) error {
	return s.do(always, func(t *tx) error {
		_, err := t.conn.ExecContext(always, "pragma "+text)
		return err
	})
}

// Search is the statement for a query.
func Search(q chatkernel.Query) (string, []any) { return search(&q, 100) }

// Synchronous is how long SQLite waits for the disk: 1 is NORMAL and 2 is FULL.
func (s *Store) Synchronous() (level int, err error) {
	err = s.do(always, func(t *tx) error {
		return t.conn.QueryRowContext(always, "pragma synchronous").Scan(&level)
	})
	return level, err
}

// Statements are the texts of all statements that were prepared so far.
func (s *Store) Statements() (all []string) {
	s.prepared.Range(func(text, _ any) bool {
		all = append(all, text.(string))
		return true
	})
	_ = s.do(always, func(t *tx) error {
		for text := range t.stmts {
			all = append(all, text)
		}
		return nil
	})
	return all
}
