package runtime

import (
	"cmp"
	"slices"
	"sync"
)

// A Lock guards the values of variables, such as those of one model with its optimizer's state.
// The zero Lock is ready for use. Variables refer to it, so it must not be part of an object that
// should be collected before them.
type Lock struct {
	sync.RWMutex
	id uint64 // position in the locking order; 0: not yet assigned
}

// Compare returns the locking order of two numbered locks.
func (l *Lock) Compare(m *Lock) int { return cmp.Compare(l.id, m.id) }

// number assigns the lock its position, once. The caller holds storagesMu.
func (l *Lock) number() {
	if l.id == 0 {
		lastLock++
		l.id = lastLock
	}
}

// locks are the locks of a program's variables, in locking order.
type locks []*Lock

func (ls locks) lock() {
	for _, l := range ls {
		l.Lock()
	}
}

func (ls locks) unlock() {
	for _, l := range ls {
		l.Unlock()
	}
}

func (ls locks) rlock() {
	for _, l := range ls {
		l.RLock()
	}
}

func (ls locks) runlock() {
	for _, l := range ls {
		l.RUnlock()
	}
}

// locksOf returns the locks of storages, each once.
func locksOf(storages []*storage) (ls locks) {
	for _, s := range storages {
		if !slices.Contains(ls, s.lock) {
			ls = append(ls, s.lock)
		}
	}
	slices.SortFunc(ls, (*Lock).Compare)
	return ls
}
