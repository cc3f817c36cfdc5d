//go:build gpu

package devicetest

var names = []string{"cpu", "xla:cuda?preallocate=false"}
