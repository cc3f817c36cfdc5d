package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// DataFormat selects the position of the channels axis in images and sequences.
type DataFormat int

// The data formats. ChannelsLast, the default, is faster.
const (
	ChannelsLast  DataFormat = iota // (batch, spatial…, channels)
	ChannelsFirst                   // (batch, channels, spatial…)
)

// Padding selects how the borders of an input are padded.
type Padding int

// The paddings. With Same the output has ⌈in/stride⌉ steps; an odd extra step of padding goes
// at the end.
const (
	Valid  Padding = iota // no padding
	Same                  // zeros on both sides
	Causal                // zeros before the input, so that no output depends on later inputs; 1-D only
)

var (
	formatNames  = []string{"channels_last", "channels_first"}
	paddingNames = []string{"valid", "same", "causal"}
)

// String returns the Keras name, such as "channels_last".
func (f DataFormat) String() string { return nameAt(formatNames, int(f)) }

// MarshalText returns the Keras name.
func (f DataFormat) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText parses the Keras name.
func (f *DataFormat) UnmarshalText(text []byte) error {
	i, err := indexOf("data_format", formatNames, string(text))
	*f = DataFormat(i)
	return err
}

// String returns the Keras name, such as "same".
func (p Padding) String() string { return nameAt(paddingNames, int(p)) }

// MarshalText returns the Keras name.
func (p Padding) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText parses the Keras name.
func (p *Padding) UnmarshalText(text []byte) error {
	i, err := indexOf("padding", paddingNames, string(text))
	*p = Padding(i)
	return err
}

func nameAt(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprint("unknown ", i)
	}
	return names[i]
}

func indexOf(what string, names []string, text string) (int, error) {
	for i, n := range names {
		if n == text {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %q; known: %q", what, text, names)
}

// channelsLast transposes (batch, channels, spatial…) to (batch, spatial…, channels).
func channelsLast(x *graph.Node) *graph.Node {
	perm := []int{0}
	for i := 2; i < x.Rank(); i++ {
		perm = append(perm, i)
	}
	return ops.Transpose(x, append(perm, 1)...)
}

// channelsFirst transposes (batch, spatial…, channels) to (batch, channels, spatial…).
func channelsFirst(x *graph.Node) *graph.Node {
	perm := []int{0, x.Rank() - 1}
	for i := 1; i < x.Rank()-1; i++ {
		perm = append(perm, i)
	}
	return ops.Transpose(x, perm...)
}

// inFormat applies f, which works on channels last, to x in the given format.
func inFormat(format DataFormat, x *graph.Node, f func(x *graph.Node) *graph.Node) *graph.Node {
	if format != ChannelsFirst {
		return f(x)
	}
	return channelsFirst(f(channelsLast(x)))
}

// spread returns one number for each of rank axes: v itself, its only number repeated, or def
// if v is empty.
func spread(what string, v []int, rank, def int) []int { return spreadFrom(1, what, v, rank, def) }

// spreadFrom is spread with least as the smallest allowed number.
func spreadFrom(least int, what string, v []int, rank, def int) []int {
	out := make([]int, rank)
	for i := range out {
		switch len(v) {
		case 0:
			out[i] = def
		case 1:
			out[i] = v[0]
		case rank:
			out[i] = v[i]
		default:
			graph.Errorf("%s %v; want 1 or %d numbers", what, v, rank)
		}
		if out[i] < least {
			graph.Errorf("%s %v; every number must be %s", what, v, [...]string{"at least 0", "positive"}[least])
		}
	}
	return out
}

// each returns v with one number for each of rank axes if it has a single number, or none and
// there is a default. It leaves invalid values for [spread] to report.
func each(v []int, rank, def int) []int {
	switch {
	case len(v) == 0 && def > 0:
		v = []int{def}
	case len(v) != 1:
		return v
	}
	return slices.Repeat(v, rank)[:rank]
}

// spatial returns the spatial extents of a channels-last x with rank spatial axes, or reports a
// wrong shape.
func spatial(x *graph.Node, rank int) []int {
	if x.Rank() != rank+2 {
		graph.Errorf("want rank %d, %s", rank+2, [...]string{"", "(batch, steps, channels)", "(batch, height, width, channels)", "(batch, depth, height, width, channels)"}[rank])
	}
	return x.Shape[1 : rank+1]
}
