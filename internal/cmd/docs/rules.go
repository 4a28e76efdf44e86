package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

var (
	roles = []interaction.Role{
		interaction.RoleContact, interaction.RoleBot, interaction.RoleAgent, interaction.RoleSupervisor, interaction.RoleSystem,
	}
	phases = []interaction.Phase{
		interaction.InWaiting, interaction.InActive, interaction.InDormant, interaction.InEnded, interaction.InDone,
	}
)

// standings are all that any role can have, in the order of their numbers.
func standings() []interaction.Standing {
	var all []interaction.Standing
	for _, r := range roles {
		all = append(all, r.Standings()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// commands are all that can be given while the interaction exists.
func commands() []interaction.CommandKind {
	return slices.DeleteFunc(interaction.CommandKinds(), func(k interaction.CommandKind) bool { return k == interaction.StartKind })
}

const rulesHead = "<!-- Made by `go run ./internal/cmd/docs`; do not edit. -->\n\n"

// permissions says for each command from where and in which phases it may be
// given.
func permissions() ([]byte, error) {
	var page bytes.Buffer
	page.WriteString("# Permissions\n\n" + rulesHead +
		"Who may give which command, and when (PART-1). It is made from the one table by which\n" +
		"`interaction.Decide` and `State.Allowed` judge. A *standing* is the actor's role together with how it takes\n" +
		"part now. What is not here is refused; [transitions.md](transitions.md) says with which error. A command may\n" +
		"still be refused for what it says: an invitation that is over, a text that is too long.\n\n" +
		"`start` is the contact's own, a bot's or the system's, once.\n\n" +
		"| command | standing | phases |\n| --- | --- | --- |\n")
	for _, k := range commands() {
		var order []string
		from := map[string][]string{}
		for _, s := range standings() {
			for _, c := range when(k, s) {
				if from[c.phases] == nil {
					order = append(order, c.phases)
				}
				from[c.phases] = append(from[c.phases], s.String()+c.only)
			}
		}
		if len(order) == 0 {
			return nil, errors.New("docs: nobody may ever " + k.String())
		}
		for i, phases := range order {
			name := "`" + k.String() + "`"
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&page, "| %s | %s | %s |\n", name, strings.Join(from[phases], ", "), phases)
		}
	}
	return page.Bytes(), nil
}

// A clause is when a standing may give a command, and which role alone if it is
// not every one that can have the standing.
type clause struct{ phases, only string }

func when(k interaction.CommandKind, s interaction.Standing) []clause {
	var all []clause
	able, differ := 0, map[string][]string{}
	for _, r := range roles {
		if !slices.Contains(r.Standings(), s) {
			continue
		}
		able++
		var in []string
		for _, p := range phases {
			if interaction.Permit(k, r, s, p) == nil {
				in = append(in, p.String())
			}
		}
		if in != nil {
			differ[strings.Join(in, ", ")] = append(differ[strings.Join(in, ", ")], r.String())
		}
	}
	for in, who := range differ {
		only := ""
		if len(who) < able {
			only = " (" + strings.Join(who, ", ") + ")"
		}
		all = append(all, clause{in, only})
	}
	slices.SortFunc(all, func(a, b clause) int { return strings.Compare(a.only, b.only) })
	return all
}

// transitions says for each phase, command and standing whether the command is
// carried out or how it is refused.
func transitions() ([]byte, error) {
	var page bytes.Buffer
	page.WriteString("# Transitions\n\n" + rulesHead +
		"What becomes of every command in every phase, from every standing (PART-1): **yes**, or the error that\n" +
		"refuses it before anything else is looked at. It is made from the table by which `interaction.Decide` judges.\n" +
		"Where a standing can be that of several roles and they differ, the cell says whose it is.\n\n" +
		"| word | error |\n| --- | --- |\n" +
		"| denied | `ErrDenied`: not for this role, or not from here; a `DeniedError` names role and command |\n" +
		"| owner | the same, and `ErrNotOwner`: for the owner only |\n" +
		"| phase | `ErrPhase`: not in this phase; a `PhaseError` names phase and command |\n" +
		"| stranger | `ErrNotParty`: who takes no part learns nothing else |\n\n" +
		"Before `start` every command is refused with `ErrNotStarted`, `start` afterwards with `ErrStarted`. Once it is\n" +
		"done the contact hears what it would hear in *ended*, so that it cannot tell the two apart; nothing changes.\n")
	columns := standings()
	for _, p := range phases {
		fmt.Fprintf(&page, "\n## %s\n\n| command |", p)
		for _, s := range columns {
			fmt.Fprintf(&page, " %s |", s)
		}
		page.WriteString("\n| --- |" + strings.Repeat(" --- |", len(columns)) + "\n")
		for _, k := range commands() {
			fmt.Fprintf(&page, "| `%s` |", k)
			for _, s := range columns {
				cell, err := outcome(k, s, p)
				if err != nil {
					return nil, err
				}
				fmt.Fprintf(&page, " %s |", cell)
			}
			page.WriteByte('\n')
		}
	}
	return page.Bytes(), nil
}

// outcome is one cell: the word for all roles that can have the standing, or
// the words with the roles that they are for.
func outcome(k interaction.CommandKind, s interaction.Standing, p interaction.Phase) (string, error) {
	var words []string
	whose := map[string][]string{}
	for _, r := range roles {
		if !slices.Contains(r.Standings(), s) {
			continue
		}
		word, err := refusal(interaction.Permit(k, r, s, p))
		if err != nil {
			return "", fmt.Errorf("docs: %s by %s as %s in %s: %w", k, r, s, p, err)
		}
		if whose[word] == nil {
			words = append(words, word)
		}
		whose[word] = append(whose[word], r.String())
	}
	if len(words) == 1 {
		return words[0], nil
	}
	for i, word := range words {
		words[i] = fmt.Sprintf("%s (%s)", word, strings.Join(whose[word], ", "))
	}
	return strings.Join(words, "; "), nil
}

// refusal is the word for an error of the table, and the error itself if it is
// none of them.
func refusal(err error) (string, error) {
	for _, c := range []struct {
		err  error
		word string
	}{
		{nil, "**yes**"}, {interaction.ErrNotOwner, "owner"}, {interaction.ErrDenied, "denied"},
		{interaction.ErrPhase, "phase"}, {interaction.ErrNotParty, "stranger"},
	} {
		if errors.Is(err, c.err) {
			return c.word, nil
		}
	}
	return "", err
}
