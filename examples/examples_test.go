// Package examples tests the examples: each runs with -short, and its key numbers are checked.
package examples

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A claim is a number that an example prints: the pattern's group must lie in [low, top].
type claim struct {
	pattern  string
	low, top float64
}

// examples lists what each example prints (texts verbatim, claims within bounds) and draws.
var examples = map[string]struct {
	texts    []string
	claims   []claim
	pictures []string
}{
	"tensors": {texts: []string{"float32 (3, 2)", "[[0. 0.]\n [2. 2.]\n [4. 4.]]", "[2.7182817 7.389056 ]", "[ 9. 12.]",
		"[ 8. 11.]", "[[0.6    0.3846]\n [0.4706 0.28  ]]", "[[0.6  0.  ]\n [0.   0.28]]", "[-6.  0. 12.]"}},
	"gradient_descent": {texts: []string{"step  0: f was 13.000000, x is now (0.600000, -0.400000)", "step 14: f was 0.025146, x is now (2.894447, -1.929631)"},
		pictures: []string{"gradient_descent"}},
	"linear_regression": {texts: []string{"loss = 94.5247 ", "loss = 9.3428 ", "loss = 1.4166 ", "loss = 0.5224 ", "loss = 0.3807 ",
		"loss = 0.3495 ", "loss = 0.3413 ", "loss = 0.3390 ", "loss = 0.3384 ", "loss = 0.3382 ", "w = 1.8617, b = 1.0711"},
		pictures: []string{"linear_regression"}},
	"perceptron": {claims: []claim{{`train accuracy ([\d.]+)`, .90, .97}, {`test accuracy ([\d.]+)`, .86, .94}}, pictures: []string{"perceptron"}},
	"sequential": {texts: []string{"total 3 (12 B)"}, claims: []claim{
		{`A +([\d.]+)`, .345, .38}, {`B +([\d.]+)`, .48, .59}, {`C +([\d.]+)`, .2, .53}, {`C2 +([\d.]+)`, .15, .3},
		{`A .+ ([\d.]+) +\|`, .86, .94}, {`C2 .+ ([\d.]+) +\|`, .86, .94}}, pictures: []string{"sequential"}},
	"functional": {texts: []string{"total 23 (92 B)", "probability  Dense"}, claims: []claim{
		{`D +([\d.]+)`, .3, .4}, {`E +([\d.]+)`, .17, .23}, {`shortcut +([\d.]+)`, .15, .25}}},
	"custom_backend": {texts: []string{"metered:cpu: 200 steps, loss 0.0", "float64 is refused: true"}},
	"custom_layer":   {claims: []claim{{`Fit: +test loss .+ accuracy ([\d.]+)`, .95, 1}, {`loop: +test loss .+ accuracy ([\d.]+)`, .95, 1}}},
	"overfit_5points": {texts: []string{"GOOD FIT", "OVERFITTING"}, claims: []claim{
		{`2 parameters: train ([\d.]+)`, 2.1, 2.3}, {`2 parameters: train .+ validation ([\d.]+)`, 3.5, 4.5},
		{`7 parameters: train ([\d.]+)`, 0, .1}, {`7 parameters: train .+ validation ([\d.]+)`, 7, 14}},
		pictures: []string{"overfit_5points", "overfit_5points_line", "overfit_5points_net"}},
	"overfitting": {texts: []string{"base            OVERFITTING", "more data       OVERFITTING", "early stopping  GOOD FIT"}, claims: []claim{
		{`base +85002 +([\d.]+)`, .05, .25}, {`more data +85002 +.+@(\d+)`, 8, 20}, {`smaller +2410 .+ ([\d.]+)  +[ *]\.`, .8, .95},
		{`early stopping +85002 .+ ([\d.]+)  +[ *]\.`, .86, .95}, {`L2 +85002 +([\d.]+)`, .3, .55}},
		pictures: []string{"overfitting", "overfitting_base", "overfitting_more_data", "overfitting_smaller", "overfitting_dropout", "overfitting_L2", "overfitting_early_stopping"}},
	"iris_lab": {texts: []string{"[[5.1 3.5 1.4 0.2]", " [5.9 3.  5.1 1.8]]"}, claims: []claim{
		{`one layer: .+test rows ([\d.]+)`, .8, 1}, {`two layers: .+test rows ([\d.]+)`, .95, 1}}, pictures: []string{"iris_pairs", "iris_accuracy", "iris_confusion"}},
	"mnist_lab": {texts: []string{"34,826"}, claims: []claim{{`mlp: accuracy .+ digits ([\d.]+)`, .8, .95}, {`cnn: accuracy .+ digits ([\d.]+)`, .8, .97}},
		pictures: []string{"mnist_mlp", "mnist_cnn", "mnist_mistakes", "mnist_filters"}},
	"dropout": {claims: []claim{{`0.0 +.+ ([\d.]+)\]`, .8, .95}, {`0.8 +.+ ([\d.]+)\]`, .7, .95}, {`0.8 +.+\] +([\d.]+)`, .6, 1.3}}, pictures: []string{"dropout"}},
	"batchnorm_momentum": {texts: []string{"momentum 0.99: STALE AVERAGES", "momentum 0.9: STILL LEARNING"}, claims: []claim{
		{`(?s)momentum 0.99: .*?evaluated: loss ([\d.]+)`, .8, 1.3}, {`(?s)momentum 0.9: .*?evaluated: loss ([\d.]+)`, .01, .1}},
		pictures: []string{"batchnorm_momentum"}},
	"text_classification": {claims: []claim{{`accuracy on unseen lines ([\d.]+)`, .7, 1}, {`probability ([\d.]+): the log`, 0, .5}, {`probability ([\d.]+): reads`, .5, 1}},
		pictures: []string{"text_classification"}},
	"sunspots": {texts: []string{"as last year mean error of 80 years 24.3"}, claims: []claim{
		{`dense +mean error of 80 years ([\d.]+)`, 12, 20}, {`LSTM +mean error of 80 years ([\d.]+)`, 11, 18}}, pictures: []string{"sunspots"}},
	"autoencoder": {claims: []claim{{`([\d.]+) before`, .1, .3}, {`([\d.]+) after`, .01, .04}}, pictures: []string{"autoencoder"}},
	"transformer": {texts: []string{"17962 parameters"}, claims: []claim{{`unseen digits ([\d.]+)`, .92, 1}}, pictures: []string{"transformer"}},
	"siamese":     {texts: []string{"5217 parameters, of which the encoder has 5200"}, claims: []claim{{`unseen digits ([\d.]+)`, .8, 1}}, pictures: []string{"siamese"}},
	"penguins": {texts: []string{`["[UNK]" "Biscoe" "Dream" "Torgersen"]`}, claims: []claim{{`unseen penguins ([\d.]+)`, .8, 1}, {`Gentoo +([\d.]+)`, .9, 1}},
		pictures: []string{"penguins"}},
	"transfer": {claims: []claim{{`all of them +accuracy ([\d.]+)`, .97, 1}, {`body frozen +accuracy ([\d.]+)`, .75, .95}, {`then tuned +accuracy ([\d.]+)`, .8, .95},
		{`from nothing +accuracy ([\d.]+)`, .75, .92}}},
	"gan": {claims: []claim{{`epoch +20: discriminator ([\d.]+)`, .6, 1.6}}, pictures: []string{"gan"}},
}

