package chatxml

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chatkernel/chatkernel/interaction"
)

// The elements of an imported transcript are kept in its log: behind the records
// that an element became stands an automatic message for nobody, whose text is
// the element with its place in the transcript in front. Place 0 is the root
// with nothing in it. The text is personal like every other, so that it is
// destroyed with them (HIST-7).

// nobody sees a record with this audience: it is of no consultation and names no
// party.
var nobody = interaction.Audience{Scope: interaction.OneConsultation}

// keeper is the event that keeps a node.
func keeper(place int, n *Node) (*interaction.Announced, error) {
	var w writer
	if w.node(n, 2); w.err != nil {
		return nil, w.err
	}
	return &interaction.Announced{Message: interaction.Information, Text: strconv.Itoa(place) + ":" + string(w.out)}, nil
}

// keeps is the event of a record that keeps a node, nil for every other record.
func keeps(r *interaction.Record) *interaction.Announced {
	if e, ok := r.Event.(*interaction.Announced); ok && r.Audience == nobody {
		return e
	}
	return nil
}

// kept is the node that a record keeps, and its place; false for every other
// record, and where the text was erased.
func kept(r *interaction.Record) (place int, n Node, ok bool) {
	e := keeps(r)
	if e == nil {
		return 0, Node{}, false
	}
	number, text, _ := strings.Cut(e.Text, ":")
	place, err := strconv.Atoi(number)
	if err != nil || place < 0 {
		return 0, Node{}, false
	}
	p := parser{
		data:   bytes.Join([][]byte{[]byte("<kept>"), []byte(text), []byte("</kept>")}, nil),
		limits: Limits{math.MaxInt, maxDepth, math.MaxInt},
	}
	root, err := p.parse()
	if err != nil || len(root.Nodes) != 1 {
		return 0, Node{}, false
	}
	return place, root.Nodes[0], true
}

// Original is the transcript that a log was imported from, whole: also what no
// viewer may see. It is for the host alone; [Export] is for viewers. It is false
// for a log that was not imported, and for one that was erased (HIST-7).
func Original(log []interaction.Record) (*Document, bool) {
	return gather(log, func(int) bool { return true }, func(*Element) {})
}

// gather puts the kept elements together again: those whose record's index is
// wanted, after a look at each of them.
func gather(log []interaction.Record, wanted func(i int) bool, look func(*Element)) (*Document, bool) {
	type piece struct {
		place int
		node  Node
	}
	var d Document
	var pieces []piece
	for i := range log {
		place, n, ok := kept(&log[i])
		switch {
		case !ok:
		case place == 0 && n.Element != nil:
			d.Root.Name = n.Element.Name
			if wanted(i) {
				d.Root.Attrs = n.Element.Attrs
			}
		case wanted(i):
			if n.Element != nil {
				look(n.Element)
			}
			pieces = append(pieces, piece{place, n})
		}
	}
	if d.Root.Name != rootName {
		return nil, false
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.place, b.place) })
	for i := range pieces {
		d.Root.Nodes = append(d.Root.Nodes, pieces[i].node)
	}
	return &d, true
}
