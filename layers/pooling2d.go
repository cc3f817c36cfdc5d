package layers

import "github.com/rhyton/rhyton/graph"

func init() {
	register[MaxPooling2D]()
	register[AveragePooling2D]()
}

// MaxPooling2D takes the maximum of each window. Padding is never the maximum.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output: the same with
// fewer steps along each spatial axis.
type MaxPooling2D struct {
	Base

	Name       string     `keras:"name"`
	PoolSize   []int      `keras:"pool_size" range:"[1,inf)" default:"[2]"` // one number for all axes, or one for each; nil: 2
	Strides    []int      `keras:"strides" range:"[1,inf)"`                 // nil: PoolSize
	Padding    Padding    `keras:"padding" default:"valid"`                 // Valid or Same
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`     // default: ChannelsLast
}

// Call returns the maximum of each window of x.
func (p *MaxPooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return pooling{2, p.PoolSize, p.Strides, p.Padding, p.DataFormat}.max(x)
}

// Saved returns the layer with one number for each axis, as Keras saves it.
func (p MaxPooling2D) Saved() any {
	p.PoolSize, p.Strides = savedPool(p.PoolSize, p.Strides, 2)
	return p
}

// AveragePooling2D takes the mean of each window. Padding is excluded from the mean.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output: the same with
// fewer steps along each spatial axis.
type AveragePooling2D struct {
	Base

	Name       string     `keras:"name"`
	PoolSize   []int      `keras:"pool_size" range:"[1,inf)" default:"[2]"` // one number for all axes, or one for each; nil: 2
	Strides    []int      `keras:"strides" range:"[1,inf)"`                 // nil: PoolSize
	Padding    Padding    `keras:"padding" default:"valid"`                 // Valid or Same
	DataFormat DataFormat `keras:"data_format" default:"channels_last"`     // default: ChannelsLast
}

// Call returns the mean of each window of x.
func (p *AveragePooling2D) Call(_ *Scope, x *graph.Node) *graph.Node {
	return pooling{2, p.PoolSize, p.Strides, p.Padding, p.DataFormat}.average(x)
}

// Saved returns the layer with one number for each axis, as Keras saves it.
func (p AveragePooling2D) Saved() any {
	p.PoolSize, p.Strides = savedPool(p.PoolSize, p.Strides, 2)
	return p
}
