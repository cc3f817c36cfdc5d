package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cases writes a passing, a failing and an unsupported case.
func cases(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	relu := `{"function":"relu","config":{},"inputs":[{"shape":[1],"dtype":"float32","data":[-1]}],"outputs":[{"shape":[1],"dtype":"float32","data":[%s]}],"cotangents":null,"grad_inputs":null}`
	for name, text := range map[string]string{
		"activation/relu/right":  strings.ReplaceAll(relu, "%s", "0"),
		"activation/relu/wrong":  strings.ReplaceAll(relu, "%s", "7"),
		"activation/other/later": strings.ReplaceAll(strings.ReplaceAll(relu, "%s", "0"), `"relu"`, `"of_the_future"`),
	} {
		path := filepath.Join(dir, name+".json")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheExitCodeTellsTheOutcome(t *testing.T) {
	for _, row := range []struct {
		name, remove, list string
		code               int
		says               string
	}{
		{"a failure", "", "", 1, "activation:     1 passed, 1 failed, 1 unsupported"},
		{"unsupported alone", "relu/wrong", "", 3, "1 passed, 0 failed, 1 unsupported"},
		{"listed", "relu/wrong", "# known\nactivation/other/later\n", 0, "1 passed, 0 failed, 1 unsupported"},
		{"not listed", "relu/wrong", "# none\n", 1, `FAIL activation/other/later: unsupported: unknown activation "of_the_future"`},
		{"listed and passing", "relu/wrong", "activation/other/later\nactivation/relu/right\n", 1, "activation/relu/right: passes, strike it off"},
		{"listed and gone", "relu/wrong", "activation/other/later\nactivation/gone/x\n", 1, "activation/gone/x: no such case, strike it off"},
		{"everything passes", "*/[wl]*", "", 0, "1 passed, 0 failed, 0 unsupported"},
	} {
		dir := cases(t)
		gone, err := filepath.Glob(filepath.Join(dir, "activation", row.remove+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range gone {
			os.Remove(p)
		}
		var out bytes.Buffer
		r := runner{dir: dir, device: "ref", out: &out, tally: map[string]*tally{}}
		if row.list != "" {
			r.list = filepath.Join(t.TempDir(), "list")
			if err := os.WriteFile(r.list, []byte(row.list), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if code, err := r.run(); code != row.code || err != nil || !strings.Contains(out.String(), row.says) {
			t.Errorf("%s: exit %d, %v\n%swant %d and %q", row.name, code, err, &out, row.code, row.says)
		}
	}
}
