package golden

import (
	"errors"
	"os"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

// agree runs the cases of one kind, or all cases if kind is empty, on a device.
func agree(t *testing.T, dir, kind, device string) {
	t.Helper()
	dev, err := Device(device)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	paths, err := Paths(dir, kind)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		c, err := Load(dev, p)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Run(); err != nil {
			t.Errorf("%s on %s: %v", c.Name, device, err)
		}
	}
}

func TestTheSliceInTheRepositoryAgreesWithKeras(t *testing.T) {
	for _, device := range []string{"ref", "cpu"} {
		agree(t, "testdata", "", device)
	}
}

func TestTheCollectionAgreesWithKeras(t *testing.T) {
	dir := collections.Golden(t, "")
	for _, kind := range []string{"activation", "constraint", "initializer", "loss", "metric", "optimizer", "regularizer", "schedule"} {
		t.Run(kind, func(t *testing.T) { agree(t, dir, kind, "cpu") })
	}
}

func TestACaseOfAnUnknownClassIsUnsupported(t *testing.T) {
	path := t.TempDir() + "/loss/Nothing/case.json"
	if err := os.MkdirAll(path[:len(path)-len("/case.json")], 0o755); err != nil {
		t.Fatal(err)
	}
	text := `{"class": "Nothing", "config": {}, "y_true": null, "y_pred": null}`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(nil, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v, want ErrUnsupported", err)
	}
}

func TestCompareSeesWhatDiffers(t *testing.T) {
	array := func(text string) (a Array) {
		if err := a.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return a
	}
	one := array(`{"shape":[2],"dtype":"float32","data":[1,"NaN"]}`)
	for _, row := range []struct {
		name, other string
		same        bool
	}{
		{"itself", `{"shape":[2],"dtype":"float32","data":[1,"NaN"]}`, true},
		{"within tolerance", `{"shape":[2],"dtype":"float32","data":[1.000001,"NaN"]}`, true},
		{"beyond tolerance", `{"shape":[2],"dtype":"float32","data":[1.0001,"NaN"]}`, false},
		{"a number for NaN", `{"shape":[2],"dtype":"float32","data":[1,0]}`, false},
		{"infinity for NaN", `{"shape":[2],"dtype":"float32","data":[1,"Infinity"]}`, false},
		{"another shape", `{"shape":[1,2],"dtype":"float32","data":[1,"NaN"]}`, false},
		{"integers", `{"shape":[2],"dtype":"int32","data":[1,0]}`, false},
	} {
		err := new(Case).Compare("x", one.Tensor, array(row.other).Tensor, 1e-5)
		if (err == nil) != row.same {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
