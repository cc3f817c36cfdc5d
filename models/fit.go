package models

import (
	"context"
	"errors"
	"iter"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/training"
)

// Fit configures a training run. The zero Fit trains one epoch in shuffled batches of 32.
type Fit struct {
	Epochs       int // number of the last epoch, as in Keras; 0: InitialEpoch + 1
	InitialEpoch int // number of the first epoch, from 0, to continue an earlier run
	BatchSize    int // samples per step, for data that is not already batched; 0: 32

	// StepsPerEpoch ends an epoch early; the next epoch continues where it ended. 0: all the data.
	StepsPerEpoch int
	NoShuffle     bool // use the samples in order in every epoch

	Validation          datasets.Dataset // evaluated after an epoch; nil: none
	ValidationSplit     float64          // hold out the last part of the training data instead, before shuffling; in [0, 1)
	ValidationBatchSize int              // 0: BatchSize
	ValidationSteps     int              // number of validation batches; 0: all
	ValidationFreq      int              // number of epochs between validations; 0: 1
	ValidationEpochs    []int            // validate after these epochs instead, numbered from 1

	ClassWeight map[int]float64 // weight of the samples of each class; nil: 1
	Callbacks   []training.Callback

	// AllowNonFinite accepts NaN and infinite values in the data and in the loss. By default they
	// are errors.
	AllowNonFinite bool
}

// Fit trains the model on data and returns the logs of each epoch. A later Fit continues with the
// weights and the optimizer's state of the previous one.
//
// When ctx is done, or an error occurs, Fit stops within a step and returns the history so far
// with the error, after notifying callbacks. Being stopped by a callback is not an error.
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

// Epochs is Fit as an iterator: it trains the model and yields the end of each epoch. Breaking out
// of the loop ends the training cleanly.
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
