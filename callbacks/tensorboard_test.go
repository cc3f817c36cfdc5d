package callbacks

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The expected bytes were written by TensorFlow 2.21 for the same two events.
func TestTensorBoardWritesTensorFlowsBytes(t *testing.T) {
	values := append(field2(1, scalar("epoch_loss", .5)), field2(1, scalar("epoch_accuracy", 0))...)
	got := append(record(versionEvent(time.Unix(1700000000, 5e8))), record(summaryEvent(time.Unix(1700000001, 25e7), 3, values))...)
	const want = "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110" +
		"3700000000000000e7e8ca590900005040fc54d94110032a2a0a110a0a65706f63685f6c6f7373150000003f" +
		"0a150a0e65706f63685f61636375726163791500000000f9f1c0d5"
	if hex.EncodeToString(got) != want {
		t.Errorf("got  %x\nwant %s", got, want)
	}
}

func TestTensorBoardPartsTrainingAndValidation(t *testing.T) {
	dir := t.TempDir()
	s := newScript(Logs{"loss": 1, "val_loss": 2}, Logs{"loss": .5})
	s.batches = []Logs{{"loss": 3}, {"loss": 2}, {"loss": 1}}
	if err := s.play(&TensorBoard{LogDir: dir, UpdateFreq: 2}); err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]map[string]int{
		"train":      {"epoch_loss": 2, "batch_loss": 3, "val_": 0},
		"validation": {"epoch_loss": 1, "batch_loss": 0},
	} {
		files, err := filepath.Glob(filepath.Join(dir, part, "events.out.tfevents.*.v2"))
		if err != nil || len(files) != 1 {
			t.Fatalf("%s: files %v (%v)", part, files, err)
		}
		data, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		for tag, n := range want {
			if got := bytes.Count(data, []byte(tag)); got != n {
				t.Errorf("%s: %d of %q, want %d", part, got, tag, n)
			}
		}
	}
	wantError(t, s.play(&TensorBoard{LogDir: dir, UpdateFreq: -1}), "UpdateFreq is -1")
}
