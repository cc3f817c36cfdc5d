package runtime

import "errors"

// CacheBytes is the memory limit of the programs of one cache, unless its Max sets their number.
const CacheBytes = 1 << 30

const (
	leastPrograms = 12      // always kept, whatever their size
	leastBytes    = 1 << 20 // minimum size of a program: graphs and code use memory that devices do not report
)

// A Cache keeps the most recently used programs, each as part of an entry E. The zero Cache is
// empty.
type Cache[E Entry] struct {
	Max     int // number of programs to keep; 0: as many as fit in [CacheBytes], at least 12
	Evicted int // number closed to make room
	entries []E // most recently used first
}

// An Entry is an element of a Cache.
type Entry interface {
	Size() int64
	Close() error
}

// Find returns the entry that fits, and marks it as used.
func (c *Cache[E]) Find(fits func(E) bool) (e E, found bool) {
	for i, x := range c.entries {
		if fits(x) {
			copy(c.entries[1:i+1], c.entries[:i])
			c.entries[0] = x
			return x, true
		}
	}
	return e, false
}

// Add adds an entry, and closes the least recently used ones if there are too many.
func (c *Cache[E]) Add(e E) error {
	c.entries = append(c.entries, e)
	copy(c.entries[1:], c.entries)
	c.entries[0] = e
	var err error
	keep := c.fitting()
	for _, old := range c.entries[keep:] {
		err = errors.Join(err, old.Close())
		c.Evicted++
	}
	clear(c.entries[keep:])
	c.entries = c.entries[:keep]
	return err
}

// fitting returns the number of entries that may stay.
func (c *Cache[E]) fitting() int {
	if c.Max > 0 {
		return min(len(c.entries), c.Max)
	}
	var bytes int64
	for i, e := range c.entries {
		if bytes += max(e.Size(), leastBytes); bytes > CacheBytes && i >= leastPrograms {
			return i
		}
	}
	return len(c.entries)
}

// Len returns the number of programs in the cache.
func (c *Cache[E]) Len() int { return len(c.entries) }

// Close closes all entries and empties the cache.
func (c *Cache[E]) Close() (err error) {
	for _, e := range c.entries {
		err = errors.Join(err, e.Close())
	}
	c.entries = nil
	return err
}