func TestEachExampleShowsWhatItClaims(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./...")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for name, want := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" {
				name += ".exe"
			}
			out := t.TempDir()
			run := exec.Command(filepath.Join(bin, name), "-short", "-out", out)
			run.Dir = ".."
			var said, errors bytes.Buffer
			run.Stdout, run.Stderr = &said, &errors
			if err := run.Run(); err != nil {
				t.Fatalf("%v\n%s", err, &errors)
			}
			for _, text := range want.texts {
				if !strings.Contains(said.String(), text) {
					t.Errorf("it does not print %q", text)
				}
			}
			for _, c := range want.claims {
				c.check(t, said.String())
			}
			checkPictures(t, out, want.pictures)
			if t.Failed() {
				t.Log("it printed:\n" + said.String())
			}
		})
	}
}

func (c claim) check(t *testing.T, said string) {
	t.Helper()
	m := regexp.MustCompile(c.pattern).FindStringSubmatch(said)
	if m == nil {
		t.Errorf("nothing matches %s", c.pattern)
		return
	}
	if v, err := strconv.ParseFloat(m[1], 64); err != nil || v < c.low || v > c.top {
		t.Errorf("%s is %s; want %v to %v", c.pattern, m[1], c.low, c.top)
	}
}

// checkPictures reports pictures that are missing, invalid or unexpected.
func checkPictures(t *testing.T, dir string, want []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".png"))
		file, err := os.Open(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		file.Close()
		if err != nil || picture.Bounds().Dx() < 300 {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
	slices.Sort(names)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(names, want) {
		t.Errorf("it draws %v, want %v", names, want)
	}
}

// Every example is in the list above and has at most 100 lines.
func TestEveryExampleIsTestedAndShort(t *testing.T) {
	folders, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range folders {
		if _, ok := examples[filepath.Dir(path)]; !ok {
			t.Errorf("%s has no test", path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n > 100 {
			t.Errorf("%s has %d lines, want at most 100", path, n)
		}
	}
	if len(folders) != len(examples) {
		t.Errorf("%d examples, %d tests", len(folders), len(examples))
	}
}
