package main

import (
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

// A task is a distribution of samples.
type task struct {
	rand     *rand.Rand
	features int
	classes  int // 0 for regression
	one      func(x []float32) (class int, target float64)
}

func (t task) outputs() int { return max(t.classes, 1) }

// newTask returns a task of the given kind; its difficulty depends on r.
func newTask(kind string, r *rand.Rand) task {
	t := task{rand: r}
	switch kind {
	case "blobs":
		t.blobs()
	case "spiral":
		t.spiral()
	case "words":
		t.words()
	default:
		t.regress()
	}
	return t
}

// blobs sets overlapping normal clusters.
func (t *task) blobs() {
	t.features, t.classes = pick(t.rand, 2, 5, 20), 5
	spread := pick(t.rand, .5, 1, 2)
	centres := make([][]float64, t.classes)
	for k := range centres {
		for range t.features {
			centres[k] = append(centres[k], spread*t.rand.NormFloat64())
		}
	}
	t.one = func(x []float32) (int, float64) {
		k := t.rand.IntN(t.classes)
		for j := range x {
			x[j] = float32(centres[k][j] + t.rand.NormFloat64())
		}
		return k, 0
	}
}

// spiral sets three arms around the origin.
func (t *task) spiral() {
	t.features, t.classes = 2, 3
	noise := pick(t.rand, .1, .2, .4)
	t.one = func(x []float32) (int, float64) {
		k, r := t.rand.IntN(3), t.rand.Float64()
		angle := 2*math.Pi/3*float64(k) + 4*r + noise*t.rand.NormFloat64()
		x[0], x[1] = float32(2*r*math.Cos(angle)), float32(2*r*math.Sin(angle))
		return k, 0
	}
}

// words sets word counts of texts on two topics; some labels are wrong.
func (t *task) words() {
	t.features, t.classes = 200, 2
	wrong, length := pick(t.rand, 0, 0, .02, .1), pick(t.rand, 10, 30)
	tilt := make([]float64, t.features)
	for j := range tilt {
		tilt[j] = pick(t.rand, .5, .7, .8) * (t.rand.Float64() - .5)
	}
	t.one = func(x []float32) (int, float64) {
		k := t.rand.IntN(2)
		for range length {
			j := t.rand.IntN(t.features)
			if t.rand.Float64() > .5+tilt[j]*float64(2*k-1) {
				j = (j + t.features/2) % t.features
			}
			x[j]++
		}
		if t.rand.Float64() < wrong {
			k = 1 - k
		}
		return k, 0
	}
}

// regress sets a smooth function with noise.
func (t *task) regress() {
	t.features = pick(t.rand, 1, 4, 10)
	noise, scale := pick(t.rand, .05, .3, 1), pick(t.rand, 1, 1, 3.)
	w := make([]float64, 2*t.features)
	for j := range w {
		w[j] = t.rand.NormFloat64()
	}
	t.one = func(x []float32) (int, float64) {
		var a, b float64
		for j := range x {
			v := t.rand.NormFloat64()
			x[j] = float32(v)
			a, b = a+w[j]*v, b+w[t.features+j]*v
		}
		return 0, scale*(a/math.Sqrt(float64(t.features))+math.Sin(b)) + noise*t.rand.NormFloat64()
	}
}

// sample draws n samples.
func (t *task) sample(n int) *datasets.Arrays {
	x := make([]float32, n*t.features)
	class, target := make([]int32, n), make([]float32, n)
	for i := range n {
		k, y := t.one(x[i*t.features : (i+1)*t.features])
		class[i], target[i] = int32(k), float32(y)
	}
	if t.classes > 0 {
		return datasets.Of(tensor.Of(x, n, t.features), tensor.Of(class, n))
	}
	return datasets.Of(tensor.Of(x, n, t.features), tensor.Of(target, n, 1))
}
