package runtime

import "errors"

// CacheBytes is how much the programs of one cache may hold, unless its Max says how many they
// may be.
const CacheBytes = 1 << 30

const (
	leastPrograms = 12      // that are kept whatever they hold
	leastBytes    = 1 << 20 // that a program counts for: graphs and code take memory that no device tells
)

// A Cache keeps the programs that were used last, each as a part of an entry E. The zero Cache
// is empty.
type Cache[E Entry] struct {
	Max     int // how many programs are kept; 0: as many as [CacheBytes] holds, at least 12
	Evicted int // how many were closed to make room
	entries []E // the one used last first
}

// An Entry is what a Cache keeps.
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

// Add keeps an entry, and closes those unused for longest if there are too many.
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

// fitting is how many of the entries may stay.
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

// Len is how many programs are kept.
func (c *Cache[E]) Len() int { return len(c.entries) }

// Close closes all of them. The cache is empty then.
func (c *Cache[E]) Close() (err error) {
	for _, e := range c.entries {
		err = errors.Join(err, e.Close())
	}
	c.entries = nil
	return err
}
