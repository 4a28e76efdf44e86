package directorytest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chatkernel/chatkernel/interaction"
	"github.com/chatkernel/chatkernel/routing"
	"github.com/chatkernel/chatkernel/routing/directorytest"
)

func backend(team *routing.Team, d routing.Directory) directorytest.Backend {
	return directorytest.Backend{
		Directory: d, Put: team.Set, SetPresence: team.SetPresence,
		Remove: func(id interaction.PartyID) error { team.Remove(id); return nil },
	}
}

func TestROUTE_1_a_team_is_a_directory(t *testing.T) {
	directorytest.Run(t, func(testing.TB) directorytest.Backend {
		team := new(routing.Team)
		return backend(team, team)
	})
}

// A directory that tells in a goroutine of its own, and loses a part of it, is as
// good.
func TestROUTE_1_a_directory_that_loses_and_repeats(t *testing.T) {
	directorytest.Run(t, func(testing.TB) directorytest.Backend {
		team := new(routing.Team)
		return backend(team, &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
			var mu sync.Mutex
			n, over := 0, false
			cancel, err := team.Watch(ctx, func(id interaction.PartyID) {
				mu.Lock()
				defer mu.Unlock()
				if n++; n%3 == 1 {
					return
				}
				go func() {
					for range 2 {
						mu.Lock()
						gone := over || ctx.Err() != nil
						mu.Unlock()
						if !gone {
							changed(id)
						}
					}
				}()
			})
			return func() {
				cancel()
				mu.Lock()
				defer mu.Unlock()
				over = true
			}, err
		}})
	})
}

// faulty is a team of which methods were replaced.
type faulty struct {
	*routing.Team
	agents      func(context.Context) iter.Seq2[routing.Agent, error]
	agent       func(context.Context, interaction.PartyID) (routing.Agent, error)
	watch       func(context.Context, func(interaction.PartyID)) (func(), error)
	setNotReady func(context.Context, interaction.PartyID, string, time.Time) error
}

func (f *faulty) Agents(ctx context.Context) iter.Seq2[routing.Agent, error] {
	if f.agents != nil {
		return f.agents(ctx)
	}
	return f.Team.Agents(ctx)
}

func (f *faulty) Agent(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
	if f.agent != nil {
		return f.agent(ctx, id)
	}
	return f.Team.Agent(ctx, id)
}

func (f *faulty) Watch(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
	if f.watch != nil {
		return f.watch(ctx, changed)
	}
	return f.Team.Watch(ctx, changed)
}

func (f *faulty) SetNotReady(ctx context.Context, id interaction.PartyID, reason string, asOf time.Time) error {
	if f.setNotReady != nil {
		return f.setNotReady(ctx, id, reason, asOf)
	}
	return f.Team.SetNotReady(ctx, id, reason, asOf)
}

// each gives the team's agents changed by f, which leaves out those for which it
// says no.
func each(team *routing.Team, f func(*routing.Agent) bool) func(context.Context) iter.Seq2[routing.Agent, error] {
	return func(ctx context.Context) iter.Seq2[routing.Agent, error] {
		return func(yield func(routing.Agent, error) bool) {
			for a, err := range team.Agents(ctx) {
				if f(&a) && !yield(a, err) {
					return
				}
			}
		}
	}
}

// verdict takes the place of a test's T and remembers how the case ended.
type verdict struct {
	testing.TB
	mu      sync.Mutex
	failure string
}

func (v *verdict) Errorf(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failure == "" {
		v.failure = fmt.Sprintf(format, args...)
	}
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}

