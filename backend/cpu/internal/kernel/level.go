package kernel

import "os"

// Level is an instruction set that the kernels are written for. Those above
// Generic are the architecture's, slowest first.
type Level int

// Generic is portable Go.
const Generic Level = 0

func (l Level) String() string { return levelNames[l] }

// best is the highest level of this machine and usual the one it is used at.
var best, usual = detect()

// active is the level in use. It is fixed at start: by RHYTON_CPU if that names
// a level that the machine has, else the usual. Only tests change it.
var active = chooseLevel(os.Getenv("RHYTON_CPU"))

func chooseLevel(name string) Level {
	for l := Generic; l <= best; l++ {
		if l.String() == name {
			return l
		}
	}
	return usual
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
