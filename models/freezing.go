package models

import "github.com/rhyton/rhyton/layers"

// A freezing records which layers were frozen at Compile.
type freezing map[layers.Module]bool

// frozenNow returns which of the layers are frozen.
func frozenNow(ls []layers.Module) freezing {
	f := freezing{}
	for _, l := range ls {
		f[l] = access.Frozen(l)
	}
	return f
}

// of reports whether l was frozen at Compile; for a layer added since, whether it is frozen now.
func (f freezing) of(l layers.Module) bool {
	if frozen, known := f[l]; known {
		return frozen
	}
	return access.Frozen(l)
}
