// Package callbacks provides the callbacks of a training run: early stopping, checkpoints,
// learning rates, progress bars, logs and learning curves. A custom callback is a type with a
// method On, or a [Func].
//
// The types of events and histories are aliases of those in package training. Importing this
// package links the plots with their fonts, about 10 MB; a program that only predicts does not
// need it.
package callbacks

import "github.com/rhyton/rhyton/training"

// Aliases of types in package training.
type (
	Callback = training.Callback // is called for each event of a run
	Func     = training.Func     // a callback that is a function
	Stateful = training.Stateful // a callback with state that a resumed run needs
	Event    = training.Event    // an event of a run
	Kind     = training.Kind     // which moment
	Run      = training.Run      // what holds for a whole run
	Logs     = training.Logs     // averages by name
	Model    = training.Model    // what a callback may do to the model
	Mode     = training.Mode     // whether less or more is better
	History  = training.History  // the logs of all epochs
	Verdict  = training.Verdict  // what the learning curves say
)

// The events of a run.
const (
	TrainBegin      = training.TrainBegin
	EpochBegin      = training.EpochBegin
	BatchEnd        = training.BatchEnd
	ValidationBegin = training.ValidationBegin
	ValidationEnd   = training.ValidationEnd
	EpochEnd        = training.EpochEnd
	TrainEnd        = training.TrainEnd
	Done            = training.Done
)

// Whether less or more of a log is better; Auto leaves it to the loss or metric.
const (
	Auto = training.Auto
	Min  = training.Min
	Max  = training.Max
)

// Stop, returned by a callback, ends the run without an error.
var Stop = training.Stop
