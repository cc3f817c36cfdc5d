package ops_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rhyton/rhyton/ops"
)

func TestFFTIsTheSum(t *testing.T) {
	for _, n := range []int{1, 2, 5, 12, 67, 96, 130, 131, 200} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			seed := lcg(n)
			re, im := seed.wide(2, n), seed.wide(2, n)
			got := run(t, func(in []node) []node {
				z := ops.FFT(ops.Complex{Re: in[0], Im: in[1]})
				back := ops.IFFT(z)
				return []node{z.Re, z.Im, back.Re, back.Im}
			}, re, im)
			a, b := values(re), values(im)
			wantRe, wantIm := make([]float64, 2*n), make([]float64, 2*n)
			for k := range 2 * n {
				for j := range n {
					s, c := math.Sincos(-2 * math.Pi * float64(j*(k%n)%n) / float64(n))
					x, y := a[k/n*n+j], b[k/n*n+j]
					wantRe[k] += x*c - y*s
					wantIm[k] += x*s + y*c
				}
			}
			near(t, "real", values(got[0]), wantRe, 1e-11)
			near(t, "imaginary", values(got[1]), wantIm, 1e-11)
			near(t, "inverse real", values(got[2]), a, 1e-11)
			near(t, "inverse imaginary", values(got[3]), b, 1e-11)
		})
	}
}

func TestSTFTInverts(t *testing.T) {
	for _, o := range []ops.STFT{
		{Length: 8, Stride: 2, FFT: 8}, {Length: 8, Stride: 4, FFT: 16}, {Length: 10, Stride: 3, FFT: 12},
	} {
		seed := lcg(5)
		x := seed.wide(2, 48)
		got := run(t, func(in []node) []node { return []node{o.Inverse(o.Of(in[0]), 48)} }, x)[0]
		n := 48 - 48%o.Stride // elements after the last frame are lost
		for row := range 2 {
			near(t, fmt.Sprint(o), values(got)[row*48:row*48+n-o.Length], values(x)[row*48:row*48+n-o.Length], 1e-10)
		}
	}
}
