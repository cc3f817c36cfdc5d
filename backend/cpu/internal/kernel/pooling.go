package kernel

// Pooling slides a window over x (Batch, In…, Channels).
type Pooling struct {
	Window
	Channels int
	// CountPadding divides averages by the whole window instead of by the
	// elements inside the input (Keras: inside).
	CountPadding bool

	plan poolingPlan
}

// Max sets y to the greatest element of each window.
func (c *Pooling) Max(p *Pool, y, x []float32) {}

// MaxGrad gives each dy to the first greatest element of its window; dx is set.
func (c *Pooling) MaxGrad(p *Pool, dx, dy, x, y []float32) {}

// Sum sets y to the sum of each window.
func (c *Pooling) Sum(p *Pool, y, x []float32) {}

// SumGrad spreads dy over each window; dx is set.
func (c *Pooling) SumGrad(p *Pool, dx, dy []float32) {}

// Average sets y to the mean of each window.
func (c *Pooling) Average(p *Pool, y, x []float32) {}

// AverageGrad is the gradient of Average; dx is set.
func (c *Pooling) AverageGrad(p *Pool, dx, dy []float32) {}

type poolingPlan struct{}
