package layers

// A Freezing tells which layers were frozen at one time, such as a model's Compile. The nil
// Freezing asks the layers now.
type Freezing map[*Base]bool

// FreezingOf returns which of the layers are frozen.
func FreezingOf(ls ...Module) Freezing {
	f := Freezing{}
	for _, l := range ls {
		f[l.state()] = l.state().Frozen
	}
	return f
}

// Of reports whether l is frozen; of a layer that wasn't there, whether it is now.
func (f Freezing) Of(l Module) bool {
	if frozen, known := f[l.state()]; known {
		return frozen
	}
	return l.state().Frozen
}

// Changed reports whether l's Frozen has changed since.
func (f Freezing) Changed(l Module) bool { return f.Of(l) != l.state().Frozen }
