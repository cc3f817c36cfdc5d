package callbacks

import (
	"errors"
	"math"
	"testing"
)

func TestEarlyStoppingRefusesWhatItCannotDo(t *testing.T) {
	rows := []struct {
		name string
		cb   *EarlyStopping
		run  *Run
		logs Logs
		says []string
	}{
		{"negative patience", &EarlyStopping{Patience: -1}, &Run{ValidationFreq: 1}, nil, []string{"callback EarlyStopping: Patience is -1: want 0 or more"}},
		{"negative start", &EarlyStopping{StartFromEpoch: -1}, &Run{ValidationFreq: 1}, nil, []string{"StartFromEpoch is -1"}},
		{"NaN min delta", &EarlyStopping{MinDelta: math.NaN()}, &Run{ValidationFreq: 1}, nil, []string{"MinDelta is NaN"}},
		{"no such mode", &EarlyStopping{Mode: 7}, &Run{ValidationFreq: 1}, nil, []string{"Mode is 7: want Auto"}},
		{"no validation data", &EarlyStopping{}, &Run{}, nil, []string{`there is no validation data for "val_loss"`, `monitor "loss"`}},
		{"misspelt, no validation data", &EarlyStopping{Monitor: "val_los"}, &Run{LogNames: []string{"accuracy", "loss"}}, nil,
			[]string{`there is no validation data for "val_los"`, "the logs without it are accuracy, loss"}},
		{"misspelt, names known", &EarlyStopping{Monitor: "val_los"}, &Run{ValidationFreq: 1, LogNames: []string{"loss", "val_loss"}}, nil,
			[]string{`callback EarlyStopping: there is no log "val_los"`, `did you mean "val_loss"?`, "the logs are loss, val_loss"}},
		{"misspelt, names unknown", &EarlyStopping{Monitor: "val_los", Mode: Min}, &Run{ValidationFreq: 1}, Logs{"loss": 1, "val_loss": 1},
			[]string{`EpochEnd of epoch 1`, `there is no log "val_los"`, `did you mean "val_loss"?`}},
		{"unknown direction", &EarlyStopping{Monitor: "my_score"}, &Run{ValidationFreq: 1}, nil, []string{`less or more of "my_score" is better: set Mode`}},
		{"NaN", &EarlyStopping{}, &Run{ValidationFreq: 1}, Logs{"val_loss": math.NaN()}, []string{"val_loss is NaN in epoch 1", "learning rate"}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			s := newScript(r.logs)
			s.run = r.run
			wantError(t, s.play(r.cb), r.says...)
		})
	}
}

func TestEarlyStoppingSaysWhyAndWhatItRestored(t *testing.T) {
	s := newScript(vals("val_loss", 1, .5, .6, .7, .8)...)
	err := s.play(&EarlyStopping{Patience: 2, RestoreBestWeights: true})
	if !errors.Is(err, Stop) {
		t.Fatalf("ended by %v, want Stop", err)
	}
	wantError(t, err, "val_loss has not improved for 2 epochs")
	if s.model.weight != 1 || len(s.run.Notes()) != 1 || s.run.Notes()[0] != "restored epoch 2 (val_loss 0.5000)" {
		t.Errorf("weight of epoch index %v, notes %q; want 1 and the restored epoch", s.model.weight, s.run.Notes())
	}
}

func TestEarlyStoppingRestoresTheWeightsOfAFailedRun(t *testing.T) {
	s := newScript(vals("val_loss", .5, .6, .7)...)
	boom := errors.New("boom")
	err := s.play(&EarlyStopping{Patience: 5, RestoreBestWeights: true}, Func(func(e Event) error {
		if e.Kind == EpochEnd && e.Epoch == 2 {
			return boom
		}
		return nil
	}))
	if !errors.Is(err, boom) || s.model.weight != 0 {
		t.Errorf("ended by %v with the weights of epoch %v, want boom and the best, 0", err, s.model.weight)
	}
}

// A run that is interrupted after any epoch and resumed must continue like an uninterrupted one.
func TestStateMakesAResumedRunTheSame(t *testing.T) {
	losses := []float64{1, .8, .9, .7, .71, .72, .69, .8, .81, .82, .83, .84}
	list := func() []Callback {
		return []Callback{
			&EarlyStopping{Patience: 3, RestoreBestWeights: true},
			&ReduceLROnPlateau{Patience: new(1), Factor: .5, Cooldown: 1},
			&ModelCheckpoint{Path: t.TempDir() + "/m{epoch}.keras", SaveBestOnly: true},
		}
	}
	end := func(cut int) (stopped int, m *fakeModel) {
		s := newScript(vals("val_loss", losses...)...)
		all := trainingCallbacks(list())
		e := Event{Run: s.run, Model: s.model}
		if err := all.Tell(e); err != nil {
			t.Fatal(err)
		}
		for i, l := range s.epochs {
			if i == cut {
				state, err := all.State()
				if err != nil {
					t.Fatal(err)
				}
				all = trainingCallbacks(list())
				if err := all.Tell(Event{Run: s.run, Model: s.model}); err != nil {
					t.Fatal(err)
				}
				if err := all.SetState(state); err != nil {
					t.Fatal(err)
				}
			}
			s.model.weight = float32(i)
			e.Kind, e.Epoch, e.Logs = EpochEnd, i, l.Clone()
			if e.Err = all.Tell(e); e.Err != nil {
				stopped = i
				break
			}
		}
		e.Kind = TrainEnd
		if err := all.Tell(e); err != nil {
			t.Fatal(err)
		}
		return stopped, s.model
	}
	stop, whole := end(-1)
	for cut := range losses[:stop] {
		at, m := end(cut)
		if at != stop || m.weight != whole.weight || m.rate != whole.rate || len(m.saved) != len(whole.saved) {
			t.Errorf("cut before epoch %d: stopped at %d, %+v; whole: %d, %+v", cut, at, m, stop, whole)
		}
	}
}

func TestStateOfOtherCallbacksIsRefused(t *testing.T) {
	state, err := trainingCallbacks([]Callback{&EarlyStopping{}}).State()
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, trainingCallbacks([]Callback{&ReduceLROnPlateau{}}).SetState(state), "none was saved for *callbacks.ReduceLROnPlateau")
	wantError(t, trainingCallbacks(nil).SetState(state), "*callbacks.EarlyStopping was saved")
	wantError(t, trainingCallbacks(nil).SetState(state[:5]), "state of callbacks")
}
