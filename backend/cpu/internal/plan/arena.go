package plan

import (
	"cmp"
	"slices"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
)

// slotKind says where a slot's memory comes from.
type slotKind uint8

const (
	arena  slotKind = iota // planned memory of the program
	caller                 // a buffer of the run
	fixed                  // a constant
	moving                 // one step of a sequence, set by a scan at each step
)

// A slot is memory that is written and read at known positions of the code. Slots that
// may share memory are joined.
type slot struct {
	kind     slotKind
	bytes    int
	depth    int // of scans around its making
	first    int // position of the first access
	last     int // and of the last
	lastRead int
	root     int // the slot it is joined to, or itself
	data     unsafe.Pointer
}

// An overwrite says that the instruction at pos may write w over r.
type overwrite struct{ pos, w, r int }

func (c *Builder) newSlot(kind slotKind, bytes int) int {
	c.slots = append(c.slots, slot{kind: kind, bytes: bytes, depth: c.depth, first: -1, last: -1, lastRead: -1, root: len(c.slots)})
	return len(c.slots) - 1
}

// Root is the slot that s is joined to, in whose memory it lies.
func (c *Builder) Root(s int) int {
	for c.slots[s].root != s {
		s = c.slots[s].root
	}
	return s
}

// touch records an access at the present position.
func (c *Builder) touch(i int, read bool) {
	s := &c.slots[i]
	if s.first < 0 {
		s.first = c.pos
	}
	s.last = max(s.last, c.pos)
	if read {
		s.lastRead = max(s.lastRead, c.pos)
	}
	if c.depth > s.depth {
		c.outer[i] = true
	}
}

// MoveTo computes v directly in the place of to, if that is possible.
func (c *Builder) MoveTo(v, to Value) bool {
	return v.Dense() && v.Offset == 0 && c.become(v.Slot, to.Slot)
}

// become joins slot s to slot to, if nothing reads to's old content after s is first written,
// and reports whether it does.
func (c *Builder) become(s, to int) bool {
	x, t := &c.slots[s], &c.slots[to]
	if x.kind != arena || x.root != s || x.bytes != t.bytes || x.first < 0 || x.depth != c.depth {
		return false
	}
	read := -1
	for i := range c.slots {
		if c.Root(i) == to {
			read = max(read, c.slots[i].lastRead)
		}
	}
	if read > x.first || read == x.first && !slices.Contains(c.overwrites, overwrite{x.first, s, to}) {
		return false
	}
	x.root = to
	return true
}

// layout joins slots that instructions may overwrite, gives every arena slot its place
// and returns the size of the arena.
func (c *Builder) layout() (place []int, bytes int) {
	live := c.lifetimes()
	slices.SortStableFunc(c.overwrites, func(a, b overwrite) int { return a.pos - b.pos })
	for _, p := range c.overwrites {
		w, r := c.Root(p.w), c.Root(p.r)
		a, b := &c.slots[w], &c.slots[r]
		if w == r || a.kind != arena || b.kind != arena || live[r].last != p.pos || live[w].first != p.pos {
			continue
		}
		a.root = r
		b.bytes = max(a.bytes, b.bytes)
		live[r].last = live[w].last
	}
	return c.place(live)
}

type lifetime struct{ first, last int }

// lifetimes folds the accesses of joined slots.
func (c *Builder) lifetimes() []lifetime {
	live := make([]lifetime, len(c.slots))
	for i := range live {
		live[i] = lifetime{-1, -1}
	}
	for i, s := range c.slots {
		if s.first < 0 {
			continue
		}
		l := &live[c.Root(i)]
		if l.first < 0 || s.first < l.first {
			l.first = s.first
		}
		l.last = max(l.last, s.last)
	}
	return live
}

// muchMemory is more than the caches of a core hold. outOfOrder is the most slots that are
// placed by size instead of by time, which is slow for many.
const (
	muchMemory = 1 << 20
	outOfOrder = 1000
)

// place packs the arena's slots, each into the smallest gap between those alive at the same
// time: in order of their first use, so that neighbours are used at about the same time, or the
// largest first if the arena is large and that makes it smaller.
func (c *Builder) place(live []lifetime) (place []int, bytes int) {
	var made []int
	for i, s := range c.slots {
		if s.kind == arena && s.root == i && live[i].first >= 0 {
			made = append(made, i)
		}
	}
	byTime := func(a, b int) int { return live[a].first - live[b].first }
	slices.SortStableFunc(made, byTime)
	place, bytes = c.pack(made, 0, live)
	if bytes < muchMemory {
		return place, bytes
	}
	slices.SortStableFunc(made, func(a, b int) int { return c.slots[b].bytes - c.slots[a].bytes })
	few := min(len(made), outOfOrder)
	slices.SortStableFunc(made[few:], byTime)
	if other, n := c.pack(made, few, live); n < bytes {
		return other, n
	}
	return place, bytes
}

// pack places slots in the given order; from index byTime on they are sorted by first use.
func (c *Builder) pack(order []int, byTime int, live []lifetime) (place []int, bytes int) {
	place = make([]int, len(c.slots))
	var placed []int // by place
	for n, i := range order {
		if n >= byTime {
			placed = slices.DeleteFunc(placed, func(j int) bool { return live[j].last < live[i].first })
		}
		size := room(c.slots[i].bytes)
		best, least, at := -1, 0, 0
		for _, j := range placed {
			if live[j].last < live[i].first || live[i].last < live[j].first {
				continue
			}
			if hole := place[j] - at; hole >= size && (best < 0 || hole < least) {
				best, least = at, hole
			}
			at = max(at, place[j]+room(c.slots[j].bytes))
		}
		if best < 0 {
			best = at
		}
		place[i] = best
		bytes = max(bytes, best+size)
		k, _ := slices.BinarySearchFunc(placed, best, func(j, at int) int { return cmp.Compare(place[j], at) })
		placed = slices.Insert(placed, k, i)
	}
	return place, bytes
}

// room is the memory for a slot. Large ones are kept from lying a multiple of 4 KiB apart,
// where they would share the sets of a cache.
func room(bytes int) int {
	if bytes >= 4096 {
		bytes += 17 * storage.CacheLine
	}
	return roundUp(bytes)
}

func roundUp(n int) int { return (n + storage.CacheLine - 1) &^ (storage.CacheLine - 1) }
