// Package classic embeds small, well-known data sets; nothing is downloaded. The file NOTICE in
// its data folder names their sources and terms.
package classic

import (
	"embed"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

//go:embed data/*.csv data/*.gz data/NOTICE
var files embed.FS

// Iris is Fisher's: 150 flowers, 4 lengths in cm, 3 species of 50 each.
func Iris() *datasets.Table { return table("iris.csv", classes) }

// Wine is the chemistry of 178 wines, 13 features, of 3 growers.
func Wine() *datasets.Table { return table("wine.csv", classes) }

// BreastCancer is 569 tumours by 30 features of their cells' nuclei; class 0 is malignant, 212
// of them, class 1 benign.
func BreastCancer() *datasets.Table {
	t := table("breast_cancer.csv", datasets.CSV{Label: "target", Ignore: []string{"class"}})
	t.Classes = []string{"malignant", "benign"}
	return t
}

// Diabetes is 442 patients by 10 features, unscaled, and how far the illness was after a year:
// a number of 25…346.
func Diabetes() *datasets.Table {
	return table("diabetes.csv", datasets.CSV{Targets: []string{"target"}})
}

// Linnerud is 20 men: 3 exercises, and 3 measures of the body to foretell.
func Linnerud() *datasets.Table {
	return table("linnerud.csv", datasets.CSV{Targets: []string{"Weight", "Waist", "Pulse"}})
}

// Penguins is 342 of the 344 penguins of the Palmer islands, those that were measured: 4
// measures, 3 species.
func Penguins() *datasets.Table {
	return table("penguins.csv", datasets.CSV{
		Features: []string{"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"},
		Class:    "species", Missing: datasets.MissingDrop,
	})
}

// Sunspots is the mean number of sunspots of each year from 1700 to 2008, of shape (309,).
func Sunspots() *tensor.Tensor {
	return table("sunspots.csv", datasets.CSV{Features: []string{"SUNACTIVITY"}}).X.Reshape(-1)
}

// Digits is 1797 handwritten digits: images Uint8 of 0…16 and shape (1797, 8, 8), and their labels.
func Digits() *datasets.Table {
	return &datasets.Table{
		X:       idx("digits-images-idx3-ubyte.gz"),
		Y:       idx("digits-labels-idx1-ubyte.gz").Convert(tensor.Int32),
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	}
}

// classes reads a table whose column "class" has the names of the numbers in "target".
var classes = datasets.CSV{Class: "class", Ignore: []string{"target"}}

// The files are part of the program and were read by its tests: an error here is a bug in it.
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
