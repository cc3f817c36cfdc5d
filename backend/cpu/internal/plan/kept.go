package plan

// Kept reports whether v is memory that this program does not change: a variable that is
// not updated, or a constant.
func (c *Builder) Kept(v Value) bool {
	switch c.slots[v.Slot].kind {
	case fixed:
		return true
	case caller:
		for _, x := range c.Program.Vars {
			if x.slot == v.Slot {
				return !x.Writes && !x.Rows
			}
		}
	}
	return false
}

// Changed returns a function that reports whether v may have changed since it was last asked.
func (c *Builder) Changed(v Value) func() bool {
	p, slot := c.Program, v.Slot
	if c.slots[slot].kind == fixed {
		asked := false
		return func() bool { first := !asked; asked = true; return first }
	}
	var seen uint64
	return func() bool {
		now := p.stamps[slot]
		if now == seen {
			return false
		}
		seen = now
		return true
	}
}
