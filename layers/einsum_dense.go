package layers

import (
	"slices"
	"strings"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[EinsumDense]()
}

// EinsumDense computes activation(einsum(Equation, x, kernel) + bias), a [Dense] layer over
// arbitrary axes. Equation is "X,K->Y", "...X,K->...Y" or "X...,K->Y...", with one letter per
// axis. Every axis of the kernel must occur in the input or in the output. OutputShape holds
// the extents of Y without the batch, the first axis; extents of axes that x has too may be 0.
//
//	&EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{0, 64}, BiasAxes: "d"}
//
// Input: (batch, …). Output: (batch, OutputShape…). Weights: kernel, of the extents of K; bias,
// with BiasAxes, of their extents, and 1 for the other axes after the first of them.
type EinsumDense struct {
	Base
	PassMask

	Name                string                   `keras:"name"`
	Equation            string                   `keras:"equation,required"`
	OutputShape         Extents                  `keras:"output_shape,required"`
	Activation          activations.Activation   `keras:"activation" default:"linear"`                 // nil: linear
	BiasAxes            string                   `keras:"bias_axes" default:"null"`                    // letters of the output; "": no bias
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                        // applied to the output; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
	LoRARank            int                      `keras:"lora_rank" default:"null" range:"[0,inf)"`    // rank of the low-rank adaptation; 0: none, the kernel itself is trained
	LoRAAlpha           float64                  `keras:"lora_alpha" default:"null" range:"[0,inf)"`   // alpha of the low-rank adaptation; 0: LoRARank
	Quantization        any                      `keras:"quantization_config"`                         // kept for Keras files; nil: none

	called *einsumSpec // the equation of the last call, parsed
}

// Call returns activation(einsum(Equation, x, kernel) + bias).
func (e *EinsumDense) Call(s *Scope, x *graph.Node) *graph.Node {
	q := e.parse(x.Shape)
	e.called = &q
	spec := WeightSpec{Name: "kernel", Shape: q.kernelShape(x.Shape),
		Initializer: e.KernelInitializer, Regularizer: e.KernelRegularizer, Constraint: e.KernelConstraint}
	low := e.lora()
	kernel := low.fixed(s, spec)
	var bias *graph.Node
	if e.BiasAxes != "" {
		bias = s.AddWeight(WeightSpec{Name: "bias", Shape: q.biasShape(e.BiasAxes),
			Initializer: e.BiasInitializer, Regularizer: e.BiasRegularizer, Constraint: e.BiasConstraint})
	}
	kernel = low.add(s, spec, kernel)
	if summed, made := q.rows(); summed > 0 && (bias == nil || e.BiasAxes == made) {
		return s.activate(e.Activation, rowsTimes(x, kernel, bias, summed, q.output))
	}
	return s.activate(e.Activation, plus(ops.Einsum(e.Equation, x, kernel), bias))
}

// rows returns how many trailing axes of the input are summed over and which axes replace them,
// if the other axes are unchanged: then the layer is a single matrix product. Otherwise it
// returns 0.
func (q *einsumSpec) rows() (summed int, made string) {
	if !q.left && q.elided > 0 {
		return 0, ""
	}
	for i := 1; i <= len(q.kernel); i++ {
		in, ok := strings.CutSuffix(q.in, q.kernel[:i])
		out, ok2 := strings.CutSuffix(q.out, q.kernel[i:])
		if ok && ok2 && in == out {
			return i, q.kernel[i:]
		}
	}
	return 0, ""
}

// rowsTimes returns x·kernel + bias, of shape out, where the last axes of x and the first axes
// of the kernel, summed of each, are contracted.
func rowsTimes(x, kernel, bias *graph.Node, summed int, out graph.Shape) *graph.Node {
	k := kernel.Shape[:summed].Size()
	n := kernel.Shape[summed:].Size()
	if bias != nil {
		bias = ops.Reshape(bias, n)
	}
	y := affine(ops.Reshape(x, x.Shape[:x.Rank()-summed].Size(), k), ops.Reshape(kernel, k, n), bias)
	return ops.Reshape(y, out...)
}

func (e *EinsumDense) activity() Regularizer { return orNil(e.ActivityRegularizer) }

