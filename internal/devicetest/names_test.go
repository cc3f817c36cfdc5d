//go:build !gpu

package devicetest

var names = []string{"cpu", "ref", "gorgonia", "xla:cpu"}
