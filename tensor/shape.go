package tensor

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Shape is the size of each axis, outermost first. A scalar has an empty shape.
type Shape []int

// Size returns the number of elements. It is exact for shapes that passed [Shape.Check].
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Check returns an error if an extent is negative or the size in bytes of a float64 array of this
// shape overflows an int. No array can be made with such a shape.
func (s Shape) Check() error {
	n := 1
	for _, d := range s {
		if d < 0 {
			return fmt.Errorf("shape %v: extent %d is negative", s, d)
		}
		if d > 0 && n > math.MaxInt/16/d {
			return fmt.Errorf("shape %v: too many elements to count", s)
		}
		n *= max(d, 1)
	}
	return nil
}

// Equal reports whether s and t have the same extents.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy of s.
func (s Shape) Clone() Shape { return append(Shape{}, s...) }

// String writes s as NumPy does: (2, 3), (5,), ().
func (s Shape) String() string {
	if len(s) == 1 {
		return fmt.Sprintf("(%d,)", s[0])
	}
	var b strings.Builder
	b.WriteByte('(')
	for i, d := range s {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, d)
	}
	b.WriteByte(')')
	return b.String()
}
