package kernel

import (
	"slices"
	"sync/atomic"
	"time"
)

// How soon another thread takes work over depends on the machine: cores that share a cache
// answer in a third of a microsecond, others take several times as long, and one that the
// system has given to somebody else does not answer for milliseconds. So a pool measures it,
// and shares work of a few microseconds only while that is worth it. No result depends on it.
const (
	nearLimit  = 600 * time.Nanosecond
	nearTries  = 32
	nearSteps  = 4096 // Begins that an answer holds for
	crowdSteps = 512  // Begins that a thread which did not come is left out for
	answerTime = 20 * time.Microsecond
)

// nearness is what a pool knows of its threads.
type nearness struct {
	near   bool
	left   int // Begins until it is measured again, when somebody asks
	taken  atomic.Bool
	answer func(part, thread int)
	times  [nearTries]time.Duration
}

// Near reports whether work of some microseconds is worth sharing. The pool has begun.
func (p *Pool) Near() bool {
	if p.left < 0 && p.threads > 1 {
		p.look()
	}
	return p.near
}

// crowded notes that a thread was waited for in vain.
func (p *Pool) crowded() { p.near, p.left = false, crowdSteps }

// look measures how near the threads are.
func (p *Pool) look() {
	if p.answer == nil {
		p.answer = p.waitForAnswer
	}
	for i := range p.times {
		p.taken.Store(false)
		start := time.Now()
		p.Run(p.threads, p.answer)
		p.times[i] = time.Since(start)
	}
	slices.Sort(p.times[:])
	p.near, p.left = p.times[nearTries/2] < nearLimit, nearSteps
}

// waitForAnswer is the caller's part until another thread has begun one.
func (p *Pool) waitForAnswer(_, thread int) {
	if thread > 0 {
		p.taken.Store(true)
		return
	}
	for start := time.Now(); !p.taken.Load() && time.Since(start) < answerTime; {
		pause(1)
	}
}

// Shares reports whether so many multiply-adds are worth sharing among threads. The pool has
// begun.
func (p *Pool) Shares(work int) bool {
	return p.threads > 1 && (work >= gemmSerial || work >= gemmNear && p.Near())
}
