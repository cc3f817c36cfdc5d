package datasets

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// counted returns n samples whose x is their index and y its double.
func counted(n int) *Arrays {
	x, y := make([]float32, n), make([]int32, n)
	for i := range x {
		x[i], y[i] = float32(i), int32(2*i)
	}
	return Of(tensor.Of(x, n, 1), tensor.Of(y))
}

// pass returns the x of all samples of one pass, one slice per batch.
func pass(t testing.TB, d Dataset) (out [][]float32) {
	t.Helper()
	for b, err := range d.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		x, err := tensor.As[float32](b.X[0])
		if err != nil || b.X[0].Shape()[0] != b.N {
			t.Fatalf("%v, %d samples, shape %v", err, b.N, b.X[0].Shape())
		}
		for i := range b.Y {
			y, _ := tensor.As[float32](b.Y[i])
			for k := range y {
				if y[k] != 2*x[k] {
					t.Fatalf("x %v goes with y %v", x, y)
				}
			}
		}
		out = append(out, slices.Clone(x))
	}
	return out
}

func TestBatchesHoldAllSamplesInOrder(t *testing.T) {
	got := pass(t, counted(5).Batch(2))
	if fmt.Sprint(got) != "[[0 1] [2 3] [4]]" {
		t.Errorf("%v", got)
	}
	if got := pass(t, &Batched{Data: counted(5), Size: 2, DropRemainder: true}); fmt.Sprint(got) != "[[0 1] [2 3]]" {
		t.Errorf("%v", got)
	}
	if n := len(pass(t, counted(65))); n != 3 {
		t.Errorf("%d batches of 32", n)
	}
}

func TestShuffledPassIsAPermutationOfSeedAndEpoch(t *testing.T) {
	b := &Batched{Data: counted(50), Size: 8, Shuffle: true, Seed: 3}
	first, second := slices.Concat(pass(t, b)...), slices.Concat(pass(t, b)...)
	if slices.Equal(first, second) {
		t.Error("two epochs have the same order")
	}
	sorted := slices.Sorted(slices.Values(first))
	for i, v := range sorted {
		if v != float32(i) {
			t.Fatalf("not a permutation: %v", sorted)
		}
	}
	Seek(b, 1)
	if got := slices.Concat(pass(t, b)...); !slices.Equal(got, second) {
		t.Error("epoch 1 again has another order")
	}
	resumed := &Batched{Data: counted(50), Size: 8, Shuffle: true, Seed: 3, Epoch: 1, Start: 4}
	if got := slices.Concat(pass(t, resumed)...); !slices.Equal(got, second[32:]) {
		t.Errorf("from batch 4 on: %v, want %v", got, second[32:])
	}
	if resumed.Epoch != 2 || resumed.Start != 0 {
		t.Errorf("after the pass: %+v", resumed)
	}
	other := &Batched{Data: counted(50), Size: 8, Shuffle: true, Seed: 4}
	if slices.Equal(slices.Concat(pass(t, other)...), first) {
		t.Error("another seed has the same order")
	}
}

// Saved runs depend on these orders, so they must not change.
func TestPermutationStaysTheSame(t *testing.T) {
	if got := fmt.Sprint(Permutation(10, 7, 2)); got != permutation10 {
		t.Errorf("%s, want %s", got, permutation10)
	}
}

func TestPermutationsAreEvenlySpread(t *testing.T) {
	var at [4][4]int
	const n = 4000
	for e := range n {
		for i, v := range Permutation(4, 1, e) {
			at[i][v]++
		}
	}
	for i := range at {
		for v, c := range at[i] {
			if c < n/4-150 || c > n/4+150 { // 5 standard deviations
				t.Errorf("%d stands at %d %d times of %d", v, i, c, n)
			}
		}
	}
}

