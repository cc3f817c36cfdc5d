package kernel

type convKind int

const (
	convForward convKind = iota
	convInputGrad
	convFilterGrad
)

// Forward64 is Forward on float64, without bias and activation.
func (c *Conv) Forward64(y, x, w []float64) { c.prepare(); genericConv(c, y, x, w, convForward) }

// InputGrad64 is InputGrad on float64.
func (c *Conv) InputGrad64(dx, dy, w []float64) {
	c.prepare()
	genericConv(c, dy, dx, w, convInputGrad)
}

// FilterGrad64 is FilterGrad on float64.
func (c *Conv) FilterGrad64(dw, dy, x []float64) {
	c.prepare()
	genericConv(c, dy, x, dw, convFilterGrad)
}

// genericConv visits every (output pixel, kernel element) pair and computes the
// one of y, x, w that kind asks for.
func genericConv[T float](c *Conv, y, x, w []T, kind convKind) {
	a := c.plan.ax
	switch kind {
	case convForward:
		clear(y)
	case convInputGrad:
		clear(x)
	case convFilterGrad:
		clear(w)
	}
	pixels := a[0].out * a[1].out * a[2].out
	for b := range c.Batch {
		for q := range pixels {
			o := [3]int{q / (a[1].out * a[2].out), q / a[2].out % a[1].out, q % a[2].out}
			out := y[(b*pixels+q)*c.Filters:]
			eachTap(&a, o, func(pixel, tap int) {
				in := x[(b*a[0].in*a[1].in*a[2].in+pixel)*c.InChannels:]
				cg := c.InChannels / c.Groups
				tapConv(out[:c.Filters], in[:c.InChannels], w[tap*cg*c.Filters:], c.Groups, kind)
			})
		}
	}
}

// eachTap calls f with the input pixel and the kernel element of every tap of
// output o that is inside the input.
func eachTap(a *[3]axis, o [3]int, f func(pixel, tap int)) {
	lo0, hi0 := a[0].kernels(o[0])
	lo1, hi1 := a[1].kernels(o[1])
	lo2, hi2 := a[2].kernels(o[2])
	for i := lo0; i < hi0; i++ {
		for j := lo1; j < hi1; j++ {
			for k := lo2; k < hi2; k++ {
				pixel := (a[0].at(o[0], i)*a[1].in+a[1].at(o[1], j))*a[2].in + a[2].at(o[2], k)
				f(pixel, (i*a[1].kernel+j)*a[2].kernel+k)
			}
		}
	}
}

// tapConv is one output pixel and one kernel element: y (filters), x (channels),
// w (channels/groups, filters).
func tapConv[T float](y, x, w []T, groups int, kind convKind) {
	cg, fg := len(x)/groups, len(y)/groups
	for g := range groups {
		ys := y[g*fg : (g+1)*fg]
		for i := range cg {
			row := w[i*len(y)+g*fg:][:fg]
			xv := &x[g*cg+i]
			switch kind {
			case convForward:
				for f, v := range row {
					ys[f] += *xv * v
				}
			case convInputGrad:
				for f, v := range row {
					*xv += ys[f] * v
				}
			case convFilterGrad:
				for f := range row {
					row[f] += *xv * ys[f]
				}
			}
		}
	}
}
