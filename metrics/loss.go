package metrics

import (
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/losses"
)

// The losses as metrics: the mean over samples, weighted only by sample weights.
type (
	// MeanSquaredError is the mean of (y - pred)².
	MeanSquaredError struct {
		mean
		lower
		Options `default:"name=mean_squared_error"`
	}
	// MeanAbsoluteError is the mean of |y - pred|.
	MeanAbsoluteError struct {
		mean
		lower
		Options `default:"name=mean_absolute_error"`
	}
	// MeanAbsolutePercentageError is 100 times the mean of |y - pred|/max(|y|, 1e-7).
	MeanAbsolutePercentageError struct {
		mean
		lower
		Options `default:"name=mean_absolute_percentage_error"`
	}
	// MeanSquaredLogarithmicError is the mean of (log(1 + y) - log(1 + pred))².
	MeanSquaredLogarithmicError struct {
		mean
		lower
		Options `default:"name=mean_squared_logarithmic_error"`
	}
	// LogCoshError is the mean of log(cosh(pred - y)).
	LogCoshError struct {
		mean
		lower
		Options `default:"name=logcosh"`
	}
	// Hinge is the mean of max(1 - y·pred, 0).
	Hinge struct {
		mean
		lower
		Options `default:"name=hinge"`
	}
	// SquaredHinge is the mean of max(1 - y·pred, 0)².
	SquaredHinge struct {
		mean
		lower
		Options `default:"name=squared_hinge"`
	}
	// CategoricalHinge is the mean of [losses.CategoricalHinge].
	CategoricalHinge struct {
		mean
		lower
		Options `default:"name=categorical_hinge"`
	}
	// KLDivergence is the mean of Σ y·log(y/pred).
	KLDivergence struct {
		mean
		lower
		Options `default:"name=kl_divergence"`
	}
	// Poisson is the mean of pred - y·log(pred).
	Poisson struct {
		mean
		lower
		Options `default:"name=poisson"`
	}
	// BinaryCrossentropy is the mean of [losses.BinaryCrossentropy].
	BinaryCrossentropy struct {
		FromLogits     bool    `keras:"from_logits"`
		LabelSmoothing float64 `keras:"label_smoothing" range:"[0,1]"`
		mean
		lower
		Options `default:"name=binary_crossentropy"`
	}
	// CategoricalCrossentropy is the mean of [losses.CategoricalCrossentropy].
	CategoricalCrossentropy struct {
		FromLogits     bool    `keras:"from_logits"`
		LabelSmoothing float64 `keras:"label_smoothing" range:"[0,1]"`
		Axis           *int    `keras:"axis" default:"-1"`
		mean
		lower
		Options `default:"name=categorical_crossentropy"`
	}
	// SparseCategoricalCrossentropy is the mean of [losses.SparseCategoricalCrossentropy].
	SparseCategoricalCrossentropy struct {
		FromLogits  bool `keras:"from_logits"`
		IgnoreClass *int `keras:"ignore_class"`
		Axis        *int `keras:"axis" default:"-1"`
		mean
		lower
		Options `default:"name=sparse_categorical_crossentropy"`
	}
	// Crossentropy is the mean of [losses.Crossentropy], which depends on the shapes.
	Crossentropy struct {
		mean
		lower
		Options `default:"name=crossentropy"`
	}
)

// addLoss adds the values of a loss. If there are weights, samples masked by the loss itself get
// weight 0; without weights they count as losses of 0, as in Keras.
func addLoss(s *State, b Batch, l losses.Loss) {
	values := l.Of(b.Y, b.Pred)
	weight := targets.Masked(b.Mask, b.Weight, false)
	if own := l.Mask(b.Y, b.Pred, values); own != nil && weight != nil {
		weight = targets.Masked(own, weight, false)
	}
	addMean(s, values, weight)
}

