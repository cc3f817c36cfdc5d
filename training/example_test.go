package training_test

import (
	"fmt"

	"github.com/rhyton/rhyton/training"
)

// overfitted returns the losses of a run whose validation loss rises after the fourth epoch.
func overfitted() *training.History {
	h := &training.History{}
	loss := []float64{1.00, 0.70, 0.50, 0.36, 0.26, 0.18, 0.12, 0.08, 0.05, 0.03}
	validation := []float64{1.02, 0.78, 0.66, 0.62, 0.66, 0.72, 0.80, 0.89, 0.97, 1.05}
	for i := range loss {
		h.Epochs = append(h.Epochs, i)
		h.Logs = append(h.Logs, training.Logs{"loss": loss[i], "val_loss": validation[i]})
	}
	return h
}

// Fit returns a History, which has a series for each log.
func ExampleHistory() {
	h := overfitted()
	epoch, best, _ := h.Best("val_loss")
	fmt.Println("best", best, "in epoch", h.Epochs[epoch]+1)
	fmt.Println("last", h.Last()["val_loss"], "of", h.Len(), "epochs")
	// Output:
	// best 0.62 in epoch 4
	// last 1.05 of 10 epochs
}

// The verdict is computed from the learning curves.
func ExampleHistory_Verdict() {
	v := overfitted().Verdict()
	fmt.Println(v.Finding == training.Overfitting, v.Finding)
	// Output: true OVERFITTING
}
