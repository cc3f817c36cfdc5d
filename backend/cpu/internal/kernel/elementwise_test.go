package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// everyExponent returns numbers of both signs with every exponent, denormals
// included, dense around where functions are used, and the special values.
func everyExponent() []float32 {
	r := newRand()
	x := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 2, -2, 88.72, 88.73, -87.3, -104, 100, -100,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.MaxFloat32, -math.MaxFloat32,
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1.5, 2.5, -1.5, 0.49999997, 8388609, 1e5, -1e5}
	for e := range uint32(255) {
		for range 24 {
			b := e<<23 | r.Uint32()&(1<<23-1) | r.Uint32()&(1<<31)
			x = append(x, math.Float32frombits(b))
		}
	}
	for range 20000 {
		x = append(x, float32(r.NormFloat64()*4), float32(r.NormFloat64()*30), float32(1+r.NormFloat64()*0.1))
	}
	return x
}

// ulps is the distance of got from want in units of want's last float32 place,
// the least normal number's for smaller ones.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	switch {
	case math.IsNaN(want) && got != got, got == w:
		return 0
	case got != got || math.IsNaN(want) || math.IsInf(float64(got), 0) || math.IsInf(float64(w), 0):
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e, -125)-24)
}

// unaryBounds is the promised error in ulps; 0 is correctly rounded, and what
// is missing is checked to 0.51 as the portable code is.
var unaryBounds = map[Op]float64{Exp: 2, Expm1: 3, Log: 2, Log1p: 3, Tanh: 4, Sigmoid: 3, Erf: 2,
	Rsqrt: 1.5, Sin: 2, Cos: 2}

func TestUnaryOpsKeepTheirErrorBounds(t *testing.T) {
	x := everyExponent()
	eachLevel(t, func(t *testing.T) {
		for op := range endUnary {
			got := poisoned(len(x))
			for i := 0; i < len(x); i += 50 { // Sin and Cos take another way for a block with a huge argument
				Unary(op, got[i:min(i+50, len(x))], x[i:])
			}
			f, bound, worst, where := unary64[op], unaryBounds[op], 0.0, float32(0)
			if bound == 0 {
				bound = 0.51
			}
			for i, v := range x {
				want := f(float64(v))
				e := ulps(got[i], want)
				if op == Sigmoid && v < -87 && math.Abs(float64(got[i])-want) < 1e-36 {
					e = 0 // e^−x overflows: flushed to 0
				}
				if e > worst {
					worst, where = e, v
				}
			}
			t.Logf("op %d: %.2f ulp at %g", op, worst, where)
			if !(worst <= bound) {
				got := []float32{where}
				Unary(op, got, got)
				t.Errorf("op %d: %.2f ulp off at %g (%#x): %g, want %g", op, worst, where, math.Float32bits(where), got[0], f(float64(where)))
			}
		}
	})
}

func TestBinaryOpsFollowTheirDefinition(t *testing.T) {
	r := newRand()
	x := everyExponent()
	r.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	y := append(append([]float32{}, x[100:]...), x[:100]...)
	for i := range x {
		if i%7 == 0 {
			y[i] = x[i]
		}
	}
	eachLevel(t, func(t *testing.T) {
		for op := endUnary; op < endBinary; op++ {
			a, b := x, y
			f := binary64[op-Add]
			check := func(name string, got []float32, a, b func(i int) float32) {
				t.Helper()
				for i, g := range got {
					want := f(float64(a(i)), float64(b(i)))
					if op == Pow {
						continue
					}
					if !(ulps(g, want) <= 0.51) {
						t.Errorf("op %d %s(%g, %g) = %g, want %g", op, name, a(i), b(i), g, want)
						return
					}
				}
			}
			got := poisoned(len(x))
			Binary(op, got, a, b)
			at := func(s []float32) func(int) float32 { return func(i int) float32 { return s[i] } }
			is := func(v float32) func(int) float32 { return func(int) float32 { return v } }
			check("vv", got, at(a), at(b))
			for _, s := range []float32{0, 1.5, -3, float32(math.NaN())} {
				BinaryVS(op, got, a, s)
				check("vs", got, at(a), is(s))
				table.binarySV[op](&got[0], &b[0], s, len(got)) // as programs do
				check("sv", got, is(s), at(b))
			}
		}
	})
}

func TestElementwiseTailsStayInside(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for n := range 140 {
			a, b, c := normal(r, n+1), normal(r, n+1), normal(r, n+1)
			for op := range endTernary {
				got := poisoned(n + 1)
				want := make([]float64, n)
				switch op.Arity() {
				case 1:
					Unary(op, got[:n], a)
					Unary64(op, want, widen(a))
				case 2:
					Binary(op, got[:n], a, b)
					mapBinary(op, want, widen(a[:n]), widen(b[:n]))
				case 3:
					Ternary(op, got[:n], a, b, c)
					mapTernary(op, want, widen(a[:n]), widen(b[:n]), widen(c[:n]))
				}
				near(t, fmt.Sprintf("op %d n %d", op, n), got[:n], want, 3e-6)
				if got[n] == got[n] {
					t.Errorf("op %d n %d: wrote past the end", op, n)
				}
			}
			if t.Failed() {
				return
			}
		}
	})
}

func BenchmarkUnary(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := normal(r, 1024), make([]float32, 1024)
	names := []string{"Copy", "Neg", "Abs", "Sign", "Square", "Sqrt", "Rsqrt", "Recip", "Floor", "Ceil", "Round", "RoundBF16", "Not",
		"Exp", "Expm1", "Log", "Log1p", "Sin", "Cos", "Tanh", "Sigmoid", "Erf", "Relu"}
	for op, name := range names {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Unary(Op(op), y, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/elem")
		})
	}
}
