package training

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// byName is a model that knows one metric.
type byName struct{ Model }

func (byName) MetricMode(name string) Mode {
	return map[string]Mode{"score": Max}[name]
}

func TestHistoryRecordsEpochsAndFindsTheBest(t *testing.T) {
	h := &History{}
	h.On(Event{Kind: TrainBegin, Run: &Run{Model: "net"}})
	logs := Logs{"loss": 3, "score": .2}
	for i, l := range []Logs{logs, {"loss": 1, "score": .9}, {"loss": 2, "score": .5, "val_loss": 4}} {
		h.On(Event{Kind: EpochEnd, Epoch: i + 5, Logs: l, Model: byName{}})
	}
	logs["loss"] = 0 // the history keeps a copy
	if h.Model != "net" || h.Len() != 3 || !slices.Equal(h.Epochs, []int{5, 6, 7}) || h.Last()["loss"] != 2 {
		t.Errorf("%+v", h)
	}
	if i, v, ok := h.Best("loss"); i != 1 || v != 1 || !ok {
		t.Errorf("best loss %v at %d", v, i)
	}
	if i, v, ok := h.Best("score"); i != 1 || v != .9 || !ok {
		t.Errorf("best score %v at %d: more is better", v, i)
	}
	if i, v, ok := h.Best("val_loss"); i != 2 || v != 4 || !ok {
		t.Errorf("best val_loss %v at %d", v, i)
	}
	if _, _, ok := h.Best("nothing"); ok {
		t.Error("there is a best of nothing")
	}
	if s := h.Series("val_loss"); !math.IsNaN(s[0]) || s[2] != 4 {
		t.Errorf("series %v", s)
	}
	if got := h.Names(); !slices.Equal(got, []string{"loss", "score", "val_loss"}) {
		t.Errorf("names %v", got)
	}
	if (&History{}).Last() != nil {
		t.Error("an empty history has a last epoch")
	}
}

func TestModesAreGuessedByKerasNames(t *testing.T) {
	h := &History{}
	for name, want := range map[string]Mode{"val_accuracy": Max, "sparse_categorical_accuracy": Max, "auc": Max, "val_f1_score": Max,
		"mean_io_u": Max, "loss": Min, "accuracy_loss": Min, "val_mae": Min, "mean_squared_error": Min, "r2_score": Max, "binary_iou": Max} {
		if got := h.Mode(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestHistoryComesBackFromCSV(t *testing.T) {
	h := &History{Epochs: []int{3, 4}, Logs: []Logs{{"loss": .1 + .2, "accuracy": 1e-9}, {"loss": math.Inf(1), "val_loss": math.NaN(), "accuracy": -2}}}
	var b bytes.Buffer
	if err := h.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadHistory(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(got.Logs[1]["val_loss"]) {
		t.Errorf("NaN came back as %v", got.Logs[1]["val_loss"])
	}
	delete(got.Logs[1], "val_loss")
	delete(h.Logs[1], "val_loss")
	if !reflect.DeepEqual(got, h) {
		t.Errorf("%+v, want %+v", got, h)
	}
}

func TestHistoryReadsOtherSeparators(t *testing.T) {
	for _, text := range []string{"epoch;loss\r\n0;NA\r\n1;0.5\r\n", "epoch\tloss\n0\t\n1\t0.5\n"} {
		h, err := ReadHistory(strings.NewReader(text))
		if err != nil || h.Len() != 2 || len(h.Logs[0]) != 0 || h.Logs[1]["loss"] != .5 {
			t.Errorf("%q: %+v, %v", text, h, err)
		}
	}
}

func TestHistoryRefusesWhatIsNone(t *testing.T) {
	for text, says := range map[string]string{
		"":                      "first line must name the columns",
		"loss\n1\n":             "one of them \"epoch\"",
		"epoch,loss\n0,high\n":  `line 2: column "loss": "high" is not a number`,
		"epoch,loss\n0.5,1\n":   "epoch 0.5 is not a non-negative integer",
		"epoch,loss\n-1,1\n":    "epoch -1 is not a non-negative integer",
		"epoch,loss\n0,1,2\n":   "wrong number of fields",
		"epoch,loss\n1e300,1\n": "not a non-negative integer",
	} {
		if _, err := ReadHistory(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
	if _, err := OpenHistory("no/such/file.csv"); err == nil {
		t.Error("a file that is not there is read")
	}
}
