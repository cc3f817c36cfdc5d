package callbacks

import "fmt"

// A stepCounter tells when so many steps more have been made. With StepsPerExecution a BatchEnd
// stands for several of them.
type stepCounter struct {
	Total int64 // steps of the run
	Since int   // steps since it was last time
	Epoch int   // the number of the epoch counted last
	Batch int   // steps counted in it
}

// count counts the steps of a BatchEnd.
func (c *stepCounter) count(e Event) {
	if e.Epoch != c.Epoch {
		c.Epoch, c.Batch = e.Epoch, 0
	}
	n := e.Batch + 1 - c.Batch
	c.Total, c.Since, c.Batch = c.Total+int64(n), c.Since+n, e.Batch+1
}

// due counts a BatchEnd and reports whether every steps have been made since it last was; never
// if every is 0.
func (c *stepCounter) due(e Event, every int) bool {
	c.count(e)
	if every == 0 || c.Since < every {
		return false
	}
	c.Since = 0
	return true
}

// check reports a number of steps, set as name, that makes no sense or that the run does not have.
func (c *stepCounter) check(e Event, name string, every int) error {
	if every < 0 {
		return fmt.Errorf("%s is %d: want a number of steps, or 0 for each epoch", name, every)
	}
	if all := e.Run.Batches * (e.Run.Epochs - e.Run.Initial); all > 0 && every > all {
		return fmt.Errorf("%s is %d, and the run has %s in all: it would never come to that", name, every, plural(all, "step"))
	}
	return nil
}