// judge runs one case in a bubble, where patience costs no time, and gives how
// it failed.
func judge(t *testing.T, name string, open func() directorytest.Backend) string {
	t.Helper()
	cases := directorytest.Cases()
	i := slices.IndexFunc(cases, func(c directorytest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %q", name)
	}
	var v *verdict
	synctest.Test(t, func(t *testing.T) {
		v = &verdict{TB: t}
		var wg sync.WaitGroup
		wg.Go(func() { cases[i].Run(v, open()) })
		wg.Wait()
		time.Sleep(2 * time.Hour) // whatever a faulty directory left behind comes to its end
	})
	return v.failure
}

// TestTheSuiteFindsFaultyDirectories breaks one promise after the other and asks
// the case that should notice.
func TestTheSuiteFindsFaultyDirectories(t *testing.T) {
	for _, m := range []struct {
		promise, finds string
		open           func(*routing.Team) routing.Directory
	}{
		{"who is not there is unknown", "Empty", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agent: func(context.Context, interaction.PartyID) (routing.Agent, error) {
				return routing.Agent{}, errors.New("sql: no rows")
			}}
		}},
		{"nobody is made up", "Empty", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agent: func(_ context.Context, id interaction.PartyID) (routing.Agent, error) {
				return routing.Agent{ID: id}, nil
			}}
		}},
		{"who was removed is unknown", "ReplacedAndRemoved", func(team *routing.Team) routing.Directory {
			kept := make(map[interaction.PartyID]routing.Agent)
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				a, err := team.Agent(ctx, id)
				if err == nil {
					kept[id] = a
				}
				if old, ok := kept[id]; ok {
					return old, nil
				}
				return a, err
			}}
		}},
		{"all of an agent is handed out", "WhatWasPutIsThere", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: each(team, func(a *routing.Agent) bool { a.Capacity.Voice = 0; return true })}
		}},
		{"ids are told apart by case", "WhatWasPutIsThere", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				for a := range team.Agents(ctx) {
					if len(a.ID) == len(id) && string(a.ID[len(a.ID)-1]|32) == string(id[len(id)-1]|32) {
						return a, nil
					}
				}
				return routing.Agent{}, routing.ErrUnknownAgent
			}}
		}},
		{"who is offline is there", "WhatWasPutIsThere", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: each(team, func(a *routing.Agent) bool { return a.Presence != routing.Offline })}
		}},
		{"nobody is there twice", "WhatWasPutIsThere", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: func(ctx context.Context) iter.Seq2[routing.Agent, error] {
				return func(yield func(routing.Agent, error) bool) {
					for a, err := range team.Agents(ctx) {
						if !yield(a, err) || len(a.Groups) > 1 && !yield(a, err) { // a row for each group
							return
						}
					}
				}
			}}
		}},
		{"Since is when the presence began", "WhatWasPutIsThere", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: each(team, func(a *routing.Agent) bool { a.Since = time.Time{}; return true })}
		}},
		{"a sequence can be gone through again", "TheLoopMayEndEarly", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: func(ctx context.Context) iter.Seq2[routing.Agent, error] {
				next, _ := iter.Pull2(team.Agents(ctx))
				return func(yield func(routing.Agent, error) bool) {
					for a, err, ok := next(); ok && yield(a, err); a, err, ok = next() {
					}
				}
			}}
		}},
		{"what is handed out is the caller's", "WhatIsHandedOutNeverChanges", func(team *routing.Team) routing.Directory {
			shared := make(map[interaction.PartyID]routing.Agent)
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				if a, ok := shared[id]; ok {
					return a, nil
				}
				a, err := team.Agent(ctx, id)
				shared[id] = a
				return a, err
			}}
		}},
		{"what is handed out does not change later", "WhatIsHandedOutNeverChanges", func(team *routing.Team) routing.Directory {
			row := make([]string, 2)
			return &faulty{Team: team, agents: each(team, func(a *routing.Agent) bool {
				copy(row, a.Groups)
				a.Groups = row[:len(a.Groups)]
				return true
			})}
		}},
		{"Since moves with the presence", "PresenceAndSince", func(team *routing.Team) routing.Directory {
			var first time.Time
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				a, err := team.Agent(ctx, id)
				if first.IsZero() {
					first = a.Since
				}
				a.Since = first
				return a, err
			}}
		}},
		{"Since moves with nothing else", "PresenceAndSince", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				a, err := team.Agent(ctx, id)
				a.Since = time.Now()
				return a, err
			}}
		}},
		{"SetNotReady works", "NotReady", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(context.Context, interaction.PartyID, string, time.Time) error { return nil }}
		}},
		{"SetNotReady keeps the reason", "NotReady", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(ctx context.Context, id interaction.PartyID, _ string, asOf time.Time) error {
				return team.SetNotReady(ctx, id, "", asOf)
			}}
		}},
		{"ready since exactly then is not ready after it", "NotReady", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(ctx context.Context, id interaction.PartyID, reason string, asOf time.Time) error {
				return team.SetNotReady(ctx, id, reason, asOf.Add(-1))
			}}
		}},
		{"SetNotReady is for who is ready", "NotReadyOnlyWhoIsReady", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(_ context.Context, id interaction.PartyID, reason string, _ time.Time) error {
				return team.SetPresence(id, routing.NotReady, reason)
			}}
		}},
		{"who became ready since stays it", "NotReadyOnlyAsOf", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(ctx context.Context, id interaction.PartyID, reason string, _ time.Time) error {
				return team.SetNotReady(ctx, id, reason, time.Now())
			}}
		}},
		{"SetNotReady makes nobody", "NotReadyOfNobody", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, setNotReady: func(ctx context.Context, id interaction.PartyID, reason string, asOf time.Time) error {
				if err := team.SetNotReady(ctx, id, reason, asOf); err == nil {
					return nil
				}
				return team.Set(routing.Agent{ID: "agent:nobody", Name: "?", Presence: routing.NotReady, Reason: reason})
			}}
		}},
		{"SetNotReady is told", "WatchTellsEveryChange", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				return team.Watch(ctx, func(id interaction.PartyID) {
					if a, err := team.Agent(ctx, id); err != nil || a.Reason != "no answer" {
						changed(id)
					}
				})
			}}
		}},
		{"a removal is told", "WatchTellsEveryChange", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				return team.Watch(ctx, func(id interaction.PartyID) {
					if _, err := team.Agent(ctx, id); err == nil {
						changed(id)
					}
				})
			}}
		}},
		{"not only presences are told", "WatchTellsEveryChange", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				last := make(map[interaction.PartyID]routing.Presence)
				return team.Watch(ctx, func(id interaction.PartyID) {
					a, _ := team.Agent(ctx, id)
					if p, ok := last[id]; !ok || p != a.Presence {
						changed(id)
					}
					last[id] = a.Presence
				})
			}}
		}},
		{"what is told can be read", "WatchTellsAfterTheFact", func(team *routing.Team) routing.Directory {
			old := make(map[interaction.PartyID]routing.Agent) // a replica that lags
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				was, ok := old[id]
				a, err := team.Agent(ctx, id)
				old[id] = a
				if ok {
					return was, nil
				}
				return a, err
			}}
		}},
		{"all who watch are told", "EveryoneWhoWatchesIsTold", func(team *routing.Team) routing.Directory {
			var latest func(interaction.PartyID)
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				latest = changed
				return team.Watch(ctx, func(id interaction.PartyID) { latest(id) })
			}}
		}},
		{"one cancel ends one watch", "EveryoneWhoWatchesIsTold", func(team *routing.Team) routing.Directory {
			var cancels []func()
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				cancel, err := team.Watch(ctx, changed)
				cancels = append(cancels, cancel)
				return func() {
					for _, c := range cancels {
						c()
					}
				}, err
			}}
		}},
		{"cancel is the end", "CancelEndsAWatch", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				_, err := team.Watch(ctx, changed)
				return func() {}, err
			}}
		}},
		{"the end of the context is the end", "ContextEndsAWatch", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				return team.Watch(context.WithoutCancel(ctx), changed)
			}}
		}},
		{"no goroutine is left", "NoGoroutineIsLeft", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, watch: func(ctx context.Context, changed func(interaction.PartyID)) (func(), error) {
				go time.Sleep(time.Hour)
				return team.Watch(ctx, changed)
			}}
		}},
		{"an error ends the loop", "AnErrorEndsTheLoop", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: func(ctx context.Context) iter.Seq2[routing.Agent, error] {
				return func(yield func(routing.Agent, error) bool) {
					if err := ctx.Err(); err != nil && !yield(routing.Agent{}, err) {
						return
					}
					team.Agents(context.WithoutCancel(ctx))(yield)
				}
			}}
		}},
		{"an error is told", "AnErrorEndsTheLoop", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agents: func(ctx context.Context) iter.Seq2[routing.Agent, error] {
				return func(yield func(routing.Agent, error) bool) {
					for a, err := range team.Agents(ctx) {
						if err != nil || !yield(a, nil) {
							return
						}
					}
				}
			}}
		}},
		{"an error is not that somebody is unknown", "AnErrorEndsTheLoop", func(team *routing.Team) routing.Directory {
			return &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (routing.Agent, error) {
				a, err := team.Agent(ctx, id)
				if err != nil {
					err = routing.ErrUnknownAgent
				}
				return a, err
			}}
		}},
		{"nothing is read half changed", "ManyAtOnce", func(team *routing.Team) routing.Directory {
			var mu sync.Mutex
			groups := make(map[interaction.PartyID][]string) // in a table of its own
			return &faulty{Team: team, agents: each(team, func(a *routing.Agent) bool {
				mu.Lock()
				defer mu.Unlock()
				old, ok := groups[a.ID]
				groups[a.ID] = a.Groups
				if ok {
					a.Groups = old
				}
				return true
			})}
		}},
	} {
		t.Run(m.promise, func(t *testing.T) {
			failure := judge(t, m.finds, func() directorytest.Backend {
				team := new(routing.Team)
				return backend(team, m.open(team))
			})
			if failure == "" {
				t.Errorf("%s does not notice", m.finds)
			}
			t.Logf("%s: %s", m.finds, failure)
		})
	}
}

