package kernel

// Window is the geometry that convolution and pooling share: 1 to 3 spatial
// axes of NHWC arrays. Output o of an axis sees input o·Stride − Low + k·Dilation
// for k in [0, Kernel); what falls outside [0, In) counts as absent.
type Window struct {
	Batch                             int
	In, Out, Kernel, Stride, Dilation []int // one per axis; Stride and Dilation nil mean 1
	Low                               []int // padding before; nil means 0
}

// Conv is a convolution: x is (Batch, In…, InChannels), the filter is
// (Kernel…, InChannels/Groups, Filters) as in Keras and y is
// (Batch, Out…, Filters). Output channel f belongs to group f/(Filters/Groups);
// Groups = InChannels is a depthwise convolution.
type Conv struct {
	Window
	InChannels, Filters, Groups int // Groups 0 means 1
	Act                         Activation

	plan convPlan
}

// Forward sets y = act(x ∗ w + bias); bias is (Filters) or nil.
func (c *Conv) Forward(p *Pool, y, x, w, bias []float32) { c.prepare(); c.forward(p, y, x, w, bias) }

// InputGrad sets dx from dy, the gradient of x ∗ w.
func (c *Conv) InputGrad(p *Pool, dx, dy, w []float32) { c.prepare(); c.inputGrad(p, dx, dy, w) }

// FilterGrad sets dw from dy and x.
func (c *Conv) FilterGrad(p *Pool, dw, dy, x []float32) { c.prepare(); c.filterGrad(p, dw, dy, x) }