func TestAStepAllocatesNothing(t *testing.T) {
	a := counted(1000)
	a.X = append(a.X, tensor.New(tensor.Uint8, 1000, 28, 28))
	rows := Permutation(1000, 1, 0)[:64]
	var b Batch
	if err := a.Gather(&b, rows); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(50, func() { _ = a.Gather(&b, rows) }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func TestSlicesShareAndGathersDoNot(t *testing.T) {
	a := counted(10)
	var s, g Batch
	if a.Slice(&s, 2, 4) != nil || a.Gather(&g, []int{2, 3}) != nil {
		t.Fatal("errors")
	}
	x, _ := tensor.Data[float32](a.X[0])
	x[2] = 100
	if v, _ := s.X[0].At(0, 0); v != 100 {
		t.Error("a slice was copied")
	}
	if v, _ := g.X[0].At(0, 0); v != 2 {
		t.Error("a gathered batch shares memory")
	}
	// A batch that was a slice must not be written to.
	if err := a.Gather(&s, []int{9, 8}); err != nil || x[2] != 100 || x[3] != 3 {
		t.Error("gathering into a slice changed the data")
	}
}

func TestDataMistakesAreErrors(t *testing.T) {
	x, y := tensor.New(tensor.Float32, 64, 2), tensor.New(tensor.Int32, 60)
	for _, c := range []struct {
		d    Dataset
		part string
	}{
		{Of(x, y), "datasets: x has 64 rows, y has 60"},
		{Of(x, x).WithWeights(y), "weights has 60"},
		{&Arrays{X: []*tensor.Tensor{x, y}}, "x[0] has 64 rows, x[1] has 60"},
		{&Arrays{}, "no arrays in X"},
		{Of(nil, x), "x is nil"},
		{Of(tensor.Scalar(1.0), nil), "x is a scalar"},
		{Of(tensor.Of([]int32{1}, 2), nil), "x: tensor: shape (2,) holds 2 elements, 1 were given"},
		{FromSlices([][]float64{{1, 2}, {3}}, []int32{0, 1}), "row 1 has 1 elements, row 0 has 2"},
		{Of(tensor.New(tensor.Float32, 0, 3), nil), "no samples"},
		{&Batched{}, "no data"},
		{Of(x, nil).Batch(-1), "a batch of -1 samples"},
		{&Batched{Data: Of(x, nil), Start: -1}, "start at batch -1"},
		{Samples{}, "a function"},
		{Prefetch(Of(x, y), 2), "x has 64 rows"},
		{Repeat(Of(x, y), 0), "x has 64 rows"},
		{Take(Of(x, y), 3), "x has 64 rows"},
		{Skip(Of(x, y), 3), "x has 64 rows"},
		{Concat(Of(x, y), Of(x, y)), "x has 64 rows"},
		{Pick(Of(x, nil), []int{3, 99}), "row 99"},
		{Pick(Of(x, nil), []int{99}), "rows 99 to 100"},
		{Map(Of(x, nil), func(b Batch) (Batch, error) { return b, fmt.Errorf("bad luck") }), "map of batch 0: bad luck"},
	} {
		n := 0
		for _, err := range c.d.Batches() {
			if n++; err == nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("error %v, want one with %q", err, c.part)
				break
			}
		}
		if n != 1 {
			t.Errorf("%s: %d things yielded", c.part, n)
		}
	}
	var b Batch
	for _, err := range []error{Of(x, nil).Slice(&b, 60, 65), Of(x, nil).Gather(&b, []int{64}), Of(x, y).Gather(&b, nil)} {
		if err == nil {
			t.Error("a row outside: no error")
		}
	}
}

func TestPickTakesRowsOfAnyData(t *testing.T) {
	p := Pick(counted(10), []int{7, 8, 9, 2})
	if got := pass(t, &Batched{Data: p, Size: 3}); fmt.Sprint(got) != "[[7 8 9] [2]]" {
		t.Errorf("%v", got)
	}
	var b Batch
	if err := p.Gather(&b, []int{3, 0}); err != nil || fmt.Sprint(b.X[0].Reshape(-1)) != "[2. 7.]" {
		t.Errorf("%v %v", b.X, err)
	}
	if p.Gather(&b, []int{4}) == nil || p.Slice(&b, 2, 5) == nil {
		t.Error("rows outside: no error")
	}
	if ty := p.Types(); fmt.Sprint(ty) != "{[{float32 (1,)}] [{int32 ()}] []}" {
		t.Errorf("%v", ty)
	}
}

func TestSplitAsKerasTakesTheLastRows(t *testing.T) {
	a, b, err := Split{Fraction: 0.3}.Of(counted(10))
	if err != nil || fmt.Sprint(pass(t, a), pass(t, b)) != "[[0 1 2 3 4 5 6]] [[7 8 9]]" {
		t.Errorf("%v %v %v", pass(t, a), pass(t, b), err)
	}
}

func TestShuffledSplitDividesAllRows(t *testing.T) {
	a, b, err := Split{Shuffle: true, Seed: 1}.Of(counted(100))
	if err != nil || a.Len() != 80 || b.Len() != 20 {
		t.Fatalf("%d and %d, %v", a.Len(), b.Len(), err)
	}
	all := slices.Sorted(slices.Values(slices.Concat(append(pass(t, a), pass(t, b)...)...)))
	for i, v := range all {
		if v != float32(i) {
			t.Fatalf("not a division: %v", all)
		}
	}
}

func TestStratifiedSplitKeepsTheShares(t *testing.T) {
	labels := make([]int32, 100)
	for i := range labels {
		switch {
		case i < 61:
			labels[i] = 0
		case i < 90:
			labels[i] = 1
		default:
			labels[i] = 2
		}
	}
	x := counted(100).X[0]
	for _, y := range []*tensor.Tensor{tensor.Of(labels), tensor.Of(labels, 100, 1), ToCategorical(tensor.Of(labels), 0)} {
		a, b, err := Split{Fraction: 0.2, Stratify: true, Seed: 5}.Of(Of(x, y))
		if err != nil {
			t.Fatal(err)
		}
		counts := [3]int{}
		classes, _ := classesOf(b.Len(), b.Y[0])
		for _, c := range classes {
			counts[c]++
		}
		if counts != [3]int{12, 6, 2} || a.Len() != 80 {
			t.Errorf("%v of the classes in %d; %d rest", counts, b.Len(), a.Len())
		}
	}
	for _, c := range []struct {
		s    Split
		a    *Arrays
		part string
	}{
		{Split{Fraction: 1}, counted(10), "leaves a part empty"},
		{Split{Fraction: -0.1}, counted(10), "leaves a part empty"},
		{Split{}, counted(1), "leaves a part empty"},
		{Split{Stratify: true}, Of(x, nil), "no labels"},
		{Split{Stratify: true}, Of(x, tensor.New(tensor.Float32, 100, 0)), "labels of shape"},
		{Split{Stratify: true}, Of(x, tensor.New(tensor.String, 100)), "text"},
		{Split{Stratify: true}, Of(x, tensor.Of(slices.Repeat([]float32{0.5}, 100))), "0.5"},
		{Split{}, Of(x, tensor.New(tensor.Float32, 1)), "rows"},
	} {
		if _, _, err := c.s.Of(c.a); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%+v: error %v, want one with %q", c.s, err, c.part)
		}
	}
}

func ExampleArrays() {
	a := FromSlices([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, []int32{0, 1, 1, 0})
	for b, err := range a.Batch(3).Batches() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(b.N, b.Y[0])
	}
	// Output:
	// 3 [0 1 1]
	// 1 [0]
}

func ExampleSplit() {
	all := Blobs{Samples: 150, Seed: 1}.Make()
	train, test, err := Split{Fraction: 0.3, Stratify: true, Seed: 7}.Of(all)
	fmt.Println(train.Len(), test.Len(), err)
	// Output: 105 45 <nil>
}

const permutation10 = "[5 1 3 9 4 2 7 0 8 6]"
