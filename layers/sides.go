package layers

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// Sides are amounts before and after each spatial axis: one pair for all axes, or one pair per
// axis. In files they may be a number, one number per axis, or one pair per axis.
type Sides [][2]int

// UnmarshalJSON reads what Keras accepts: 1, [1, 2] (one per axis), or [[1, 1], [2, 2]].
func (s *Sides) UnmarshalJSON(data []byte) error {
	var all int
	if json.Unmarshal(data, &all) == nil {
		*s = Sides{{all, all}}
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(data, &items); err != nil {
		return fmt.Errorf("%.40s; want a number, or a number or a pair for each axis", data)
	}
	*s = nil
	for _, item := range items {
		var n int
		var pair []int
		switch {
		case json.Unmarshal(item, &n) == nil:
			*s = append(*s, [2]int{n, n})
		case json.Unmarshal(item, &pair) == nil && len(pair) == 2:
			*s = append(*s, [2]int{pair[0], pair[1]})
		default:
			return fmt.Errorf("%.40s; want a number or a pair for each axis", data)
		}
	}
	return nil
}

// each returns one pair for each of rank axes.
func (s Sides) each(rank, def int) Sides {
	if len(s) == 0 {
		s = Sides{{def, def}}
	}
	if len(s) != 1 {
		return s
	}
	out := make(Sides, rank)
	for i := range out {
		out[i] = s[0]
	}
	return out
}

// over checks the amounts for the spatial axes of x and returns the amounts for all axes of x.
func (s Sides) over(what string, x *graph.Node, rank int, f DataFormat) (low, high []int) {
	spatial(x, rank)
	if len(s) != rank {
		graph.Errorf("%s %v; want one pair, or %d", what, [][2]int(s), rank)
	}
	low, high = make([]int, x.Rank()), make([]int, x.Rank())
	first := 1
	if f == ChannelsFirst {
		first = 2
	}
	for i, p := range s {
		if p[0] < 0 || p[1] < 0 {
			graph.Errorf("%s %v; every number must be at least 0", what, [][2]int(s))
		}
		low[first+i], high[first+i] = p[0], p[1]
	}
	return low, high
}
