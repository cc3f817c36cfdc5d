package models_test

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

func cnn() *models.Model {
	m := models.Sequential(layers.Input(28, 28, 1),
		&layers.Conv2D{Filters: 32, KernelSize: []int{3, 3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dropout{Rate: 0.5},
		&layers.Dense{Units: 10, Activation: activations.Softmax, Name: "a_rather_long_name_for_a_layer_of_ten_units"},
	)
	m.Name = "mnist_cnn"
	return m
}

func TestSummaryFitsTheWidthAndLosesNoNumber(t *testing.T) {
	for _, width := range []int{80, 100, 140} {
		var b strings.Builder
		if err := cnn().Summary(&b, models.Summary{Width: width}); err != nil {
			t.Fatal(err)
		}
		t.Logf("\n%s", b.String())
		for _, want := range []string{"320", "54,090", "54,410", "(·, 26, 26, 32)", "(·, 5408)"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("width %d: %q is missing", width, want)
			}
		}
		for i, line := range strings.Split(b.String(), "\n") {
			if n := len([]rune(line)); n > width {
				t.Errorf("width %d: line %d has %d columns", width, i, n)
			}
		}
	}
}