// einsumSpec is a parsed equation with the extents of the output, including those of an
// ellipsis.
type einsumSpec struct {
	text            string
	in, kernel, out string
	output          graph.Shape
	left            bool // the ellipsis precedes the letters
	elided          int
}

func (e *EinsumDense) parse(x graph.Shape) einsumSpec {
	q := einsumSpec{text: e.Equation}
	text := strings.ReplaceAll(e.Equation, " ", "")
	operands, out, ok := strings.Cut(text, "->")
	in, kernel, ok2 := strings.Cut(operands, ",")
	q.left = strings.HasPrefix(in, "...")
	right := strings.HasSuffix(in, "...")
	q.in, q.kernel, q.out = strings.ReplaceAll(in, "...", ""), kernel, strings.ReplaceAll(out, "...", "")
	bad := !ok || !ok2 || q.in == "" || kernel == "" || q.out == "" || q.left && right ||
		q.left != strings.HasPrefix(out, "...") || right != strings.HasSuffix(out, "...")
	for _, l := range q.in + q.kernel + q.out {
		bad = bad || !(l >= 'a' && l <= 'z' || l >= 'A' && l <= 'Z')
	}
	if bad {
		graph.Errorf("Equation %q; want \"X,K->Y\", \"...X,K->...Y\" or \"X...,K->Y...\", letters for X, K and Y", e.Equation)
	}
	q.elided = len(x) - len(q.in)
	if q.elided < 0 || q.elided > 0 && !q.left && !right {
		graph.Errorf("Equation %q is for rank %d", e.Equation, len(q.in))
	}
	q.extents(e.OutputShape, x)
	return q
}

// extents computes the output shape: the batch, the axes of an ellipsis, and OutputShape.
func (q *einsumSpec) extents(given []int, x graph.Shape) {
	q.output = append(graph.Shape{x[0]}, given...)
	switch {
	case q.left:
		q.output = slices.Insert(q.output, 1, x[1:max(1, q.elided)]...)
	case q.elided > 0:
		q.output = append(q.output, x[len(q.in):]...)
	}
	lead := q.lead()
	if len(q.output) != len(q.out)+q.elided {
		graph.Errorf("OutputShape %v has %d axes; Equation %q needs %d", given, len(given), q.text, len(given)+len(q.out)+q.elided-len(q.output))
	}
	for i, l := range q.out {
		j := strings.IndexRune(q.in, l)
		n := &q.output[lead+i]
		if j < 0 {
			if *n < 1 {
				graph.Errorf("OutputShape %v: the extent of axis %q is missing", given, string(l))
			}
			continue
		}
		if have := x[lead+j]; *n < 1 {
			*n = have
		} else if *n != have {
			graph.Errorf("OutputShape %v: axis %q is %d; the input has %d", given, string(l), *n, have)
		}
	}
}

// lead returns the number of axes of an ellipsis that precedes the letters.
func (q *einsumSpec) lead() int {
	if q.left {
		return q.elided
	}
	return 0
}

func (q *einsumSpec) kernelShape(x graph.Shape) (shape graph.Shape) {
	for _, l := range q.kernel {
		if i := strings.IndexRune(q.out, l); i >= 0 {
			shape = append(shape, q.output[q.lead()+i])
		} else if i := strings.IndexRune(q.in, l); i >= 0 {
			shape = append(shape, x[q.lead()+i])
		} else {
			graph.Errorf("Equation %q: axis %q of the kernel is in neither the input nor the output", q.text, string(l))
		}
	}
	return shape
}

func (q *einsumSpec) biasShape(axes string) (shape graph.Shape) {
	first := len(q.out)
	for _, l := range axes {
		i := strings.IndexRune(q.out, l)
		if i < 0 {
			graph.Errorf("BiasAxes %q: axis %q is not in the output of %q", axes, string(l), q.text)
		}
		first = min(first, i)
	}
	for i, l := range q.out[first:] {
		n := 1
		if strings.ContainsRune(axes, l) {
			n = q.output[q.lead()+first+i]
		}
		shape = append(shape, n)
	}
	if !q.left {
		for range q.elided {
			shape = append(shape, 1)
		}
	}
	return shape
}

func (e *EinsumDense) lora() lora { return lora{rank: e.LoRARank, alpha: e.LoRAAlpha} }
