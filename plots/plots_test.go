package plots

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/training"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

func line(n int) (s []float64) {
	for i := range n {
		s = append(s, float64(i))
	}
	return s
}

func square(x, y []float64) (z []float64) {
	for i := range x {
		z = append(z, x[i]*x[i]+y[i]*y[i])
	}
	return z
}

func classes(x, y []float64) (c []int) {
	for i := range x {
		c = append(c, int(x[i]+1))
	}
	return c
}

// everything returns a figure for each kind of mark.
func everything() []Figure {
	return []Figure{
		{Title: "lines", X: "x", Y: "y", LogY: true, Marks: []Mark{Line{Name: "exact", X: line(5), Y: []float64{1, 10, math.NaN(), 1000, 1e4}, Dots: true}, Line{Y: []float64{2, 2}, Dashed: true}}},
		{Title: "boundary", Equal: true, Marks: []Mark{Boundary{Name: "circle", XMin: -1, XMax: 1, YMin: -1, YMax: 1, Value: square},
			Points{X: []float64{0, .9}, Y: []float64{0, .9}, Class: []int{0, 2}, Names: []string{"in", "?", "out"}}}},
		{Marks: []Mark{Regions{XMin: -1, XMax: 1, YMin: -1, YMax: 1, Class: classes}}},
		{Marks: []Mark{Images{Width: 2, Height: 2, Pixels: [][]float64{{1, 2, 3, 4}, {0, 0, 0, math.NaN()}, {1, 1, 1, 1}}, Signed: true}}},
		{Marks: []Mark{Confusion{Counts: [][]int{{5, 0}, {1, 4}}, Names: []string{"cat", "dog"}}}},
		{Title: "nothing"},
	}
}

