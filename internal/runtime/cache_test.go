package runtime_test

import (
	"testing"

	"github.com/rhyton/rhyton/internal/runtime"
)

// An entry counts how often it is closed.
type entry struct {
	size   int64
	closed int
}

func (e *entry) Size() int64  { return e.size }
func (e *entry) Close() error { e.closed++; return nil }

func fill(c *runtime.Cache[*entry], n int, size int64) (all []*entry) {
	for range n {
		e := &entry{size: size}
		c.Add(e)
		all = append(all, e)
	}
	return all
}

func closedOf(all []*entry) (n int) {
	for _, e := range all {
		n += e.closed
	}
	return n
}

func TestACacheHoldsWhatItsMemoryHolds(t *testing.T) {
	for _, c := range []struct {
		name    string
		max, n  int
		size    int64
		evicted int
	}{
		{"small programs", 0, 300, 1 << 20, 0},
		{"programs of unknown size", 0, 2000, 0, 2000 - 1024},
		{"large programs", 0, 30, 64 << 20, 14},
		{"very large programs: 12 are kept", 0, 30, 1 << 30, 18},
		{"a given number", 3, 30, 1 << 30, 27},
	} {
		cache := &runtime.Cache[*entry]{Max: c.max}
		all := fill(cache, c.n, c.size)
		if cache.Evicted != c.evicted || cache.Len() != c.n-c.evicted || closedOf(all) != c.evicted {
			t.Errorf("%s: %d evicted, %d kept, %d closed; want %d, %d and %d", c.name, cache.Evicted, cache.Len(), closedOf(all), c.evicted, c.n-c.evicted, c.evicted)
		}
		cache.Close()
		if closedOf(all) != c.n || cache.Len() != 0 {
			t.Errorf("%s: %d of %d are closed", c.name, closedOf(all), c.n)
		}
	}
}

func TestACacheKeepsWhatWasUsedLast(t *testing.T) {
	cache := &runtime.Cache[*entry]{Max: 2}
	all := fill(cache, 2, 1)
	if e, found := cache.Find(func(e *entry) bool { return e == all[0] }); !found || e != all[0] {
		t.Fatal("an entry is not found")
	}
	fill(cache, 1, 1)
	if all[0].closed != 0 || all[1].closed != 1 {
		t.Errorf("closed are %d and %d; want the one used first, 0 and 1", all[0].closed, all[1].closed)
	}
	if _, found := cache.Find(func(e *entry) bool { return e == all[1] }); found {
		t.Error("an evicted entry is found")
	}
}
