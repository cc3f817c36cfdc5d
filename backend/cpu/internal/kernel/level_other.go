//go:build !amd64 && !arm64

package kernel

var levelNames = [...]string{"generic"}

func detect() (best, usual Level) { return Generic, Generic }
func install(l Level)             {}

func sum(x *float32, n int) float32    { return portableSum(x, n) }
func dot(a, b *float32, n int) float32 { return portableDot(a, b, n) }

func transposeRows(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr) {
	panic("kernel: no tiles on this architecture")
}
