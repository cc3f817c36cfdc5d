package golden

import (
	"os"
	"testing"

	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/ref"
)

func TestOpsAgreeWithKeras(t *testing.T) {
	dir, err := Dir()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	paths, err := Paths(dir, "op")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			c, err := Load(dev, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				if err := c.Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
