package tensor

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var all = []DType{Bool, Uint8, Int32, Int64, BFloat16, Float16, Float32, Float64, String}

func wantErr(t testing.TB, x *Tensor, part string) {
	t.Helper()
	if x.Err() == nil || !strings.Contains(x.Err().Error(), part) {
		t.Errorf("error %v, want one with %q", x.Err(), part)
	}
}

func TestMistakesAreReportedNotPanicked(t *testing.T) {
	x := Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	broken := Of([]int32{1}, 2)
	for _, c := range []struct {
		x    *Tensor
		part string
	}{
		{Of([]float32{1, 2}, 3), "shape (3,) holds 3 elements, 2 were given"},
		{Of([]float32{1}, -1), "extent -1 is negative"},
		{New(Float32, math.MaxInt, 2), "too many elements"},
		{New(Float32, 1<<30, 1<<30, 16), "too many elements"},
		{New(Float32, 0, math.MaxInt), "too many elements"},
		{FromRows([][]float64{{1, 2}, {3}}), "row 1 has 1 elements, row 0 has 2"},
		{x.Rows(1, 3), "rows 1 to 3 of an array of shape (2, 3)"},
		{x.Rows(-1, 1), "rows -1 to 1"},
		{x.Rows(2, 1), "rows 2 to 1"},
		{x.Row(2), "rows 2 to 3"},
		{x.Row(math.MaxInt), "of an array of shape (2, 3)"},
		{Scalar(1.0).Row(0), "of an array of shape ()"},
		{x.Reshape(4), "shape (2, 3) has 6 elements, which (4,) can't hold"},
		{x.Reshape(-1, 4), "(-1, 4)"},
		{x.Reshape(-1, -1), "can't hold"},
		{x.Reshape(-1, 0), "can't hold"},
		{x.Reshape(-2, -3), "can't hold"},
		{Concat(0), "nothing to concatenate"},
		{Concat(2, x, x), "shape (2, 3) has no such axis"},
		{Concat(-3, x, x), "no such axis"},
		{Concat(0, x, x.Convert(Float64)), "array 1 to concatenate on axis 0: got float64, but array 0 is float32"},
		{Concat(0, x, x.Reshape(3, 2)), "shape (3, 2) does not match (2, 3)"},
		{Stack(x, x.Row(0)), "does not match"},
		{Stack(Scalar(1.0), broken), "2 elements, 1 were given"},
		{Gather(nil, x, []int{0, 2}), "row 2 of an array of shape (2, 3)"},
		{Gather(nil, Scalar(1.0), []int{0}), "no rows"},
		{Half(Float32, nil), "float32 is not a half float"},
		{Of([]float64{1, 300}).Convert(Uint8), "float64 array to uint8: element 1: 300 does not fit"},
		{Of([]float64{math.NaN()}).Convert(Int32), "NaN does not fit"},
		{Of([]float64{1 << 63}).Convert(Int64), "does not fit"},
		{Of([]int64{1 << 31}).Convert(Int32), "does not fit"},
		{Of([]string{"a"}).Convert(Float32), "text"},
		{x.Convert(String), "text"},
		{x.Convert(Invalid), "no such type"},
		{x.Convert(DType(77)), "no such type"},
		{new(Tensor), "nil or zero Tensor"},
		{new(Tensor).Convert(Int32), "zero Tensor"},
		{new(Tensor).Reshape(1).Rows(0, 1).Clone(), "zero Tensor"},
		{Concat(0, x, new(Tensor)), "zero Tensor"},
		{Gather(nil, new(Tensor), nil), "zero Tensor"},
		{Copy(nil, new(Tensor)), "zero Tensor"},
		{broken.Rows(0, 1).Reshape(3).Clone().Convert(Float64), "were given"},
	} {
		wantErr(t, c.x, c.part)
		if c.x.Len() != 0 {
			t.Errorf("%v: has elements", c.x.Err())
		}
	}
	if _, err := As[float32](nil); err == nil || new(Tensor).String() == "" || new(Tensor).Equal(x) || Close(new(Tensor), new(Tensor), 0, 0) == nil {
		t.Error("a nil or zero Tensor passes for an array")
	}
	for _, index := range [][]int{{0}, {0, 3}, {-1, 0}, {0, 0, 0}} {
		if _, err := x.At(index...); err == nil {
			t.Errorf("At(%v): no error", index)
		}
	}
	if _, err := Of([]string{"a"}).At(0); err == nil {
		t.Error("At of a string: no error")
	}
}

