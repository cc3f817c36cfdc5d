package golden

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// A trajectory is a complete training run.
type trajectory struct {
	Model   json.RawMessage
	Compile json.RawMessage
	Fit     struct {
		Epochs              int
		InitialEpoch        int                `json:"initial_epoch"`
		BatchSize           int                `json:"batch_size"`
		ValidationSplit     float64            `json:"validation_split"`
		ValidationBatchSize int                `json:"validation_batch_size"`
		ValidationFreq      int                `json:"validation_freq"`
		ValidationSteps     int                `json:"validation_steps"`
		StepsPerEpoch       int                `json:"steps_per_epoch"`
		ClassWeight         map[string]float64 `json:"class_weight"`
		Callbacks           []json.RawMessage
	}
	Data           map[string]json.RawMessage
	InitialWeights []struct {
		Path  string
		Value Array
	} `json:"initial_weights"`
	EpochsRun         []int                   `json:"epochs_run"`
	History           map[string][]float64    `json:"history"`
	LearningRates     []float64               `json:"learning_rates"`
	FinalWeights      []struct{ Value Array } `json:"final_weights"`
	Evaluate          map[string]float64
	Predict           json.RawMessage      `json:"predict_first_6"`
	TrainOnBatchLogs  []map[string]float64 `json:"train_on_batch_logs"`
	TrainOnBatchStart []int                `json:"batch_starts"`
}

func runTrajectory(c *Case) error {
	k := &trajectory{}
	if err := c.Decode(k); err != nil {
		return err
	}
	m, err := k.model(deviceName(c.Dev))
	if err != nil {
		return err
	}
	data, err := k.data(m, "")
	if err != nil {
		return err
	}
	if k.TrainOnBatchLogs != nil {
		return k.onBatches(c, m, data)
	}
	h, rates, err := k.fit(m, data)
	if err != nil {
		return err
	}
	return k.compare(c, m, data, h, rates)
}

// deviceName returns the name with which dev can be opened again.
func deviceName(dev backend.Device) string {
	if DeviceName != "" {
		return DeviceName
	}
	return models.DefaultDevice
}

// DeviceName is the device for complete training runs; "" means the default device.
var DeviceName string

// model builds and compiles the model and sets its initial weights.
func (k *trajectory) model(device string) (*models.Model, error) {
	var text string
	if json.Unmarshal(k.Model, &text) == nil {
		k.Model = json.RawMessage(text)
	}
	m, err := models.FromJSON(k.Model)
	if err != nil {
		return nil, err
	}
	cfg, err := m.CompileFromJSON(k.Compile)
	if err != nil {
		return nil, err
	}
	cfg.Device = device
	var w []*tensor.Tensor
	for _, v := range k.InitialWeights {
		w = append(w, v.Value.Tensor)
	}
	if err := m.SetWeights(w); err != nil {
		return nil, err
	}
	return m, m.Compile(cfg)
}

// data returns the training data (prefix "") or the validation data ("val_"), or nil.
func (k *trajectory) data(m *models.Model, prefix string) (*datasets.Arrays, error) {
	if k.Data[prefix+"x"] == nil {
		return nil, nil
	}
	a := &datasets.Arrays{}
	var err error
	if a.X, err = arraysOf(k.Data[prefix+"x"], m.InputNames()); err != nil {
		return nil, err
	}
	if a.Y, err = arraysOf(k.Data[prefix+"y"], m.OutputNames()); err != nil {
		return nil, err
	}
	if raw := k.Data[prefix+"sample_weight"]; raw != nil {
		a.Weights, err = arraysOf(raw, m.OutputNames())
	}
	return a, err
}

// arraysOf decodes one array, or one per name.
func arraysOf(raw json.RawMessage, names []string) ([]*tensor.Tensor, error) {
	var one Array
	if json.Unmarshal(raw, &one) == nil && one.Tensor != nil && one.Rank() > 0 {
		return []*tensor.Tensor{one.Tensor}, nil
	}
	var named map[string]Array
	if err := json.Unmarshal(raw, &named); err != nil {
		return nil, err
	}
	var out []*tensor.Tensor
	for _, n := range names {
		if a := named[n]; a.Tensor != nil {
			out = append(out, a.Tensor)
		}
	}
	return out, nil
}