func TestPicturesAreWrittenAsTheirSuffixSays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	for _, name := range []string{"a.png", "a.SVG"} {
		path := filepath.Join(dir, name)
		if err := Save(path, everything()...); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "png") {
			if img, err := png.Decode(bytes.NewReader(data)); err != nil || img.Bounds().Dx() < 6*400 {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(data))
		for err == nil {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) || !bytes.Contains(data, []byte(">boundary<")) {
			t.Errorf("%s: %v, or no title in it", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".a.*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestWhatCannotBeDrawnIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.png")
	rows := []struct {
		name string
		path string
		mark Mark
		says string
	}{
		{"suffix", "x.gif", Line{Y: line(3)}, "want it to end in .png or .svg"},
		{"lengths", path, Line{X: line(2), Y: line(3)}, "2 values of x and 3 of y"},
		{"lengths of points", path, Points{X: line(2), Y: line(3)}, "2 values of x, 3 of y"},
		{"class", path, Points{X: line(1), Y: line(1), Class: []int{-1}}, "class -1 of point 0"},
		{"range", path, Boundary{XMin: 1, XMax: 1, YMin: 0, YMax: 1, Value: square}, "want XMin below XMax"},
		{"few values", path, Boundary{XMax: 1, YMax: 1, Value: func(x, y []float64) []float64 { return x[:1] }}, "1 values for 25600 points"},
		{"NaN", path, Boundary{XMax: 1, YMax: 1, Value: func(x, y []float64) []float64 { x[0] = math.NaN(); return x }}, "gave NaN at"},
		{"pixels", path, Images{Width: 2, Height: 2, Pixels: [][]float64{{1}}}, "image 0 has 1 pixels, want 2x2"},
		{"no images", path, Images{Width: 2, Height: 2}, "0 images"},
		{"ragged", path, Confusion{Counts: [][]int{{1, 2}, {3}}}, "row 1 has 1 counts, want 2"},
	}
	for _, r := range rows {
		err := Save(r.path, Figure{Marks: []Mark{r.mark}})
		if err == nil || !strings.Contains(err.Error(), r.says) {
			t.Errorf("%s: %v, want %q", r.name, err, r.says)
		}
	}
	if err := Save(path); err == nil {
		t.Error("no figure is drawn without an error")
	}
	if err := Save(path, Figure{LogY: true, Marks: []Mark{Line{Y: []float64{-1, 1}}}}); err == nil || !strings.Contains(err.Error(), "above 0") {
		t.Errorf("negative values on a logarithmic axis: %v", err)
	}
}

func histories() map[string]*training.History {
	one := &training.History{Epochs: []int{0}, Logs: []training.Logs{{"loss": 1, "val_loss": 2}}}
	bad := &training.History{Epochs: []int{0, 1, 2}, Logs: []training.Logs{{"loss": 1}, {"loss": math.NaN()}, {"loss": math.Inf(1)}}}
	flat, sparse := &training.History{}, &training.History{}
	for i := range 40 {
		flat.Epochs, sparse.Epochs = append(flat.Epochs, i), append(sparse.Epochs, i)
		flat.Logs = append(flat.Logs, training.Logs{"loss": 0, "val_loss": 0, "accuracy": 1, "learning_rate": 1})
		l := training.Logs{"loss": 1 / float64(i+1), "data_loss": .5 / float64(i+1), "penalty": .1, "learning_rate": 1 / float64(i+1)}
		if i%5 == 4 {
			l["val_loss"], l["val_data_loss"] = 1, .5
		}
		sparse.Logs = append(sparse.Logs, l)
	}
	return map[string]*training.History{"empty": {}, "one": one, "bad": bad, "flat": flat, "sparse": sparse}
}

func TestCurvesOfAnyHistoryCanBeDrawn(t *testing.T) {
	dir := t.TempDir()
	var runs []Run
	for name, h := range histories() {
		if err := SaveCurves(filepath.Join(dir, name+".svg"), h); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		runs = append(runs, Run{name, h})
	}
	if err := SaveComparison(filepath.Join(dir, "all.png"), "", runs...); err != nil {
		t.Error(err)
	}
	if err := SaveComparison(filepath.Join(dir, "all.png"), ""); err == nil {
		t.Error("no run is compared without an error")
	}
}

func TestCurvesSayTheVerdictAndShadeOverfittingAlone(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]struct{ says, not string }{
		"overfit_noise": {"OVERFITTING from epoch 11", "learning rate"},
		"clean_all":     {"GOOD FIT", "overfitting<"},
	} {
		h, err := training.OpenHistory("../training/testdata/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".svg")
		if err := SaveCurves(path, h); err != nil {
			t.Fatal(err)
		}
		svg, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(svg, []byte(want.says)) || bytes.Contains(svg, []byte(want.not)) {
			t.Errorf("%s: want %q in the picture, and no %q (%v)", name, want.says, want.not, err)
		}
	}
}

func labels(ticks []plot.Tick) string {
	var s []string
	for _, t := range ticks {
		if t.Label != "" {
			s = append(s, t.Label)
		}
	}
	return strings.Join(s, " ")
}

func TestTicksAreRound(t *testing.T) {
	rows := []struct {
		ticker plot.Ticker
		lo, hi float64
		want   string
	}{
		{epochTicks{}, 1, 6, "1 2 3 4 5 6"},
		{epochTicks{}, 1, 20, "1 5 10 15 20"},
		{epochTicks{}, 1, 100, "1 10 20 30 40 50 60 70 80 90 100"},
		{epochTicks{}, 9, 30, "10 15 20 25 30"},
		{epochTicks{}, 1, 3000, "1 500 1000 1500 2000 2500 3000"},
		{epochTicks{}, .5, 1.5, "1"},
		{roundTicks{}, 0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{roundTicks{}, -.02, .031, "-0.02 -0.01 0.00 0.01 0.02 0.03"},
		{roundTicks{}, 0, 3e7, "0 5e+06 1e+07 1.5e+07 2e+07 2.5e+07 3e+07"},
		{logTicks{}, .02, 2, "0.02 0.05 0.1 0.2 0.5 1 2"},
		{logTicks{}, .001, 100, "0.001 0.01 0.1 1 10 100"},
	}
	for _, r := range rows {
		if got := labels(r.ticker.Ticks(r.lo, r.hi)); got != r.want {
			t.Errorf("%T of %v to %v: %s, want %s", r.ticker, r.lo, r.hi, got, r.want)
		}
	}
}

// pixels renders the figure and returns the image.
func pixels(t *testing.T, f Figure) image.Image {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.png")
	if err := Save(path, f); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestAPageIsAsHighAsItsPicture(t *testing.T) {
	grid := func(columns int) image.Rectangle {
		return pixels(t, Figure{Title: "t", Marks: []Mark{Images{Width: 2, Height: 2, Pixels: make([][]float64, 12), Columns: columns}.filled()}}).Bounds()
	}
	flat, square := grid(12), grid(4)
	if flat.Dy() > 160 || square.Dy() < 400 || flat.Dx() != square.Dx() {
		t.Errorf("a row of 12 images takes %v, three rows of 4 %v", flat, square)
	}
}

// filled gives the images black pixels.
func (m Images) filled() Images {
	for i := range m.Pixels {
		m.Pixels[i] = make([]float64, m.Width*m.Height)
		m.Pixels[i][0] = 1
	}
	return m
}

// A point is visible on a background of its own color.
func TestPointsHaveAWhiteEdge(t *testing.T) {
	blueGround := Regions{XMax: 1, YMax: 1, Class: func(x, _ []float64) []int { return make([]int, len(x)) }}
	white := func(marks ...Mark) (n int) {
		img := pixels(t, Figure{Marks: marks})
		middle := img.Bounds().Dx() / 2
		for y := 60; y < 300; y++ {
			for x := middle - 150; x < middle+150; x++ {
				if r, g, b, _ := img.At(x, y).RGBA(); min(r, g, b) > 0xf000 {
					n++
				}
			}
		}
		return n
	}
	if bare, edged := white(blueGround), white(blueGround, Points{X: []float64{.5}, Y: []float64{.5}, Size: 8}); edged < bare+20 {
		t.Errorf("%d white pixels without a point, %d with one", bare, edged)
	}
}

func TestALineOfManyPointsKeepsItsPeaks(t *testing.T) {
	long := make(plotter.XYs, 6000)
	for i := range long {
		long[i].X = float64(i)
	}
	long[17].Y, long[4321].Y = 5, -5
	short := thinned(long)
	if len(short) > most+2 || short[0] != long[0] || short[len(short)-1] != long[5999] || !slices.Contains(short, long[17]) || !slices.Contains(short, long[4321]) {
		t.Errorf("%d points are left, from %v to %v", len(short), short[0], short[len(short)-1])
	}
	if !slices.IsSortedFunc(short, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) }) {
		t.Error("they are out of order")
	}
}