func TestTheSuiteAcceptsATeamInABubble(t *testing.T) {
	for _, c := range directorytest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if failure := judge(t, c.Name, func() directorytest.Backend {
				team := new(routing.Team)
				return backend(team, team)
			}); failure != "" {
				t.Error(failure)
			}
		})
	}
}

// A lock that is held while somebody is told is noticed by who calls back.
func TestTheSuiteFindsALockThatIsHeldWhileTelling(t *testing.T) {
	for name, reads := range map[string]bool{"WatchMayCallBack": false, "TheLoopMayEndEarly": true} {
		failure := judge(t, name, func() directorytest.Backend {
			team := new(routing.Team)
			lock := make(chan struct{}, 1) // a mutex would stand still for good, which ends no bubble
			locked := func(do func() error) error {
				select {
				case lock <- struct{}{}:
					defer func() { <-lock }()
				case <-time.After(time.Minute):
				}
				return do()
			}
			f := &faulty{Team: team, agent: func(ctx context.Context, id interaction.PartyID) (a routing.Agent, err error) {
				err = locked(func() error { a, err = team.Agent(ctx, id); return err })
				return a, err
			}}
			if reads {
				f.agents = func(ctx context.Context) iter.Seq2[routing.Agent, error] {
					return func(yield func(routing.Agent, error) bool) {
						_ = locked(func() error { team.Agents(ctx)(yield); return nil })
					}
				}
			}
			b := backend(team, f)
			b.SetPresence = func(id interaction.PartyID, p routing.Presence, reason string) error {
				return locked(func() error { return team.SetPresence(id, p, reason) })
			}
			return b
		})
		if failure == "" {
			t.Errorf("%s does not notice", name)
		}
		t.Logf("%s: %s", name, failure)
	}
}
