package kernel

import "os"

// Level is an instruction set that the kernels are written for.
type Level int

// The levels, slowest first. Generic is portable Go.
const (
	Generic Level = iota
	AVX2          // AVX2 and FMA, 8 lanes
	AVX512        // AVX-512 F, BW, DQ and VL, 16 lanes
)

func (l Level) String() string { return [...]string{"generic", "avx2", "avx512"}[l] }

// best is the highest level of this machine, set by the architecture's init.
var best = detect()

// active is the level in use. It is fixed at start: by RHYTON_CPU if that names
// a level that the machine has, else the best. Only tests change it.
var active = chooseLevel(os.Getenv("RHYTON_CPU"))

func chooseLevel(name string) Level {
	for l := Generic; l <= best; l++ {
		if l.String() == name {
			return l
		}
	}
	return best
}

func init() { setLevel(active) }

// Active returns the level in use.
func Active() Level { return active }

// Best returns the highest level of this machine.
func Best() Level { return best }

// SetLevel makes the kernels run at a level no higher than Best and returns
// the level before. It is for tests: kernels prepared before it are undefined.
func SetLevel(l Level) Level {
	old := active
	setLevel(min(l, best))
	return old
}

func setLevel(l Level) {
	active = l
	table = genericTable()
	install(l)
}