// Update adds a batch.
func (MeanSquaredError) Update(s *State, b Batch) { addLoss(s, b, losses.MeanSquaredError{}) }

// Update adds a batch.
func (MeanAbsoluteError) Update(s *State, b Batch) { addLoss(s, b, losses.MeanAbsoluteError{}) }

// Update adds a batch.
func (MeanAbsolutePercentageError) Update(s *State, b Batch) {
	addLoss(s, b, losses.MeanAbsolutePercentageError{})
}

// Update adds a batch.
func (MeanSquaredLogarithmicError) Update(s *State, b Batch) {
	addLoss(s, b, losses.MeanSquaredLogarithmicError{})
}

// Update adds a batch.
func (LogCoshError) Update(s *State, b Batch) { addLoss(s, b, losses.LogCosh{}) }

// Update adds a batch.
func (Hinge) Update(s *State, b Batch) { addLoss(s, b, losses.Hinge{}) }

// Update adds a batch.
func (SquaredHinge) Update(s *State, b Batch) { addLoss(s, b, losses.SquaredHinge{}) }

// Update adds a batch.
func (CategoricalHinge) Update(s *State, b Batch) { addLoss(s, b, losses.CategoricalHinge{}) }

// Update adds a batch.
func (KLDivergence) Update(s *State, b Batch) { addLoss(s, b, losses.KLDivergence{}) }

// Update adds a batch.
func (Poisson) Update(s *State, b Batch) { addLoss(s, b, losses.Poisson{}) }

// Update adds a batch.
func (m BinaryCrossentropy) Update(s *State, b Batch) {
	addLoss(s, b, losses.BinaryCrossentropy{FromLogits: m.FromLogits, LabelSmoothing: m.LabelSmoothing})
}

// Update adds a batch.
func (m CategoricalCrossentropy) Update(s *State, b Batch) {
	addLoss(s, b, losses.CategoricalCrossentropy{FromLogits: m.FromLogits, LabelSmoothing: m.LabelSmoothing, Axis: config.Filled(m).Axis})
}

// Update adds a batch.
func (m SparseCategoricalCrossentropy) Update(s *State, b Batch) {
	addLoss(s, b, losses.SparseCategoricalCrossentropy{FromLogits: m.FromLogits, IgnoreClass: m.IgnoreClass, Axis: config.Filled(m).Axis})
}

// Update adds a batch.
func (Crossentropy) Update(s *State, b Batch) { addLoss(s, b, losses.Crossentropy{}) }

func init() {
	family.Register("MeanSquaredError", func() Metric { return MeanSquaredError{} }, "mse", "MSE")
	family.Register("MeanAbsoluteError", func() Metric { return MeanAbsoluteError{} }, "mae", "MAE")
	family.Register("MeanAbsolutePercentageError", func() Metric { return MeanAbsolutePercentageError{} }, "mape", "MAPE")
	family.Register("MeanSquaredLogarithmicError", func() Metric { return MeanSquaredLogarithmicError{} }, "msle", "MSLE")
	family.Register("LogCoshError", func() Metric { return LogCoshError{} }, "logcosh")
	family.Register("Hinge", func() Metric { return Hinge{} })
	family.Register("SquaredHinge", func() Metric { return SquaredHinge{} })
	family.Register("CategoricalHinge", func() Metric { return CategoricalHinge{} })
	family.Register("KLDivergence", func() Metric { return KLDivergence{} }, "kl_divergence", "kld", "KLD")
	family.Register("Poisson", func() Metric { return Poisson{} })
	family.Register("BinaryCrossentropy", func() Metric { return BinaryCrossentropy{} }, "bce", "BCE")
	family.Register("CategoricalCrossentropy", func() Metric { return CategoricalCrossentropy{} })
	family.Register("SparseCategoricalCrossentropy", func() Metric { return SparseCategoricalCrossentropy{} })
	family.Register("Crossentropy", func() Metric { return Crossentropy{} }, "ce")
}
