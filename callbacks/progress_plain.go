package callbacks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// heartbeat is the maximum time between two lines of a plain log.
const heartbeat = time.Minute

// plainDisplay writes lines of key=value pairs.
type plainDisplay struct {
	w    io.Writer
	last time.Time
}

func (d *plainDisplay) header(e Event) {
	r := e.Run
	line := []string{"train"}
	add := func(key string, n int) {
		if n > 0 {
			line = append(line, fmt.Sprintf("%s=%d", key, n))
		}
	}
	if r.Model != "" {
		line = append(line, "model="+quote(r.Model))
	}
	add("params", r.Params)
	add("epochs", r.Epochs)
	add("train", r.Train)
	add("val", r.Validation)
	add("batch", r.BatchSize)
	if r.Device != "" {
		line = append(line, "device="+quote(r.Device))
	}
	fmt.Fprintln(d.w, strings.Join(append([]string{strings.Join(line, " ")}, e.Run.Notes()...), "\n"))
}

func (d *plainDisplay) tick(e Event, p *progress) {
	if e.Batch < 0 || d.last.IsZero() {
		d.last = p.now
	}
	if p.now.Sub(d.last) < heartbeat {
		return
	}
	d.last = p.now
	logs, _ := e.Read()
	line := []string{fmt.Sprintf("epoch=%d/%d", e.Epoch+1, e.Run.Epochs), fmt.Sprintf("step=%d", e.Batch+1)}
	if p.steps > e.Batch+1 {
		line[1] += fmt.Sprintf("/%d", p.steps)
	}
	line = append(line, "time="+seconds(p.now.Sub(p.epochBegan)))
	fmt.Fprintln(d.w, strings.Join(append(line, pairs(logs)...), " "))
}

func (d *plainDisplay) epoch(e Event, p *progress) {
	d.last = p.now
	line := []string{fmt.Sprintf("epoch=%d/%d", e.Epoch+1, e.Run.Epochs), "time=" + seconds(p.ended.Sub(p.epochBegan))}
	if r := p.rate(e); r > 0 {
		line = append(line, fmt.Sprintf("per_s=%.0f", r))
	}
	line = append(line, pairs(e.Logs)...)
	if p.hasBest {
		line = append(line, fmt.Sprintf("best=%d", p.bestEpoch+1))
		if p.stale > 0 {
			line = append(line, fmt.Sprintf("stale=%d", p.stale))
		}
	}
	if rate, _ := e.Model.LearningRate(); rate > 0 {
		line = append(line, "lr="+compact(rate))
	}
	fmt.Fprintln(d.w, strings.Join(line, " "))
}

func (d *plainDisplay) end(e Event, p *progress) {
	for _, l := range endLines(e, p, false) {
		fmt.Fprintln(d.w, l)
	}
}

// pairs returns "loss=0.7613" and so on, without the learning rate, which is printed separately.
func pairs(l Logs) (f []string) {
	for _, n := range l.Names() {
		if n != "learning_rate" {
			f = append(f, n+"="+short(l[n]))
		}
	}
	return f
}

// quote quotes s if a parser of key=value pairs would otherwise misread it.
func quote(s string) string {
	if strings.ContainsAny(s, " =\"\t\n") {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// endLines returns why the run ended, the notes of callbacks, and the verdict.
func endLines(e Event, p *progress, colour bool) []string {
	n := p.history.Len()
	first := fmt.Sprintf("done: %s in %s", plural(n, "epoch"), seconds(p.now.Sub(p.runBegan)))
	switch {
	case e.Err == nil:
	case errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded):
		first = fmt.Sprintf("cancelled after %s: %v", plural(n, "epoch"), e.Err)
	case stopped(e.Err):
		first = "stop: " + reason(e.Err)
	default:
		first = fmt.Sprintf("failed after %s: %v", plural(n, "epoch"), e.Err)
	}
	lines := []string{strings.Join(append([]string{first}, e.Run.Notes()[p.told:]...), "; ")}
	if n == 0 {
		return lines
	}
	v := p.history.Verdict()
	text := v.String()
	if name := v.Finding.String(); colour {
		text = bold(name) + strings.TrimPrefix(text, name)
	}
	return append(lines, "verdict: "+text)
}
