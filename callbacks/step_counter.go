package callbacks

import "fmt"

// A stepCounter counts steps to report when an interval has passed. With StepsPerExecution, a
// BatchEnd stands for several steps.
type stepCounter struct {
	Total int64 // steps of the run
	Since int   // steps since due last returned true
	Epoch int   // epoch of the last step counted
	Batch int   // steps counted in that epoch
}

// count counts the steps of a BatchEnd.
func (c *stepCounter) count(e Event) {
	if e.Epoch != c.Epoch {
		c.Epoch, c.Batch = e.Epoch, 0
	}
	n := e.Batch + 1 - c.Batch
	c.Total, c.Since, c.Batch = c.Total+int64(n), c.Since+n, e.Batch+1
}

// due counts a BatchEnd and reports whether at least every steps have been made since it last
// returned true; never if every is 0.
func (c *stepCounter) due(e Event, every int) bool {
	c.count(e)
	if every == 0 || c.Since < every {
		return false
	}
	c.Since = 0
	return true
}

// check returns an error if every, the value of the field name, is negative or exceeds the steps
// of the run.
func (c *stepCounter) check(e Event, name string, every int) error {
	if every < 0 {
		return fmt.Errorf("%s is %d: want a number of steps, or 0 for each epoch", name, every)
	}
	if all := e.Run.Batches * (e.Run.Epochs - e.Run.Initial); all > 0 && every > all {
		return fmt.Errorf("%s is %d, and the run has %s in all: it would never come to that", name, every, plural(all, "step"))
	}
	return nil
}
