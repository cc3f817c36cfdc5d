package callbacks_test

import (
	"fmt"

	"github.com/rhyton/rhyton/callbacks"
)

// This custom callback, a function, stops training when the accuracy is high enough.
func ExampleFunc() {
	enough := callbacks.Func(func(e callbacks.Event) error {
		if e.Kind == callbacks.EpochEnd && e.Logs["accuracy"] >= 0.99 {
			return fmt.Errorf("%w: accuracy %.3f suffices", callbacks.Stop, e.Logs["accuracy"])
		}
		return nil
	})
	fmt.Println(enough.On(callbacks.Event{Kind: callbacks.EpochEnd, Logs: callbacks.Logs{"accuracy": 0.98}}))
	fmt.Println(enough.On(callbacks.Event{Kind: callbacks.EpochEnd, Logs: callbacks.Logs{"accuracy": 0.995}}))
	// Output:
	// <nil>
	// stop training: accuracy 0.995 suffices
}

// The verdict describes the learning curves in words.
func ExampleHistory() {
	var h callbacks.History
	for epoch, l := range []callbacks.Logs{
		{"loss": 1.00, "val_loss": 0.90}, {"loss": 0.60, "val_loss": 0.70}, {"loss": 0.40, "val_loss": 0.65},
		{"loss": 0.20, "val_loss": 0.75}, {"loss": 0.10, "val_loss": 0.85}, {"loss": 0.05, "val_loss": 0.95},
	} {
		h.Epochs, h.Logs = append(h.Epochs, epoch), append(h.Logs, l)
	}
	fmt.Println(h.Verdict())
	// Output: OVERFITTING from epoch 3: val_loss +46% while loss -88%. Try: early stopping (epoch 3 was best: 0.65), dropout, L2, a smaller model, more data, augmentation
}
