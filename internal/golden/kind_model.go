package golden

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// A modelCase is a model that Keras saved in its three formats.
type modelCase struct {
	Files   map[string]string
	Model   json.RawMessage
	Input   json.RawMessage
	Y       json.RawMessage
	Expect  json.RawMessage `json:"expected"`
	Weights []struct {
		Path  string
		Value Array
	}
	CountParams int `json:"count_params"`
	Continue    *struct {
		X, Y   json.RawMessage
		Input  json.RawMessage
		Losses []float64 `json:"train_on_batch_losses"`
	}
}

func runModel(c *Case) error {
	k := &modelCase{}
	if err := c.Decode(k); err != nil {
		return err
	}
	dir := filepath.Dir(filepath.Dir(c.Path))
	for _, kind := range []string{"keras", "h5"} {
		m, err := models.Load(filepath.Join(dir, k.Files[kind]))
		if err != nil {
			return err
		}
		if err := k.compare(c, m); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		if err := k.goOn(c, m); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	m, err := models.FromJSON(k.Model)
	if err != nil {
		return err
	}
	if err := m.LoadWeights(filepath.Join(dir, k.Files["weights.h5"])); err != nil {
		return err
	}
	return k.compare(c, m)
}

// compare compares the weights and a prediction.
func (k *modelCase) compare(c *Case, m *models.Model) error {
	if n := m.CountParams(); n != k.CountParams {
		return fmt.Errorf("%d parameters, want %d", n, k.CountParams)
	}
	w := m.Weights()
	if len(w) != len(k.Weights) {
		return fmt.Errorf("%d weights, want %d", len(w), len(k.Weights))
	}
	for i, t := range w {
		if err := c.Compare(k.Weights[i].Path, t, k.Weights[i].Value.Tensor, 0); err != nil {
			return err
		}
	}
	x, err := listOf(k.Input, m.InputNames())
	if err != nil {
		return err
	}
	got, err := m.Predict(context.Background(), x...)
	if err != nil {
		return err
	}
	want, err := listOf(k.Expect, m.OutputNames())
	if err != nil {
		return err
	}
	for i, t := range want {
		if err := c.Compare(fmt.Sprintf("prediction %d", i), got[i], t, 2e-5); err != nil {
			return err
		}
	}
	return nil
}

// listOf decodes one array, a list of arrays, or one array per name.
func listOf(raw json.RawMessage, names []string) ([]*tensor.Tensor, error) {
	var list []Array
	if json.Unmarshal(raw, &list) == nil {
		var out []*tensor.Tensor
		for _, a := range list {
			out = append(out, a.Tensor)
		}
		return out, nil
	}
	return arraysOf(raw, names)
}

// goOn continues training where the saved training ended.
func (k *modelCase) goOn(c *Case, m *models.Model) error {
	if k.Continue == nil {
		return nil
	}
	in := k.Input
	if k.Continue.Input != nil {
		in = k.Continue.Input
	}
	if k.Continue.X != nil {
		in = k.Continue.X
	}
	x, err := listOf(in, m.InputNames())
	if err != nil {
		return err
	}
	y, err := listOf(k.Continue.Y, m.OutputNames())
	if err != nil {
		return err
	}
	for i, want := range k.Continue.Losses {
		logs, err := m.TrainOnBatch(context.Background(), datasets.Batch{X: x, Y: y})
		if err != nil {
			return err
		}
		if err := c.CompareFloats(fmt.Sprintf("loss of step %d", i), []float64{logs["loss"]}, []float64{want}, 1e-5); err != nil {
			return err
		}
	}
	return nil
}
