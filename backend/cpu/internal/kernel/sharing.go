package kernel

import (
	"math"
	"slices"
	"time"
)

// Whether work of a few microseconds is worth handing over depends on the machine, on what else
// it does and on how often a program runs: cores that share a cache answer in a third of a
// microsecond and others in three times that, what one has written the other reads at a
// tenth of the speed, a thread that sleeps takes long to wake, and one whose core the system
// has given to somebody else does not answer for milliseconds. So each program tries both
// ways out, and again from time to time. No result depends on it.
const (
	trialRuns = 8    // of each way
	sharedFor = 2048 // runs that the answer of a trial holds for
	aloneFor  = 512  // likewise: the other thread may just have been away
)

// Sharing is what the runs of a program have shown. The zero Sharing has not tried yet.
type Sharing struct {
	pays  bool
	rest  int                          // runs until the next trial
	tried int                          // runs of the present trial
	times [2 * trialRuns]time.Duration // of the shared runs and then of the others
}

// Begin says how p, which has begun, is to do the work of the next run. It returns when the run
// began if that counts.
func (s *Sharing) Begin(p *ThreadPool) (start time.Time) {
	p.asked, p.late = false, false
	if s.rest > 0 || p.threads == 1 {
		s.rest--
		p.eager = s.pays
		return start
	}
	p.eager = s.tried < trialRuns
	return time.Now()
}

// End notes what the run has shown that began at start.
func (s *Sharing) End(p *ThreadPool, start time.Time) {
	switch {
	case p.late:
		s.decide(false)
	case start.IsZero():
	case !p.asked:
		s.rest = math.MaxInt // there is no such work
	default:
		s.times[s.tried] = time.Since(start)
		if s.tried++; s.tried == len(s.times) {
			s.decide(median(s.times[:trialRuns]) < median(s.times[trialRuns:]))
		}
	}
}

func (s *Sharing) decide(pays bool) {
	s.pays, s.rest, s.tried = pays, aloneFor, 0
	if pays {
		s.rest = sharedFor
	}
}

func median(t []time.Duration) time.Duration {
	slices.Sort(t)
	return t[len(t)/2]
}

// Eager reports whether work of a few microseconds is to be shared.
func (p *ThreadPool) Eager() bool {
	p.asked = true
	return p.eager
}
