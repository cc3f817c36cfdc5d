package optimizers

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Muon orthogonalizes the momentum of each matrix with NSSteps steps of a Newton–Schulz iteration
// and uses the result as the step (Jordan et al. 2024). With RMSRate, the step is scaled by
// RMSRate·√(larger side) (Liu et al. 2025). [AdamW] updates all other weights: those that are not
// matrices, those whose path contains "embedding" unless IncludeEmbeddings is set, and those whose
// path matches a regular expression of ExcludeLayers.
type Muon struct {
	Options `default:"name=muon,weight_decay=0.004"`

	LearningRate      float64  `keras:"learning_rate" default:"0.001"`           // 0: 0.001
	Schedule          Schedule `keras:"learning_rate"`                           // overrides LearningRate; nil: none
	AdamBeta1         *float64 `keras:"adam_beta_1" default:"0.9" range:"[0,1)"` // nil: 0.9
	AdamBeta2         *float64 `keras:"adam_beta_2" default:"0.999" range:"[0,1)"`
	AdamWeightDecay   *float64 `keras:"adam_weight_decay" default:"0.004" null:"0.0" range:"[0,inf)"`
	Epsilon           float64  `keras:"epsilon" default:"1e-07" range:"(0,inf)"`
	ExcludeLayers     []string `keras:"exclude_layers" default:"[]"`
	IncludeEmbeddings bool     `keras:"!exclude_embeddings"`
	A                 *float64 `keras:"muon_a" default:"3.4445"` // coefficient of the iteration x = A·x + (B·xxᵀ + C·(xxᵀ)²)·x
	B                 *float64 `keras:"muon_b" default:"-4.775"`
	C                 *float64 `keras:"muon_c" default:"2.0315"`
	AdamRateRatio     float64  `keras:"adam_lr_ratio" default:"1" range:"(0,inf)"` // ratio of AdamW's rate to LearningRate
	Momentum          *float64 `keras:"momentum" default:"0.95" range:"[0,1]"`
	NSSteps           int      `keras:"ns_steps" default:"5" range:"[1,inf)"`
	NoNesterov        bool     `keras:"!nesterov"`
	RMSRate           *float64 `keras:"rms_rate" default:"0.2" null:"0.0" range:"[0,inf)"` // nil: 0.2; 0: steps are not scaled
}

func init() { family.Register("Muon", func() Optimizer { return &Muon{} }) }

// Rate returns the learning rate.
func (o *Muon) Rate() (float64, Schedule) { return o.LearningRate, o.Schedule }

// Check returns an error if an argument or a regular expression of ExcludeLayers is invalid.
func (o *Muon) Check() error {
	for _, text := range o.ExcludeLayers {
		if _, err := regexp.Compile(text); err != nil {
			return fmt.Errorf("Muon: ExcludeLayers: %w", err)
		}
	}
	return config.Check(o)
}

// byAdam reports whether AdamW updates the weight.
func (o *Muon) byAdam(path string, rank int) bool {
	if rank != 2 || !o.IncludeEmbeddings && strings.Contains(strings.ToLower(path), "embedding") {
		return true
	}
	for _, text := range o.ExcludeLayers {
		if hit, err := regexp.MatchString(text, path); hit && err == nil {
			return true
		}
	}
	return false
}

func (o *Muon) decayOf(v *graph.Variable) *float64 {
	if o.byAdam(v.Path, len(v.Type.Shape)) {
		return o.AdamWeightDecay
	}
	return o.WeightDecay
}

// Update returns the weight after one step.
func (o *Muon) Update(s *Step, g *graph.Node) *graph.Node {
	if o.byAdam(s.Path(), s.W.Rank()) {
		return adam(s, g, *o.AdamBeta1, *o.AdamBeta2, o.Epsilon, o.AdamRateRatio, false)
	}
	m := ops.Add(ops.Scale(s.Slot("momentum", 0), *o.Momentum), g)
	s.Set("momentum", m)
	if !o.NoNesterov {
		m = ops.Add(ops.Scale(m, *o.Momentum), g)
	}
	step := ops.Multiply(o.orthogonal(m), s.Rate)
	if *o.RMSRate != 0 {
		step = ops.Scale(step, math.Sqrt(float64(max(s.W.Shape[0], s.W.Shape[1])))**o.RMSRate)
	}
	return ops.Subtract(s.W, step)
}

// orthogonal returns an approximation of the matrix with x's singular vectors and singular values 1.
func (o *Muon) orthogonal(x *graph.Node) *graph.Node {
	tall := x.Shape[0] > x.Shape[1]
	if tall {
		x = ops.Transpose(x)
	}
	x = ops.Divide(x, ops.Shift(ops.Norm(x), 1e-7))
	for range o.NSSteps {
		a := graph.Apply(graph.MatMul{TransB: true}, x, x)
		b := ops.Add(ops.Scale(a, *o.B), ops.MatMul(ops.Scale(a, *o.C), a))
		x = ops.Add(ops.Scale(x, *o.A), ops.MatMul(b, x))
	}
	if tall {
		x = ops.Transpose(x)
	}
	return x
}
