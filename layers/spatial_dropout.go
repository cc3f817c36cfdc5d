package layers

import "github.com/rhyton/rhyton/graph"

func init() {
	register[SpatialDropout1D]()
	register[SpatialDropout2D]()
	register[SpatialDropout3D]()
}

// SpatialDropout1D is [Dropout] applied to entire channels, because adjacent elements of a feature
// map are strongly correlated (Tompson et al. 2015).
//
// Input and output: (batch, steps, channels).
type SpatialDropout1D struct {
	Base
	PassMask

	Name string  `keras:"name"`
	Rate float64 `keras:"rate" range:"[0,1)"` // at least 0, less than 1
	Seed *int64  `keras:"seed"`               // stored for Keras compatibility; the model's seed is used
}

// Call drops channels of x during training.
func (d *SpatialDropout1D) Call(s *Scope, x *graph.Node) *graph.Node {
	return dropChannels(s, x, 1, d.Rate, ChannelsLast)
}

// Saved returns the arguments of the Keras class.
func (d SpatialDropout1D) Saved() any {
	return savedDropout{d.Name, d.Policy, d.Rate, d.Seed}
}

// SpatialDropout2D is [Dropout] applied to entire channels, because adjacent elements of a feature
// map are strongly correlated (Tompson et al. 2015).
//
// Input and output: (batch, height, width, channels); with ChannelsFirst, channels follow the
// batch axis.
type SpatialDropout2D struct {
	Base
	PassMask

	Name       string     `keras:"name"`
	Rate       float64    `keras:"rate" range:"[0,1)"`                  // at least 0, less than 1
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call drops channels of x during training.
func (d *SpatialDropout2D) Call(s *Scope, x *graph.Node) *graph.Node {
	return dropChannels(s, x, 2, d.Rate, d.DataFormat)
}

// Saved returns the arguments of the Keras class.
func (d SpatialDropout2D) Saved() any {
	return struct {
		savedDropout
		DataFormat DataFormat `keras:"data_format"`
	}{savedDropout{d.Name, d.Policy, d.Rate, d.Seed}, d.DataFormat}
}

// SpatialDropout3D is [Dropout] applied to entire channels, because adjacent elements of a feature
// map are strongly correlated (Tompson et al. 2015).
//
// Input and output: (batch, depth, height, width, channels); with ChannelsFirst, channels follow
// the batch axis.
type SpatialDropout3D struct {
	Base
	PassMask

	Name       string     `keras:"name"`
	Rate       float64    `keras:"rate" range:"[0,1)"`                  // at least 0, less than 1
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call drops channels of x during training.
func (d *SpatialDropout3D) Call(s *Scope, x *graph.Node) *graph.Node {
	return dropChannels(s, x, 3, d.Rate, d.DataFormat)
}

// Saved returns the arguments of the Keras class.
func (d SpatialDropout3D) Saved() any {
	return struct {
		savedDropout
		DataFormat DataFormat `keras:"data_format"`
	}{savedDropout{d.Name, d.Policy, d.Rate, d.Seed}, d.DataFormat}
}

// dropChannels drops entire channels of x, which has rank spatial axes.
func dropChannels(s *Scope, x *graph.Node, rank int, rate float64, f DataFormat) *graph.Node {
	spatial(x, rank)
	noise, first := x.Shape.Clone(), 1
	if f == ChannelsFirst {
		first = 2
	}
	for i := range rank {
		noise[first+i] = 1
	}
	return drop(s, x, rate, noise)
}

// savedDropout holds the arguments of Keras' spatial dropout, which do not include trainable.
type savedDropout struct {
	Name   string  `keras:"name"`
	Policy *Policy `keras:"dtype"`
	Rate   float64 `keras:"rate"`
	Seed   *int64  `keras:"seed"`
}
