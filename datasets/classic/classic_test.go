package classic

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

func TestTablesHaveTheirKnownSizesAndClasses(t *testing.T) {
	for _, c := range []struct {
		name    string
		t       *datasets.Table
		x, y    tensor.Shape
		classes string
		counts  []int
		first   float64
	}{
		{"iris", Iris(), tensor.Shape{150, 4}, tensor.Shape{150}, "[setosa versicolor virginica]", []int{50, 50, 50}, 5.1},
		{"wine", Wine(), tensor.Shape{178, 13}, tensor.Shape{178}, "[class_0 class_1 class_2]", []int{59, 71, 48}, 14.23},
		{"breast cancer", BreastCancer(), tensor.Shape{569, 30}, tensor.Shape{569}, "[malignant benign]", []int{212, 357}, 17.99},
		{"diabetes", Diabetes(), tensor.Shape{442, 10}, tensor.Shape{442, 1}, "[]", nil, 59},
		{"linnerud", Linnerud(), tensor.Shape{20, 3}, tensor.Shape{20, 3}, "[]", nil, 5},
		{"penguins", Penguins(), tensor.Shape{342, 4}, tensor.Shape{342}, "[Adelie Chinstrap Gentoo]", []int{151, 68, 123}, 39.1},
		{"digits", Digits(), tensor.Shape{1797, 8, 8}, tensor.Shape{1797}, "[0 1 2 3 4 5 6 7 8 9]", []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, 0},
	} {
		if !c.t.X.Shape().Equal(c.x) || !c.t.Y.Shape().Equal(c.y) || fmt.Sprint(c.t.Classes) != c.classes {
			t.Errorf("%s: %v %v %v", c.name, c.t.X.Shape(), c.t.Y.Shape(), c.t.Classes)
		}
		if err := c.t.Arrays().Err(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.t.X.Rank() == 2 && len(c.t.Features) != c.x[1] {
			t.Errorf("%s: features %v", c.name, c.t.Features)
		}
		if v, _ := c.t.X.Reshape(-1).At(0); float32(v) != float32(c.first) {
			t.Errorf("%s: begins with %v, want %v", c.name, v, c.first)
		}
		if c.counts == nil {
			continue
		}
		got := make([]int, len(c.counts))
		labels, _ := tensor.Data[int32](c.t.Y)
		for _, l := range labels {
			got[l]++
		}
		if fmt.Sprint(got) != fmt.Sprint(c.counts) {
			t.Errorf("%s: %v of the classes, want %v", c.name, got, c.counts)
		}
	}
}

func TestSunspotsAreASeries(t *testing.T) {
	s := Sunspots()
	first, _ := s.At(0)
	if last, _ := s.At(308); s.Len() != 309 || first != 5 || last != float64(float32(2.9)) {
		t.Errorf("%v: %v … %v", s.Shape(), first, last)
	}
}

func ExampleIris() {
	iris := Iris()
	fmt.Println(iris.Features)
	fmt.Println(iris.Classes)
	fmt.Println(iris.X.Rows(0, 3))
	// Output:
	// [sepal_length_cm sepal_width_cm petal_length_cm petal_width_cm]
	// [setosa versicolor virginica]
	// [[5.1 3.5 1.4 0.2]
	//  [4.9 3.  1.4 0.2]
	//  [4.7 3.2 1.3 0.2]]
}
