package callbacks

import (
	"io"
	"os"
	"time"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/training"
	"golang.org/x/term"
)

// Verbosity selects how much a [ProgressBar] writes, and in which format.
type Verbosity int

// The verbosities.
const (
	AsFits     Verbosity = iota // Bar on a terminal, otherwise EpochLines
	Silent                      // nothing
	EpochLines                  // a line of key=value pairs per epoch, and one per minute in long epochs
	Bar                         // a moving bar that leaves one line per epoch
	JSON                        // a JSON object per line, for programs; see [JSONLogger]
)

// ProgressBar shows the progress of a run. On a terminal it draws a bar, at most ten times a
// second, that leaves one line per epoch; to a file, a pipe or a build log (CI, NO_COLOR or
// TERM=dumb in the environment) it writes lines that are easy to grep. At the end it prints why
// the run ended, the notes of other callbacks, and the verdict on the learning curves.
//
// ★ marks the best epoch so far; ▲2/5 marks the second epoch in a row that is not, of the 5 that
// EarlyStopping tolerates.
type ProgressBar struct {
	Verbosity  Verbosity // AsFits if 0
	W          io.Writer // os.Stderr if nil
	PrintEvery int       // epochs per permanent line; 0 means 1

	show display
	past progress
	now  func() time.Time                     // time.Now except in tests
	tty  func(io.Writer) (width int, ok bool) // terminalWidth except in tests
}

// A display is a format for showing progress. Write errors are ignored: they must not end a
// training run that may have taken days.
type display interface {
	header(e Event)
	tick(e Event, p *progress) // after a step; usually costs next to nothing
	epoch(e Event, p *progress)
	end(e Event, p *progress)
}

// progress is the data shown by all displays.
type progress struct {
	history    training.History
	now        time.Time
	runBegan   time.Time
	epochBegan time.Time
	lastStep   time.Time // end of the last step of the epoch so far; validation follows
	steps      int       // per epoch; 0 while unknown
	done       int       // steps of this epoch
	every      int
	last       Event // the last epoch's end
	ended      time.Time
	pending    bool // the last epoch has no line yet
	told       int  // number of notes already printed

	monitor   string
	hasBest   bool
	best      float64
	bestEpoch int
	stale     int  // epochs since bestEpoch
	judged    bool // the epoch has a value of monitor
}

// On implements [Callback].
func (b *ProgressBar) On(e Event) error {
	if e.Kind == TrainBegin {
		b.begin(e)
	}
	if b.show == nil {
		return nil
	}
	p := &b.past
	p.now = b.now()
	switch e.Kind {
	case TrainBegin:
		p.runBegan, p.told = p.now, len(e.Run.Notes())
		b.show.header(e)
	case EpochBegin:
		p.epochBegan, p.lastStep, p.done = p.now, p.now, 0
		e.Batch = -1
		b.show.tick(e, p)
	case BatchEnd:
		p.lastStep, p.done = p.now, e.Batch+1
		b.show.tick(e, p)
	case EpochEnd:
		p.last, p.ended = e, p.now
		p.judge(e)
		if p.steps == 0 {
			p.steps = p.done
		}
		if p.pending = (e.Epoch+1)%p.every != 0 && e.Epoch+1 != e.Run.Epochs; !p.pending {
			b.show.epoch(e, p)
		}
	case Done:
		if p.pending {
			b.show.epoch(p.last, p)
		}
		p.history.On(e)
		b.show.end(e, p)
	}
	return p.history.On(e)
}

func (b *ProgressBar) begin(e Event) {
	if b.now == nil {
		b.now = time.Now
	}
	if b.tty == nil {
		b.tty = terminalWidth
	}
	w := b.W
	if w == nil {
		w = os.Stderr
	}
	b.past = progress{every: max(b.PrintEvery, 1), steps: e.Run.Batches}
	v := b.Verbosity
	if v == AsFits {
		v = EpochLines
		if _, ok := b.tty(w); ok && os.Getenv("CI") == "" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
			v = Bar
		}
	}
	switch v {
	case EpochLines:
		b.show = &plainDisplay{w: w}
	case Bar:
		b.show = &barDisplay{w: w, width: func() int { n, _ := b.tty(w); return n }}
	case JSON:
		b.show = &jsonDisplay{w: w}
	default:
		b.show = nil
	}
}

// terminalWidth returns the number of columns of the terminal w.
func terminalWidth(w io.Writer) (columns int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	return columns, err == nil
}

// judge compares the epoch with the best so far, by the criterion for stopping.
func (p *progress) judge(e Event) {
	watch := e.Run.Watch
	if watch == nil {
		watch = &training.Watch{Monitor: "val_loss", Mode: Min}
	}
	v, ok := e.Logs[watch.Monitor]
	p.monitor, p.judged = watch.Monitor, ok
	if !ok {
		return
	}
	p.stale++
	m := monitor{mode: watch.Mode}
	if m.improves(v, p.best, watch.MinDelta, p.hasBest) {
		p.hasBest, p.best, p.bestEpoch, p.stale = true, v, e.Epoch, 0
	}
}

// rate returns the training examples per second in the epoch so far, or 0 if unknown.
func (p *progress) rate(e Event) float64 {
	s := p.lastStep.Sub(p.epochBegan).Seconds()
	if s <= 0 || e.Seen == 0 {
		return 0
	}
	return float64(e.Seen) / s
}

// progressState is the saved state of a [ProgressBar].
type progressState struct {
	History   training.History
	Run       time.Duration // since the run began
	Epoch     time.Duration // since the epoch began
	Steps     int           // per epoch; 0 while unknown
	HasBest   bool
	Best      float64
	BestEpoch int
	Stale     int
}

// State implements [Stateful].
func (b *ProgressBar) State() ([]byte, error) {
	p := &b.past
	return gobstate.Encode(progressState{p.history, p.now.Sub(p.runBegan), p.now.Sub(p.epochBegan),
		p.steps, p.hasBest, p.best, p.bestEpoch, p.stale})
}

// SetState implements [Stateful].
func (b *ProgressBar) SetState(data []byte) error {
	var past progressState
	if err := gobstate.Decode(data, &past); err != nil {
		return err
	}
	p, now := &b.past, b.now()
	p.history, p.runBegan, p.epochBegan, p.lastStep = past.History, now.Add(-past.Run), now.Add(-past.Epoch), now
	p.steps, p.hasBest, p.best, p.bestEpoch, p.stale = past.Steps, past.HasBest, past.Best, past.BestEpoch, past.Stale
	return nil
}
