package callbacks

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

// redraw is the minimum time between two drawings of the bar: people cannot see more, and each
// drawing waits for the device.
const redraw = 100 * time.Millisecond

// barCells is the length of the bar in characters.
const barCells = 20

// barDisplay shows progress on a terminal.
type barDisplay struct {
	w     io.Writer
	width func() int
	drawn time.Time
	open  bool // the cursor is after a bar
}

func (d *barDisplay) header(e Event) {
	var parts []string
	add := func(ok bool, format string, args ...any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	r := e.Run
	add(r.Model != "", "%s", r.Model)
	add(r.Params > 0, "%s params", thousands(r.Params))
	if r.Train > 0 && r.Validation > 0 {
		add(true, "%s train / %s val", thousands(r.Train), thousands(r.Validation))
	} else {
		add(r.Train > 0, "%s train", thousands(r.Train))
	}
	add(r.BatchSize > 0, "batch %d", r.BatchSize)
	add(r.Device != "", "%s", r.Device)
	if len(parts) > 0 {
		fmt.Fprintln(d.w, strings.Join(parts, " · "))
	}
	for _, n := range r.Notes() {
		fmt.Fprintln(d.w, n)
	}
}

func (d *barDisplay) tick(e Event, p *progress) {
	if p.now.Sub(d.drawn) < redraw {
		return
	}
	d.drawn = p.now
	var logs Logs
	if e.Batch >= 0 {
		logs, _ = e.Read() // the run itself reports device errors
	}
	fields := append([]string{eta(p)}, trainFields(logs)...)
	head, count, bars := places(e, p)
	var forms [][]string
	for _, b := range bars {
		forms = append(forms, slices.Concat(b, fields))
	}
	for n := len(fields); n >= 0; n-- { // drop fields that don't fit; all are shown once the epoch has ended
		forms = append(forms, append([]string{head, count}, fields[:n]...))
	}
	d.draw(forms, false)
}

// eta returns the estimated time for the remaining steps of the epoch.
func eta(p *progress) string {
	if p.steps == 0 || p.done == 0 {
		return seconds(p.now.Sub(p.epochBegan))
	}
	perStep := p.lastStep.Sub(p.epochBegan) / time.Duration(p.done)
	return "ETA " + seconds(perStep*time.Duration(max(p.steps-p.done, 0)))
}

// epoch writes the permanent line, with all its numbers even if the terminal is too narrow.
func (d *barDisplay) epoch(e Event, p *progress) {
	took := []string{seconds(p.ended.Sub(p.epochBegan))}
	var rate []string
	if r := p.rate(e); r > 0 {
		rate = []string{thousands(int(r+.5)) + "/s"}
	}
	numbers := trainFields(e.Logs)
	if val := valFields(e.Logs); len(val) > 0 {
		numbers = append(append(numbers, "│ "+val[0]), val[1:]...)
	}
	if r, ok := e.Logs["learning_rate"]; ok {
		numbers = append(numbers, "lr "+compact(r))
	}
	if m := mark(e, p); m != "" {
		numbers = append(numbers, m)
	}
	head, count, bars := places(e, p)
	var forms [][]string
	for _, b := range append(bars, []string{head, count}, []string{head}) {
		forms = append(forms, slices.Concat(b, took, rate, numbers))
	}
	forms = append(forms, slices.Concat([]string{head}, took, numbers),
		slices.Concat([]string{head}, took, brief(numbers)), slices.Concat([]string{head}, brief(numbers)))
	d.draw(forms, true)
}

// mark returns a symbol that shows whether the epoch is the best so far.
func mark(e Event, p *progress) string {
	switch {
	case !p.judged || !p.hasBest:
		return ""
	case p.stale == 0:
		return green("★")
	case e.Run.Watch != nil && e.Run.Watch.Patience > 0:
		return yellow(fmt.Sprintf("▲%d/%d", p.stale, e.Run.Watch.Patience))
	}
	return yellow(fmt.Sprintf("▲%d", p.stale))
}

// draw overwrites the last line with the longest form that fits, or the shortest one.
func (d *barDisplay) draw(forms [][]string, stays bool) {
	fit, line := d.width(), ""
	for _, fields := range forms {
		if line = strings.Join(fields, "  "); fit <= 0 || columns(line) < fit {
			break
		}
	}
	end := ""
	if d.open = !stays; stays {
		end = "\n"
	}
	fmt.Fprint(d.w, "\r"+line+"\x1b[K"+end)
}

// places returns the epoch number, the step count, and both followed by a long and a short bar.
func places(e Event, p *progress) (head, count string, bars [][]string) {
	head = fmt.Sprintf("epoch %*d/%d", len(fmt.Sprint(e.Run.Epochs)), e.Epoch+1, e.Run.Epochs)
	count = fmt.Sprintf("%*d/%d", len(fmt.Sprint(p.steps)), p.done, p.steps)
	if p.steps == 0 {
		count = plural(p.done, "step")
	}
	for _, cells := range []int{barCells, barCells / 2} {
		bars = append(bars, []string{bar(head, p.done, p.steps, cells), count})
	}
	return head, count, bars
}

// brief abbreviates the longest common names, for terminals with 80 columns.
func brief(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.ReplaceAll(f, "accuracy", "acc")
	}
	return out
}

// bar returns head followed by the bar if the number of steps is known.
func bar(head string, done, total, cells int) string {
	if total <= 0 {
		return head
	}
	b := progressbar.NewOptions(total, progressbar.OptionSetWriter(io.Discard), progressbar.OptionSetDescription(head),
		progressbar.OptionSetWidth(cells), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░"}))
	if done == 0 {
		b.RenderBlank()
	} else {
		b.Set(min(done, total))
	}
	return strings.TrimSpace(b.String())
}

func (d *barDisplay) end(e Event, p *progress) {
	if d.open { // the bar of an unfinished epoch
		fmt.Fprint(d.w, "\r\x1b[K")
	}
	for _, l := range endLines(e, p, true) {
		fmt.Fprintln(d.w, l)
	}
}

// trainFields returns "loss 0.7613", "accuracy 0.8120", …, without the validation logs.
func trainFields(l Logs) (f []string) {
	for _, n := range l.Names() {
		if !strings.HasPrefix(n, "val_") && n != "learning_rate" {
			f = append(f, n+" "+short(l[n]))
		}
	}
	return f
}

// valFields returns "val_loss 0.2873", "accuracy 0.9210", …: only the first name has the prefix.
func valFields(l Logs) (f []string) {
	for _, n := range l.Names() {
		base, ok := strings.CutPrefix(n, "val_")
		if !ok {
			continue
		}
		if len(f) == 0 {
			base = n
		}
		f = append(f, base+" "+short(l[n]))
	}
	return f
}

// columns returns the number of terminal columns that s occupies, ignoring escape sequences.
func columns(s string) int {
	n := 0
	for len(s) > 0 {
		if strings.HasPrefix(s, "\x1b[") {
			_, s, _ = strings.Cut(s, "m")
			continue
		}
		_, k := utf8.DecodeRuneInString(s)
		s = s[k:]
		n++
	}
	return n
}

func green(s string) string  { return "\x1b[32m" + s + "\x1b[0m" }
func yellow(s string) string { return "\x1b[33m" + s + "\x1b[0m" }
func bold(s string) string   { return "\x1b[1m" + s + "\x1b[0m" }
