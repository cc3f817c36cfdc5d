package callbacks

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestModelCheckpointRefusesWhatItCannotDo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "folder.keras")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	ok := filepath.Join(dir, "m.keras")
	named := []string{"loss", "accuracy", "val_loss", "val_accuracy"}
	rows := []struct {
		name string
		cb   *ModelCheckpoint
		says []string
	}{
		{"no path", &ModelCheckpoint{}, []string{"Path is empty"}},
		{"suffix", &ModelCheckpoint{Path: "m.bin"}, []string{`"m.bin": end the path in .keras, .weights.h5 or .safetensors`}},
		{"suffix of weights", &ModelCheckpoint{Path: ok, SaveWeightsOnly: true}, []string{"a .keras file holds a whole model: save the model, or end the path in .weights.h5 or .safetensors"}},
		{"folder that is a file", &ModelCheckpoint{Path: filepath.Join(file, "m.keras")}, []string{"not a directory"}},
		{"path that is a folder", &ModelCheckpoint{Path: folder}, []string{"is a folder"}},
		{"negative frequency", &ModelCheckpoint{Path: ok, SaveFreq: -1}, []string{"SaveFreq is -1"}},
		{"negative keep", &ModelCheckpoint{Path: ok, Keep: -1}, []string{"Keep is -1"}},
		{"misspelt monitor", &ModelCheckpoint{Path: ok, Monitor: "val_los", SaveBestOnly: true}, []string{`"val_los"`, `did you mean "val_loss"?`}},
		{"misspelt monitor that decides nothing", &ModelCheckpoint{Path: ok, Monitor: "val_los"}, []string{`did you mean "val_loss"?`}},
		{"validation between epochs", &ModelCheckpoint{Path: ok, SaveBestOnly: true, SaveFreq: 3}, []string{`"val_loss" has no value between epochs`}},
		{"misspelt place", &ModelCheckpoint{Path: filepath.Join(dir, "{val_lss:.2f}.keras")}, []string{`did you mean "val_loss"?`}},
		{"validation place between epochs", &ModelCheckpoint{Path: filepath.Join(dir, "{val_loss:.2f}.keras"), SaveFreq: 2}, []string{`there is no log "val_loss"`, "the logs are loss, accuracy"}},
		{"batch after epochs", &ModelCheckpoint{Path: filepath.Join(dir, "{batch}.keras")}, []string{"{batch} has a value only with SaveFreq"}},
		{"brace", &ModelCheckpoint{Path: filepath.Join(dir, "{epoch.keras")}, []string{"no } after {"}},
		{"format", &ModelCheckpoint{Path: filepath.Join(dir, "{epoch:>9}.keras")}, []string{"{epoch:>9}: want a name and a format"}},
		{"decimals of a whole number", &ModelCheckpoint{Path: filepath.Join(dir, "{epoch:.2d}.keras")}, []string{"no decimals"}},
		{"validation place, no validation then", &ModelCheckpoint{Path: filepath.Join(dir, "{val_loss:.2f}.keras")}, []string{`no "val_loss" after epoch 1`, "SaveBestOnly"}},
		{"frequency beyond the run", &ModelCheckpoint{Path: ok, SaveFreq: 31}, []string{"SaveFreq is 31, and the run has 30 steps in all"}},
		{"whole format of a loss", &ModelCheckpoint{Path: filepath.Join(dir, "{loss:d}.keras")}, []string{"is not an integer"}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			s := newScript()
			s.run.LogNames = named
			s.run.ValidationFreq, s.run.Epochs, s.run.Batches = 2, 3, 10
			wantError(t, s.play(r.cb), append(r.says, "callback ModelCheckpoint: ")...)
		})
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestModelCheckpointMakesFoldersAndKeepsTheLast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := newScript(vals("val_loss", 5, 4, 6, 3, 2)...)
	err := s.play(&ModelCheckpoint{Path: filepath.Join(dir, "run{epoch}", "{val_loss:.1f}.keras"), SaveBestOnly: true, Keep: 2})
	if err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(left) != 2 || !strings.HasSuffix(left[0], "run4/3.0.keras") || !strings.HasSuffix(left[1], "run5/2.0.keras") {
		t.Errorf("left %v, want the last two (%v)", left, err)
	}
	if n := s.run.Notes(); len(n) != 1 || !strings.HasSuffix(n[0], "2.0.keras (epoch 5)") {
		t.Errorf("notes %q", n)
	}
}

func TestModelCheckpointKeepsItsBestOverRunsOfOneModel(t *testing.T) {
	c := &ModelCheckpoint{Path: filepath.Join(t.TempDir(), "best.keras"), SaveBestOnly: true}
	s := newScript(vals("val_loss", 3, 1)...)
	if err := s.play(c); err != nil {
		t.Fatal(err)
	}
	s.epochs = vals("val_loss", 2, 1.5, .5)
	if err := s.play(c); err != nil {
		t.Fatal(err)
	}
	if len(s.model.saved) != 3 {
		t.Errorf("%d saves, want 3: two of the first run and one better", len(s.model.saved))
	}
	other := newScript(vals("val_loss", 9)...)
	if err := other.play(c); err != nil || len(other.model.saved) != 1 {
		t.Errorf("another model saved %d times, want 1 (%v)", len(other.model.saved), err)
	}
}

func TestModelCheckpointReadsNoLogsItDoesNotNeed(t *testing.T) {
	c := &ModelCheckpoint{Path: filepath.Join(t.TempDir(), "m.keras"), SaveFreq: 1}
	e := Event{Run: &Run{}, Model: &fakeModel{}, Running: func() (Logs, error) { return nil, errors.New("read") }}
	if err := c.On(e); err != nil {
		t.Fatal(err)
	}
	e.Kind = BatchEnd
	if err := c.On(e); err != nil {
		t.Errorf("%v: want a save without reading", err)
	}
}

func TestTemplatesFormatAsPython(t *testing.T) {
	logs := Logs{"loss": 1234.5678, "tiny": 1.5e-7, "neg": -0.5, "one": 1}
	for text, want := range map[string]string{
		"{epoch}": "7", "{epoch:02d}": "07", "{epoch:4d}": "   7", "{epoch:.1f}": "7.0", "{batch:03d}": "042",
		"{loss:.2f}": "1234.57", "{loss:f}": "1234.567800", "{loss:.3e}": "1.235e+03", "{loss:.3g}": "1.23e+03", "{loss:010.2f}": "0001234.57",
		"{neg:06.2f}": "-00.50", "{tiny}": "1.5e-07", "{{x}}{one:.0f}": "{x}1", "a{epoch}b{epoch}c": "a7b7c", "plain": "plain",
	} {
		p, err := parseTemplate(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := p.fill(7, 42, logs); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", text, got, want, err)
		}
	}
}
