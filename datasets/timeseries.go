package datasets

import (
	"fmt"
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// Timeseries is a data set of windows over a series, computed on demand, like
// keras.utils.timeseries_dataset_from_array.
//
// Window i holds rows Start + i·SequenceStride + k·SamplingRate of Data, k = 0…SequenceLength-1;
// its target is row Start + i·SequenceStride of Targets. To forecast d rows ahead, set Targets =
// Data.Rows(d, n).
type Timeseries struct {
	Data           *tensor.Tensor // (time, …)
	Targets        *tensor.Tensor // (time, …), or nil for none
	SequenceLength int            // rows in a window
	SequenceStride int            // rows between the starts of windows; 1 if 0
	SamplingRate   int            // rows between consecutive rows of a window; 1 if 0
	Start, End     int            // only rows Start to End-1 of Data are used; End 0: all
}

// resolved returns s with defaults filled in, or an error if s is invalid.
func (s Timeseries) resolved() (Timeseries, error) {
	for name, t := range map[string]*tensor.Tensor{"data": s.Data, "targets": s.Targets} {
		if t == nil && name == "targets" {
			continue
		}
		if t == nil || t.Rank() == 0 {
			return s, fmt.Errorf("datasets: timeseries: %s: want an array with a time axis", name)
		}
		if t.Err() != nil {
			return s, fmt.Errorf("datasets: timeseries: %s: %w", name, t.Err())
		}
	}
	n := s.Data.Shape()[0]
	if s.SequenceStride == 0 {
		s.SequenceStride = 1
	}
	if s.SamplingRate == 0 {
		s.SamplingRate = 1
	}
	if s.End == 0 {
		s.End = n
	}
	switch {
	case s.SequenceLength < 1:
		return s, fmt.Errorf("datasets: timeseries: sequence length %d; want 1 or more", s.SequenceLength)
	case s.SequenceStride < 1 || s.SamplingRate < 1 || s.SequenceStride >= max(n, 2) || s.SamplingRate >= max(n, 2):
		return s, fmt.Errorf("datasets: timeseries: stride %d and sampling rate %d; want 1 to %d for %d rows", s.SequenceStride, s.SamplingRate, n-1, n)
	case s.Start < 0 || s.End <= s.Start || s.End > n:
		return s, fmt.Errorf("datasets: timeseries: rows %d to %d of %d", s.Start, s.End, n)
	case s.SequenceLength > n:
		return s, fmt.Errorf("datasets: timeseries: windows of %d rows, there are %d", s.SequenceLength, n)
	}
	return s, nil
}

// Err returns an error if s is invalid.
func (s Timeseries) Err() error {
	_, err := s.resolved()
	return err
}

// Len returns the number of windows.
func (s Timeseries) Len() int {
	s, err := s.resolved()
	if err != nil {
		return 0
	}
	n := s.End - s.Start - (s.SequenceLength-1)*s.SamplingRate
	if s.Targets != nil {
		n = min(n, s.Targets.Shape()[0]-s.Start)
	}
	return (max(n, 0) + s.SequenceStride - 1) / s.SequenceStride
}

// Types returns the types of a window and its target.
func (s Timeseries) Types() (t Types) {
	s, err := s.resolved()
	if err != nil {
		return t
	}
	t.X = rowTypes([]*tensor.Tensor{s.Data})
	t.X[0].Shape = append(tensor.Shape{s.SequenceLength}, t.X[0].Shape...)
	if s.Targets != nil {
		t.Y = rowTypes([]*tensor.Tensor{s.Targets})
	}
	return t
}

// Batches yields the windows in order, 32 at a time; use [Batched] for other options.
func (s Timeseries) Batches() iter.Seq2[Batch, error] { return (&Batched{Data: s}).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (s Timeseries) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return (&Batched{Data: s}).BatchesFrom(n)
}

// Steps returns the number of batches in a pass.
func (s Timeseries) Steps() int { return (&Batched{Data: s}).Steps() }

// Slice fills dst with windows lo to hi-1.
func (s Timeseries) Slice(dst *Batch, lo, hi int) error {
	if lo < 0 || hi < lo || hi > s.Len() {
		return fmt.Errorf("datasets: timeseries: windows %d to %d of %d", lo, hi, s.Len())
	}
	rows := make([]int, hi-lo)
	for i := range rows {
		rows[i] = lo + i
	}
	return s.Gather(dst, rows)
}

// Gather fills dst with the given windows.
func (s Timeseries) Gather(dst *Batch, windows []int) error {
	n := s.Len()
	s, err := s.resolved()
	if err != nil {
		return err
	}
	starts := make([]int, len(windows))
	times := make([]int, 0, len(windows)*s.SequenceLength)
	for i, w := range windows {
		if w < 0 || w >= n {
			return fmt.Errorf("datasets: timeseries: window %d of %d", w, n)
		}
		starts[i] = s.Start + w*s.SequenceStride
		for k := range s.SequenceLength {
			times = append(times, starts[i]+k*s.SamplingRate)
		}
	}
	dst.N = len(windows)
	x := tensor.Gather(nil, s.Data, times)
	dst.X = []*tensor.Tensor{x.Reshape(append(tensor.Shape{len(windows), s.SequenceLength}, s.Data.Shape()[1:]...)...)}
	dst.Y, dst.Weights = dst.Y[:0], nil
	if s.Targets != nil {
		dst.Y = append(dst.Y, tensor.Gather(nil, s.Targets, starts))
	}
	for _, t := range append(dst.X, dst.Y...) {
		if t.Err() != nil {
			return fmt.Errorf("datasets: timeseries: %w", t.Err())
		}
	}
	return nil
}
