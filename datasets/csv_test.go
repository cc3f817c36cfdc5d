package datasets

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rhyton/rhyton/tensor"
)

func TestCSVColumnsArePickedByName(t *testing.T) {
	const text = "\ufeffid,height,kind,width,note\r\n1,2.5,cat,-3,\"a, b\"\r\n2,.5e1,ant,+4,\"c \"\"d\"\"\"\r\n"
	got, err := CSV{Class: "kind", Text: []string{"note"}, Ignore: []string{"id"}}.Read(iotest.OneByteReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(got.Features, got.Classes, got.X, got.Y, got.Text); s != `[height width] [ant cat] [[ 2.5 -3. ]
 [ 5.   4. ]] [1 0] [["a, b" "c \"d\""]]` {
		t.Errorf("%s", s)
	}
	got, err = CSV{Features: []string{"width", "height"}, Targets: []string{"id", "width"}}.Read(strings.NewReader(text))
	if err == nil || !strings.Contains(err.Error(), `"width" is picked twice`) {
		t.Errorf("%v %v", got, err)
	}
	got, err = CSV{Features: []string{"width", "height"}, Targets: []string{"id"}, DType: tensor.Float64}.Read(strings.NewReader(text))
	if err != nil || fmt.Sprintf("%+v", got.Y) != "float64 (2, 1)\n[[1.]\n [2.]]" || fmt.Sprint(got.X.Row(0)) != "[-3.   2.5]" {
		t.Errorf("%v %v", got, err)
	}
}

func TestCSVMissingValues(t *testing.T) {
	const text = "a,b,c\n1,,x\n2,NA,y\n3,4,\n5,6,z\n"
	if _, err := (CSV{Class: "c"}).Read(strings.NewReader(text)); err == nil || err.Error() != `datasets: csv: line 2, column 2 ("b"): missing value ""; fix: set Missing to MissingDrop or, for numbers, MissingNaN` {
		t.Errorf("strict: %v", err)
	}
	got, err := CSV{Class: "c", Missing: MissingDrop}.Read(strings.NewReader(text))
	if err != nil || fmt.Sprint(got.X, got.Y) != "[[5. 6.]] [0]" {
		t.Errorf("drop: %v %v", got, err)
	}
	got, err = CSV{Ignore: []string{"c"}, Missing: MissingNaN}.Read(strings.NewReader(text))
	if err != nil || fmt.Sprint(got.X) != "[[ 1. nan]\n [ 2. nan]\n [ 3.  4.]\n [ 5.  6.]]" {
		t.Errorf("nan: %v %v", got, err)
	}
	if _, err = (CSV{Class: "c", Missing: MissingNaN}).Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 4, column 3") {
		t.Errorf("a class can't be NaN: %v", err)
	}
}

func TestCSVMistakesNameLineAndColumn(t *testing.T) {
	for _, c := range []struct {
		csv        CSV
		text, part string
	}{
		{CSV{}, "", "line 1: no header"},
		{CSV{}, "a\n", "line 2: no rows"},
		{CSV{}, "a,a\n1,2\n", `line 1, column 2: a second column "a"`},
		{CSV{}, "a,b\n1,2\n\n3,4,5\n", "line 4: the row has another number of fields"},
		{CSV{}, "a,b\n1,2\n3,x\n", `line 3, column 2 ("b"): "x" is not a number`},
		{CSV{}, "a,b\n\"1\n\",2\n3,x\n", `line 4, column 2 ("b")`},
		{CSV{}, "a\n0x10\n", `"0x10" is not a number`},
		{CSV{}, "a\n1_000\n", `"1_000" is not a number`},
		{CSV{}, "a\ninfinity\n", "not a number"},
		{CSV{}, "a\n1e\n", "not a number"},
		{CSV{}, "a\n1e300\n", `"1e300" is too large for float32`},
		{CSV{DType: tensor.Float64}, "a\n1e400\n", `"1e400" is too large for float64`},
		{CSV{}, "a\n" + strings.Repeat("1", 100) + "\n", "(100 bytes) is not a number"},
		{CSV{Label: "y"}, "a,y\n1,1.5\n", `line 2, column 2 ("y"): "1.5" is not a class index`},
		{CSV{Label: "y"}, "a,y\n1,99999999\n", "is not a class index"},
		{CSV{Class: "y"}, "a,y\n1,\xff\n", "not UTF-8"},
		{CSV{}, "a\xff\n1\n", "not UTF-8"},
		{CSV{Label: "y", Class: "a"}, "a,y\n1,1\n", "want one of"},
		{CSV{Features: []string{"q"}}, "a\n1\n", `no column "q"; there are ["a"]`},
		{CSV{DType: tensor.Int32}, "a\n1\n", "columns as int32"},
		{CSV{MaxBytes: 4}, "a\n1\n2\n", "larger than the limit of 4 bytes"},
		{CSV{}, "a\n\"1\n2\n", "line 2"},
		{CSV{}, "a\n\"" + strings.Repeat("x\n", maxRecord), "line 2: a row of more than 4194304 bytes"},
		{CSV{}, "a\n1\x00\n", "line 2: a NUL byte"},
		{CSV{Comma: '\n'}, "a\n1\n", "delimiter"},
	} {
		got, err := c.csv.Read(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%.40q: %v %v, want an error with %q", c.text, got, err, c.part)
		}
	}
	if _, err := (CSV{}).Load("testdata/none.csv"); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("%v", err)
	}
}

func TestCSVReadsTheTestData(t *testing.T) {
	for _, c := range []struct {
		name string
		csv  CSV
		x, y string
	}{
		{"co2.csv", CSV{Features: []string{"co2"}, Missing: MissingDrop}, "(2225, 1)", ""},
		{"seattle_weather.csv", CSV{Class: "weather", Ignore: []string{"date"}}, "(1461, 4)", "(1461,)"},
		{"course/intro_classification_seed0_n100.csv", CSV{Label: "label"}, "(100, 2)", "(100,)"},
		{"course/linear_regression_seed13_n120.csv", CSV{Features: []string{"x"}, Targets: []string{"y"}}, "(120, 1)", "(120, 1)"},
	} {
		got, err := c.csv.Load("testdata/" + c.name)
		if err != nil || got.X.Shape().String() != c.x || c.y != "" && got.Y.Shape().String() != c.y {
			t.Errorf("%s: %v %v", c.name, got, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b,label\n1,2.5,0\n", "a;b\n", "a,label\n\"1\",0\n", "a,b,label\r\n1,,0\r\n", "\xff,\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []CSV{{Label: "label"}, {Class: "label", Missing: MissingDrop}, {Missing: MissingNaN}, {Text: []string{"a"}}} {
			got, err := c.Read(strings.NewReader(s))
			if (err == nil) != (got != nil) {
				t.Fatalf("%v %v", got, err)
			}
			if err == nil && (got.Arrays().Err() != nil || got.X.Shape()[0] == 0) {
				t.Fatalf("%v", got)
			}
		}
	})
}

func ExampleCSV() {
	t, err := CSV{Class: "species"}.Read(strings.NewReader("height,width,species\n1.5,2,cat\n3,0.5,ant\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.X)
	fmt.Println(t.Y, t.Classes)
	_, err = CSV{Class: "species"}.Read(strings.NewReader("height,species\nhigh,cat\n"))
	fmt.Println(err)
	// Output:
	// [[1.5 2. ]
	//  [3.  0.5]]
	// [1 0] [ant cat]
	// datasets: csv: line 2, column 1 ("height"): "high" is not a number
}
