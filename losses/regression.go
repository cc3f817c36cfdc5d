package losses

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

type (
	// MeanSquaredError is the mean of (y - pred)² over the last axis.
	MeanSquaredError struct {
		Options `default:"name=mean_squared_error"`
	}
	// MeanAbsoluteError is the mean of |y - pred| over the last axis.
	MeanAbsoluteError struct {
		Options `default:"name=mean_absolute_error"`
	}
	// MeanAbsolutePercentageError is 100 times the mean of |y - pred|/max(|y|, 1e-7).
	MeanAbsolutePercentageError struct {
		Options `default:"name=mean_absolute_percentage_error"`
	}
	// MeanSquaredLogarithmicError is the mean of (log(1 + y) - log(1 + pred))², with y and pred
	// clipped to at least 1e-7.
	MeanSquaredLogarithmicError struct {
		Options `default:"name=mean_squared_logarithmic_error"`
	}
	// LogCosh is the mean of log(cosh(pred - y)). It is similar to the squared error near 0 and to
	// the absolute error far from 0.
	LogCosh struct {
		Options `default:"name=log_cosh"`
	}
	// Huber is the mean of e²/2 where |e| ≤ Delta and of Delta·|e| - Delta²/2 elsewhere, for errors
	// e = pred - y (Huber 1964). Delta is 1 if zero.
	Huber struct {
		Delta   float64 `keras:"delta" default:"1.0" range:"(0,inf)"`
		Options `default:"name=huber_loss"`
	}
	// CosineSimilarity is minus the cosine of the angle between y and pred along Axis, -1 if nil.
	// It ranges from -1 (same direction) to 1.
	CosineSimilarity struct {
		Axis    *int `keras:"axis" default:"-1"`
		Options `default:"name=cosine_similarity"`
	}
)

// Of returns one value per sample.
func (MeanSquaredError) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("mean_squared_error", y, pred)
	return ops.Mean(ops.Square(ops.Subtract(y, pred)), -1)
}

// Of returns one value per sample.
func (MeanAbsoluteError) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("mean_absolute_error", y, pred)
	return ops.Mean(ops.Abs(ops.Subtract(y, pred)), -1)
}

// Of returns one value per sample.
func (MeanAbsolutePercentageError) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("mean_absolute_percentage_error", y, pred)
	size := ops.Maximum(ops.Abs(y), ops.Scalar(y, epsilon))
	return ops.Scale(ops.Mean(ops.Abs(ops.Divide(ops.Subtract(y, pred), size)), -1), 100)
}

// Of returns one value per sample.
func (MeanSquaredLogarithmicError) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("mean_squared_logarithmic_error", y, pred)
	return ops.Mean(ops.Square(ops.Subtract(log1(pred), log1(y))), -1)
}

func log1(x *graph.Node) *graph.Node {
	return ops.Log(ops.Shift(ops.Maximum(x, ops.Scalar(x, epsilon)), 1))
}

// Of returns one value per sample.
func (LogCosh) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("log_cosh", y, pred)
	e := ops.Subtract(pred, y)
	// log(cosh e) = e + log(1 + exp(-2e)) - log 2, which does not overflow.
	return ops.Mean(ops.Shift(ops.Add(e, ops.Softplus(ops.Scale(e, -2))), -math.Ln2), -1)
}

// Of returns one value per sample.
func (l Huber) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("huber", y, pred)
	delta := config.Filled(l).Delta
	size := ops.Abs(ops.Subtract(pred, y))
	near := ops.Scale(ops.Square(size), 0.5)
	far := ops.Shift(ops.Scale(size, delta), -0.5*delta*delta)
	return ops.Mean(ops.Where(ops.LessEqual(size, ops.Scalar(size, delta)), near, far), -1)
}

// Of returns one value per sample.
func (l CosineSimilarity) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("cosine_similarity", y, pred)
	axis := *config.Filled(l).Axis
	return ops.Negative(ops.Sum(ops.Multiply(ops.Normalize(y, axis, 2), ops.Normalize(pred, axis, 2)), axis))
}

// IsRegression reports whether l is a regression loss, such as [MeanSquaredError].
func IsRegression(l Loss) bool {
	_, ok := l.(interface{ regression() })
	return ok
}

func (MeanSquaredError) regression()            {}
func (MeanAbsoluteError) regression()           {}
func (MeanAbsolutePercentageError) regression() {}
func (MeanSquaredLogarithmicError) regression() {}
func (LogCosh) regression()                     {}
func (Huber) regression()                       {}

func init() {
	family.Register("MeanSquaredError", func() Loss { return MeanSquaredError{} }, "mse", "MSE")
	family.Register("MeanAbsoluteError", func() Loss { return MeanAbsoluteError{} }, "mae", "MAE")
	family.Register("MeanAbsolutePercentageError", func() Loss { return MeanAbsolutePercentageError{} }, "mape", "MAPE")
	family.Register("MeanSquaredLogarithmicError", func() Loss { return MeanSquaredLogarithmicError{} }, "msle", "MSLE")
	family.Register("LogCosh", func() Loss { return LogCosh{} }, "logcosh")
	family.Register("Huber", func() Loss { return Huber{} })
	family.Register("CosineSimilarity", func() Loss { return CosineSimilarity{} })
}