func TestViewsShareElements(t *testing.T) {
	for _, d := range all {
		x := New(d, 4, 2, 3)
		if v := x.Rows(1, 3); !v.Shape().Equal(Shape{2, 2, 3}) || v.Err() != nil {
			t.Errorf("%v: rows %v %v", d, v.Shape(), v.Err())
		}
		if v := x.Rows(4, 4); v.Len() != 0 || v.Err() != nil {
			t.Errorf("%v: no rows: %v", d, v.Err())
		}
	}
	x := Of([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	a, _ := Data[float32](x.Row(1))
	a[0] = 30
	if v, err := x.Reshape(2, -1).At(0, 2); v != 30 || err != nil {
		t.Errorf("after a write through a view: %v %v", v, err)
	}
	c, _ := Data[float32](x.Clone())
	c[0] = 100
	if v, _ := x.At(0, 0); v != 1 {
		t.Error("a clone shares its elements")
	}
	if got := append(a, 7); &got[0] == &a[0] {
		t.Error("appending to a view would write into its array")
	}
}

func TestConcatAndStack(t *testing.T) {
	a, b := Of([]int32{1, 2, 3, 4}, 2, 2), Of([]int32{5, 6}, 2, 1)
	if got := Concat(-1, a, b); !got.Equal(Of([]int32{1, 2, 5, 3, 4, 6}, 2, 3)) {
		t.Errorf("%v", got)
	}
	if got := Concat(0, a, a.Rows(0, 1)); !got.Equal(Of([]int32{1, 2, 3, 4, 1, 2}, 3, 2)) {
		t.Errorf("%v", got)
	}
	if got := Stack(a, a); !got.Equal(Of([]int32{1, 2, 3, 4, 1, 2, 3, 4}, 2, 2, 2)) {
		t.Errorf("%v", got)
	}
	if got := Stack(Scalar("a"), Scalar("b")); !got.Equal(Of([]string{"a", "b"})) {
		t.Errorf("%v", got)
	}
}

func TestRowsConcatenatedAreTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		s := []int{1 + r.IntN(6), r.IntN(4), 1 + r.IntN(3)}
		d := all[r.IntN(len(all)-1)]
		data := make([]uint8, Shape(s).Size())
		for i := range data {
			data[i] = uint8(r.IntN(2))
		}
		x, cut := Of(data, s...).Convert(d), r.IntN(s[0]+1)
		if got := Concat(0, x.Rows(0, cut), x.Rows(cut, s[0])); !got.Equal(x) {
			t.Fatalf("%v cut at %d: %v, want %v", d, cut, got, x)
		}
		rows := make([]*Tensor, s[0])
		for i := range rows {
			rows[i] = x.Row(i)
		}
		if got := Stack(rows...); !got.Equal(x) {
			t.Fatalf("%v stacked: %v, want %v", d, got, x)
		}
		perm := r.Perm(s[0])
		g := Gather(nil, x, perm)
		for i, p := range perm {
			if !g.Row(i).Equal(x.Row(p)) {
				t.Fatalf("%v: row %d is not row %d", d, i, p)
			}
		}
	}
}

func TestGatherUsesItsMemoryAgain(t *testing.T) {
	x := Of(make([]float32, 100*8), 100, 8)
	rows, few := make([]int, 32), make([]int, 5)
	dst := Gather(nil, x, rows)
	first := &dst.Data().([]float32)[0]
	if n := testing.AllocsPerRun(100, func() { dst = Gather(dst, x, rows) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
	if dst = Gather(dst, x, few); dst.Shape()[0] != 5 || &dst.Data().([]float32)[0] != first {
		t.Error("a smaller batch did not stay in the memory")
	}
	if dst = Gather(dst, x, rows); dst.Shape()[0] != 32 || &dst.Data().([]float32)[0] != first {
		t.Error("the next whole batch did not stay in the memory")
	}
	view := x.Rows(0, 32)
	if got := Gather(view, x, rows); &got.Data().([]float32)[0] == &x.Data().([]float32)[0] {
		t.Error("gathering into a view wrote over its array")
	}
}

func TestConversionKeepsWhatFits(t *testing.T) {
	for _, from := range all[:len(all)-1] {
		for _, to := range all[:len(all)-1] {
			x := Of([]uint8{0, 1, 1}).Convert(from)
			if back := x.Convert(to).Convert(from); !back.Equal(x) {
				t.Errorf("%v through %v: %v", from, to, back)
			}
		}
	}
	got, err := As[int32](Of([]float64{1.9, -1.9, 0.2, math.MaxInt32 + 0.5}))
	if want := []int32{1, -1, 0, math.MaxInt32}; err != nil || !same(got, want) {
		t.Errorf("truncation: %v %v", got, err)
	}
	for _, v := range []int64{math.MinInt64, math.MaxInt64, 1<<53 + 1} {
		if w, err := As[int64](Of([]int64{v})); err != nil || w[0] != v {
			t.Errorf("%d: %v %v", v, w, err)
		}
	}
	if w, err := As[int64](Of([]float64{-1 << 63})); err != nil || w[0] != math.MinInt64 {
		t.Errorf("-2^63: %v %v", w, err)
	}
	if x := Of([]float32{1}); x.Convert(Float32) != x {
		t.Error("conversion to the same type copied")
	}
}

func TestEqualAndClose(t *testing.T) {
	nan := math.NaN()
	a := Of([]float64{1, nan, 0})
	if !a.Equal(Of([]float64{1, nan, math.Copysign(0, -1)})) {
		t.Error("NaNs are to be equal, and zeros")
	}
	for _, b := range []*Tensor{Of([]float64{1, 2, 0}), Of([]float32{1, float32(nan), 0}), Of([]float64{1, nan, 0}, 3, 1), Broken(a.Err())} {
		if a.Equal(b) {
			t.Errorf("%v equals %v", a, b)
		}
	}
	h := Of([]float64{1, nan}).Convert(BFloat16)
	if !h.Equal(h.Clone()) || h.Equal(Of([]float64{2, nan}).Convert(BFloat16)) {
		t.Error("half floats")
	}
	if err := Close(a, Of([]float32{1.0001, float32(nan), 1e-9}), 1e-3, 1e-8); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		b    *Tensor
		part string
	}{
		{Of([]float64{1, nan, 1}), "1 of 3 elements differ; worst at [2]: 0, want 1"},
		{Of([]float64{1, 2, 0}), "worst at [1]: NaN"},
		{Of([]float64{math.Inf(1), nan, 0}), "worst at [0]"},
		{Of([]float64{1, 2}), "shape (3,), want (2,)"},
		{Of([]string{"a", "b", "c"}), "text"},
	} {
		if err := Close(a, c.b, 1e-3, 0); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("error %v, want one with %q", err, c.part)
		}
	}
}
