package callbacks

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// fakeModel is a model with one weight, which its Save methods write to files.
type fakeModel struct {
	weight    float32
	rate      float64
	scheduled bool
	modes     map[string]Mode
	averages  bool
	swaps     int
	saved     []string // paths; those of SaveWeights are prefixed with "weights "
}

func (m *fakeModel) Weights() []*tensor.Tensor {
	return []*tensor.Tensor{tensor.Of([]float32{m.weight}, 1)}
}

func (m *fakeModel) SetWeights(w []*tensor.Tensor) error {
	d, ok := tensor.Data[float32](w[0])
	if !ok {
		return errors.New("not float32")
	}
	m.weight = d[0]
	return nil
}

func (m *fakeModel) LearningRate() (float64, bool) { return m.rate, !m.scheduled }

func (m *fakeModel) SetLearningRate(r float64) error {
	m.rate = float64(float32(r)) // a float32 variable of the optimizer, as in Keras
	return nil
}

func (m *fakeModel) Save(path string) error {
	m.saved = append(m.saved, path)
	return os.WriteFile(path, fmt.Append(nil, m.weight), 0o666)
}

func (m *fakeModel) SaveWeights(path string) error {
	m.saved = append(m.saved, "weights "+path)
	return os.WriteFile(path, fmt.Append(nil, m.weight), 0o666)
}

func (m *fakeModel) Averages() bool { return m.averages }

func (m *fakeModel) SwapInAverages() error  { m.swaps++; return nil }
func (m *fakeModel) SwapOutAverages() error { m.swaps++; return nil }

func (m *fakeModel) MetricMode(name string) Mode { return m.modes[name] }

// A script is a run with given logs. Before the end of an epoch, the model's weight is the epoch
// number.
type script struct {
	epochs  []Logs
	batches []Logs // if set, the logs of the steps of each epoch
	run     *Run
	model   *fakeModel
}

func newScript(epochs ...Logs) *script {
	return &script{epochs: epochs, run: &Run{ValidationFreq: 1, Epochs: len(epochs)},
		model: &fakeModel{rate: .1, modes: map[string]Mode{"accuracy": Max}}}
}

func vals(name string, v ...float64) (l []Logs) {
	for _, x := range v {
		l = append(l, Logs{name: x})
	}
	return l
}

// play calls the callbacks with the events of the run and returns the error that ended it.
func (s *script) play(list ...Callback) error {
	all := trainingCallbacks(list)
	e := Event{Run: s.run, Model: s.model}
	tell := func(k Kind) error { e.Kind = k; return all.Tell(e) }
	err := tell(TrainBegin)
	for i := 0; i < len(s.epochs) && err == nil; i++ {
		e.Epoch, e.Logs = i, nil
		err = tell(EpochBegin)
		for b := 0; b < len(s.batches) && err == nil; b++ {
			e.Batch = b
			e.Running = func() (Logs, error) { return s.batches[b], nil }
			err = tell(BatchEnd)
		}
		if err != nil {
			break
		}
		s.model.weight = float32(i)
		e.Logs = s.epochs[i].Clone()
		err = tell(EpochEnd)
	}
	e.Err = err
	return errors.Join(err, tell(TrainEnd), tell(Done))
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that says %q", parts)
		return
	}
	for _, p := range parts {
		if !contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}
