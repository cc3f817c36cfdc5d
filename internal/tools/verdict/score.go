package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/training"
)

// A label is the truth about a run.
type label struct {
	File, Truth     string
	Accept, Harmful []string
	Config          struct {
		N, Nv int
		Kind  string
	}
}

// classes are the numbers of classes of the tasks in the published curves; regressions are absent.
var classes = map[string]float64{"blobs": 5, "spiral": 3, "words": 2}

// word returns the label for a finding. There are five labels: anything not learned, for whatever
// reason, is underfitting; anything that can't be decided is noisy.
func word(f training.Finding) string {
	switch f {
	case training.StillLearning, training.NothingLearnt:
		return "underfitting"
	case training.Undecided:
		return "noisy"
	}
	return strings.ToLower(f.String())
}

// A score counts the correct verdicts on the curves of a folder.
type score struct {
	runs, right, harmful int
	count                map[string]map[training.Finding]int // by truth
	rightOf              map[string]int                      // by truth
	mistakes             []string
}

// judge judges all curves of a folder.
func judge(dir string, told bool) (score, error) {
	s := score{count: map[string]map[training.Finding]int{}, rightOf: map[string]int{}}
	text, err := os.ReadFile(filepath.Join(dir, "labels.json"))
	if err != nil {
		return s, err
	}
	var labels []label
	if err := json.Unmarshal(text, &labels); err != nil {
		return s, fmt.Errorf("%s/labels.json: %w", dir, err)
	}
	for _, l := range labels {
		h, err := training.OpenHistory(filepath.Join(dir, l.File))
		if err != nil {
			return s, err
		}
		if told {
			h.TrainSamples, h.ValidationSamples = l.Config.N, l.Config.Nv
			if c := classes[l.Config.Kind]; c > 0 {
				h.Chance = math.Log(c)
			}
		}
		s.add(l, h.Verdict())
	}
	return s, nil
}

func (s *score) add(l label, v training.Verdict) {
	s.runs++
	if s.count[l.Truth] == nil {
		s.count[l.Truth] = map[training.Finding]int{}
	}
	s.count[l.Truth][v.Finding]++
	w := word(v.Finding)
	what := "wrong"
	if slices.Contains(l.Harmful, w) {
		s.harmful++
		what = "harmful"
	}
	if slices.Contains(l.Accept, w) {
		s.right++
		s.rightOf[l.Truth]++
		return
	}
	s.mistakes = append(s.mistakes, fmt.Sprintf("%s %-7s truth: %s, right: %s (%d validation samples) | %v",
		l.File, what, l.Truth, strings.Join(l.Accept, " or "), l.Config.Nv, v))
}

// rightShare and harmfulShare return percentages.
func (s score) rightShare() float64   { return 100 * float64(s.right) / float64(s.runs) }
func (s score) harmfulShare() float64 { return 100 * float64(s.harmful) / float64(s.runs) }

func (s score) summary() string {
	return fmt.Sprintf("%d runs: %.1f%% right, %.1f%% harmful", s.runs, s.rightShare(), s.harmfulShare())
}

// matrix returns the confusion matrix as a Markdown table with a row per truth and a column per
// finding that occurs.
func (s score) matrix() string {
	var columns []training.Finding
	for _, f := range training.Findings() {
		for _, row := range s.count {
			if row[f] > 0 && !slices.Contains(columns, f) {
				columns = append(columns, f)
			}
		}
	}
	var b strings.Builder
	b.WriteString("| truth |")
	for _, f := range columns {
		b.WriteString(" " + strings.ToLower(f.String()) + " |")
	}
	b.WriteString(" right |\n|---|" + strings.Repeat("---|", len(columns)+1) + "\n")
	truths := make([]string, 0, len(s.count))
	for t := range s.count {
		truths = append(truths, t)
	}
	slices.Sort(truths)
	for _, t := range truths {
		total := 0
		b.WriteString("| " + t + " |")
		for _, f := range columns {
			n := s.count[t][f]
			total += n
			if n == 0 {
				b.WriteString(" |")
			} else {
				fmt.Fprintf(&b, " %d |", n)
			}
		}
		fmt.Fprintf(&b, " %d of %d |\n", s.rightOf[t], total)
	}
	return b.String()
}

const (
	begin = "<!-- verdict: internal/tools/verdict writes from here -->\n"
	end   = "<!-- verdict: to here -->\n"
)

// report returns the text of the scores in the page.
func report(alone, told score) string {
	return fmt.Sprintf("By the curves alone, as of a CSV file: %.1f %% right, %.1f %% harmful. Told the numbers of samples and the loss of guessing, as `Fit` does: %.1f %% right, %.1f %% harmful, which is this table:\n\n%s",
		alone.rightShare(), alone.harmfulShare(), told.rightShare(), told.harmfulShare(), told.matrix())
}

// replaced returns page with text between its markers.
func replaced(page, text string) (string, error) {
	head, rest, ok := strings.Cut(page, begin)
	if !ok {
		return "", fmt.Errorf("there is no line %q", strings.TrimSpace(begin))
	}
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("there is no line %q", strings.TrimSpace(end))
	}
	return head + begin + text + end + tail, nil
}
