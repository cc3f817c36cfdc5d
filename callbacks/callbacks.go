// Package callbacks provides callbacks for training: early stopping, checkpoints, learning rates,
// progress bars, logs and learning curves. A custom callback is a type with a method On, or a
// [Func].
//
// The types of events and histories are aliases of those in package training. Importing this
// package links the plotting code with its fonts, about 10 MB; a program that only predicts does
// not need it.
package callbacks

import "github.com/rhyton/rhyton/training"

// Aliases of types in package training.
type (
	Callback = training.Callback // is called for each event of a run
	Func     = training.Func     // a function used as a callback
	Stateful = training.Stateful // a callback with state that a resumed run needs
	Event    = training.Event    // an event of a run
	Kind     = training.Kind     // the stage of a run
	Run      = training.Run      // facts about a whole run
	Logs     = training.Logs     // averages by name
	Model    = training.Model    // the model as callbacks access it
	Mode     = training.Mode     // whether lower or higher is better
	History  = training.History  // the logs of all epochs
	Verdict  = training.Verdict  // the interpretation of the learning curves
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

// The modes: whether lower or higher values of a log are better. With Auto, the loss or metric
// decides.
const (
	Auto = training.Auto
	Min  = training.Min
	Max  = training.Max
)

// Stop, returned by a callback, ends the run without an error.
var Stop = training.Stop
