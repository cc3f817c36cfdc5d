// Package classic embeds small, well-known data sets; nothing is downloaded. The file NOTICE in
// its data folder lists their sources and licenses.
package classic

import (
	"embed"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

//go:embed data/*.csv data/*.gz data/NOTICE
var files embed.FS

// Iris returns Fisher's iris data: 150 flowers, 4 lengths in cm, 3 species of 50 flowers each.
func Iris() *datasets.Table { return table("iris.csv", classes) }

// Wine returns chemical analyses of 178 wines from 3 growers, with 13 features.
func Wine() *datasets.Table { return table("wine.csv", classes) }

// BreastCancer returns 569 tumors with 30 features of their cell nuclei; class 0 is malignant
// (212 samples), class 1 benign.
func BreastCancer() *datasets.Table {
	t := table("breast_cancer.csv", datasets.CSV{Label: "target", Ignore: []string{"class"}})
	t.Classes = []string{"malignant", "benign"}
	return t
}

// Diabetes returns 442 patients with 10 features, unscaled, and the progression of the disease
// after a year, a number from 25 to 346.
func Diabetes() *datasets.Table {
	return table("diabetes.csv", datasets.CSV{Targets: []string{"target"}})
}

// Linnerud returns 20 men with 3 exercise results as features and 3 body measurements as targets.
func Linnerud() *datasets.Table {
	return table("linnerud.csv", datasets.CSV{Targets: []string{"Weight", "Waist", "Pulse"}})
}

// Penguins returns the 342 of the 344 Palmer penguins that were measured: 4 measurements, 3
// species.
func Penguins() *datasets.Table {
	return table("penguins.csv", datasets.CSV{
		Features: []string{"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"},
		Class:    "species", Missing: datasets.MissingDrop,
	})
}

// Sunspots returns the mean number of sunspots of each year from 1700 to 2008, of shape (309,).
func Sunspots() *tensor.Tensor {
	return table("sunspots.csv", datasets.CSV{Features: []string{"SUNACTIVITY"}}).X.Reshape(-1)
}

// Digits returns 1797 handwritten digits: Uint8 images with values 0…16, of shape (1797, 8, 8),
// and their labels.
func Digits() *datasets.Table {
	return &datasets.Table{
		X:       idx("digits-images-idx3-ubyte.gz"),
		Y:       idx("digits-labels-idx1-ubyte.gz").Convert(tensor.Int32),
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	}
}

// classes reads a table whose column "class" has the names of the numbers in "target".
var classes = datasets.CSV{Class: "class", Ignore: []string{"target"}}

// table reads an embedded file. The files are covered by this package's tests, so an error is a
// bug.
func table(name string, c datasets.CSV) *datasets.Table {
	f, err := files.Open("data/" + name)
	if err == nil {
		defer f.Close()
		var t *datasets.Table
		if t, err = c.Read(f); err == nil {
			return t
		}
	}
	panic(fmt.Sprintf("classic: %s: %v", name, err))
}

func idx(name string) *tensor.Tensor {
	f, err := files.Open("data/" + name)
	if err == nil {
		defer f.Close()
		var t *tensor.Tensor
		if t, err = (datasets.Limits{}).IDX(f); err == nil {
			return t
		}
	}
	panic(fmt.Sprintf("classic: %s: %v", name, err))
}
