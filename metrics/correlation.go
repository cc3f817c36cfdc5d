package metrics

import (
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/ops"
)

type (
	// CosineSimilarity is the mean cosine of the angle between y and pred along Axis, -1 if nil.
	// Unlike the loss of that name, it increases with similarity.
	CosineSimilarity struct {
		Axis *int `keras:"axis" default:"-1"`
		mean
		higher
		Options `default:"name=cosine_similarity"`
	}
	// PearsonCorrelation is the mean Pearson correlation of y and pred along Axis, -1 if nil.
	PearsonCorrelation struct {
		Axis *int `keras:"axis" default:"-1"`
		mean
		higher
		Options `default:"name=pearson_correlation"`
	}
	// ConcordanceCorrelation is the mean of 2·cov/(var y + var pred + (mean y - mean pred)²)
	// along Axis, -1 if nil (Lin 1989; the covariance as in Keras 3).
	ConcordanceCorrelation struct {
		Axis *int `keras:"axis" default:"-1"`
		mean
		higher
		Options `default:"name=concordance_correlation"`
	}
)

// Update adds a batch.
func (m CosineSimilarity) Update(s *State, b Batch) {
	addValues(s, b, ops.Negative(losses.CosineSimilarity{Axis: m.Axis}.Of(b.Y, b.Pred)))
}

// Update adds a batch.
func (m PearsonCorrelation) Update(s *State, b Batch) {
	y, pred := matched("pearson_correlation", b.Y, b.Pred)
	axis := *config.Filled(m).Axis
	k := ops.KeepDims{axis}
	y, pred = ops.Subtract(y, k.Mean(y)), ops.Subtract(pred, k.Mean(pred))
	y, pred = ops.Divide(y, ops.Sqrt(k.Var(y))), ops.Divide(pred, ops.Sqrt(k.Var(pred)))
	addValues(s, b, ops.Mean(ops.Multiply(y, pred), axis))
}

// Update adds a batch.
func (m ConcordanceCorrelation) Update(s *State, b Batch) {
	y, pred := matched("concordance_correlation", b.Y, b.Pred)
	axis := *config.Filled(m).Axis
	k := ops.KeepDims{axis}
	my, mp := k.Mean(y), k.Mean(pred)
	// Keras subtracts the mean of pred from y too. Since the deviations of pred sum to 0, the mean
	// of the products is still the covariance.
	covariance := ops.Multiply(ops.Subtract(y, mp), ops.Subtract(pred, mp))
	norm := ops.Add(ops.Add(k.Var(y), k.Var(pred)), ops.Square(ops.Subtract(my, mp)))
	addValues(s, b, ops.Mean(ops.Divide(ops.Scale(covariance, 2), ops.Shift(norm, 1e-7)), axis))
}

func init() {
	family.Register("CosineSimilarity", func() Metric { return CosineSimilarity{} })
	family.Register("PearsonCorrelation", func() Metric { return PearsonCorrelation{} })
	family.Register("ConcordanceCorrelation", func() Metric { return ConcordanceCorrelation{} })
}
