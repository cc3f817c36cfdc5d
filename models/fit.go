package models

import (
	"context"
	"errors"
	"iter"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/training"
)

// Fit describes a training run. The zero Fit is one epoch in batches of 32, shuffled.
type Fit struct {
	Epochs       int // number of the last epoch, as in Keras; 0: InitialEpoch + 1
	InitialEpoch int // number of the first, from 0: where an earlier run ended
	BatchSize    int // samples a step, for data that is not in batches already; 0: 32

	// StepsPerEpoch ends an epoch early; the next goes on where it ended. 0: all the data.
	StepsPerEpoch int
	NoShuffle     bool // take the samples in their order, in every epoch

	Validation          datasets.Dataset // measured after an epoch; nil: none
	ValidationSplit     float64          // set the last part of the training data aside instead, before shuffling; in [0, 1)
	ValidationBatchSize int              // 0: BatchSize
	ValidationSteps     int              // batches of Validation; 0: all
	ValidationFreq      int              // validate after each so many epochs; 0: 1
	ValidationEpochs    []int            // validate after these epochs instead, numbered from 1

	ClassWeight map[int]float64 // how much a sample of each class counts; nil: 1
	Callbacks   []training.Callback

	// AllowNonFinite lets NaN and infinite values in the data, and a loss that becomes one,
	// pass. Without it they are errors.
	AllowNonFinite bool
}

// Fit trains the model on data and returns the logs of each epoch. A further Fit goes on
// with the weights and the optimizer's state of the one before.
//
// When ctx ends, or an error occurs, Fit stops within a step and returns the history so far
// with the error; callbacks have been told. A callback that stops the run is no error.
func (m *Model) Fit(ctx context.Context, data datasets.Dataset, f Fit) (*training.History, error) {
	h := &training.History{}
	f.Callbacks = append(f.Callbacks[:len(f.Callbacks):len(f.Callbacks)], h)
	for _, err := range m.Epochs(ctx, data, f) {
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

// Epochs is Fit with the body of the loop in the caller's hands: it trains the model and
// yields the end of each epoch. Breaking off ends the training, in good order.
func (m *Model) Epochs(ctx context.Context, data datasets.Dataset, f Fit) iter.Seq2[training.Event, error] {
	return func(yield func(training.Event, error) bool) {
		r, err := m.newRun(ctx, data, f)
		if err != nil {
			yield(training.Event{}, err)
			return
		}
		defer r.close()
		err = r.begin()
		for err == nil && r.at.Epoch < r.info.Epochs {
			var end training.Event
			if end, err = r.epoch(); end.Logs == nil {
				break
			}
			if !yield(end, nil) {
				r.end(nil)
				return
			}
			err = r.next(end, err)
		}
		if err = r.end(err); err != nil && !errors.Is(err, training.Stop) {
			yield(training.Event{}, err)
		}
	}
}