func (k *trajectory) fit(m *models.Model, data *datasets.Arrays) (*training.History, []float64, error) {
	f := models.Fit{Epochs: k.Fit.Epochs, InitialEpoch: k.Fit.InitialEpoch, BatchSize: k.Fit.BatchSize, NoShuffle: true,
		ValidationSplit: k.Fit.ValidationSplit, ValidationBatchSize: k.Fit.ValidationBatchSize, ValidationFreq: k.Fit.ValidationFreq,
		ValidationSteps: k.Fit.ValidationSteps, StepsPerEpoch: k.Fit.StepsPerEpoch}
	val, err := k.data(m, "val_")
	if err != nil {
		return nil, nil, err
	}
	if val != nil {
		f.Validation = val
	}
	for class, w := range k.Fit.ClassWeight {
		if f.ClassWeight == nil {
			f.ClassWeight = map[int]float64{}
		}
		n, err := strconv.Atoi(class)
		if err != nil {
			return nil, nil, err
		}
		f.ClassWeight[n] = w
	}
	for _, raw := range k.Fit.Callbacks {
		cb, err := callbackOf(raw)
		if err != nil {
			return nil, nil, err
		}
		f.Callbacks = append(f.Callbacks, cb)
	}
	var rates []float64
	f.Callbacks = append(f.Callbacks, training.Func(func(e training.Event) error {
		if e.Kind == training.EpochBegin {
			r, _ := e.Model.LearningRate()
			rates = append(rates, r)
		}
		return nil
	}))
	h, err := m.Fit(context.Background(), data, f)
	return h, rates, err
}

// callbackOf decodes one of the callbacks used by the cases.
func callbackOf(raw json.RawMessage) (training.Callback, error) {
	var o struct {
		ClassName string `json:"class_name"`
		Config    struct {
			Monitor            string
			Patience           int
			Factor             float64
			MinLR              float64 `json:"min_lr"`
			RestoreBestWeights bool    `json:"restore_best_weights"`
		}
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	switch c := o.Config; o.ClassName {
	case "EarlyStopping":
		return &callbacks.EarlyStopping{Monitor: c.Monitor, Patience: c.Patience, RestoreBestWeights: c.RestoreBestWeights}, nil
	case "ReduceLROnPlateau":
		return &callbacks.ReduceLROnPlateau{Monitor: c.Monitor, Patience: new(c.Patience), Factor: c.Factor, MinLR: c.MinLR}, nil
	}
	return nil, Unsupported("callback %s", o.ClassName)
}

// compare compares all results of the run.
func (k *trajectory) compare(c *Case, m *models.Model, data *datasets.Arrays, h *training.History, rates []float64) error {
	if !slices.Equal(h.Epochs, k.EpochsRun) {
		return fmt.Errorf("epochs %v run, want %v", h.Epochs, k.EpochsRun)
	}
	names := make([]string, 0, len(k.History))
	for name := range k.History {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var got []float64
		for _, l := range h.Logs {
			if v, ok := l[name]; ok {
				got = append(got, v)
			}
		}
		if err := c.CompareFloats("history of "+name, got, k.History[name], 1e-4); err != nil {
			return err
		}
	}
	if err := c.CompareFloats("learning rates", rates, k.LearningRates, 1e-5); err != nil {
		return err
	}
	for i, t := range m.Weights() {
		if err := c.Compare(fmt.Sprintf("final weight %d", i), t, k.FinalWeights[i].Value.Tensor, 1e-3); err != nil {
			return err
		}
	}
	logs, err := m.Evaluate(context.Background(), data, models.Evaluate{BatchSize: k.Fit.BatchSize})
	if err != nil {
		return err
	}
	for name, want := range k.Evaluate {
		if err := c.CompareFloats("evaluate "+name, []float64{logs[name]}, []float64{want}, 1e-4); err != nil {
			return err
		}
	}
	return k.comparePredictions(c, m, data)
}

func (k *trajectory) comparePredictions(c *Case, m *models.Model, data *datasets.Arrays) error {
	var six datasets.Batch
	if err := data.Slice(&six, 0, 6); err != nil {
		return err
	}
	got, err := m.Predict(context.Background(), six.X...)
	if err != nil {
		return err
	}
	var want []*tensor.Tensor
	var list []Array
	if json.Unmarshal(k.Predict, &list) == nil {
		for _, a := range list {
			want = append(want, a.Tensor)
		}
	} else if want, err = arraysOf(k.Predict, m.OutputNames()); err != nil {
		return err
	}
	for i, w := range want {
		if err := c.Compare(fmt.Sprintf("prediction %d", i), got[i], w, 1e-3); err != nil {
			return err
		}
	}
	return nil
}

// onBatches runs train_on_batch.
func (k *trajectory) onBatches(c *Case, m *models.Model, data *datasets.Arrays) error {
	for i, at := range k.TrainOnBatchStart {
		var b datasets.Batch
		if err := data.Slice(&b, at, min(at+k.Fit.BatchSize, data.Len())); err != nil {
			return err
		}
		logs, err := m.TrainOnBatch(context.Background(), b)
		if err != nil {
			return err
		}
		for name, want := range k.TrainOnBatchLogs[i] {
			if err := c.CompareFloats(fmt.Sprintf("batch %d: %s", i, name), []float64{logs[name]}, []float64{want}, 1e-4); err != nil {
				return err
			}
		}
	}
	for i, t := range m.Weights() {
		if err := c.Compare(fmt.Sprintf("final weight %d", i), t, k.FinalWeights[i].Value.Tensor, 1e-3); err != nil {
			return err
		}
	}
	return nil
}
