package docs

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"go/token"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rhyton/rhyton/internal/collections"
)

// A page marks the block that a command prints, a table or fenced lines, by a comment on the
// line before it:
//
//	<!-- output: go run ./examples/overfitting -->
//	<!-- output: the program above -->
//
// The lines of the block are lines of the output, in its order; others may stand between them.
// A number agrees to the digits that the page gives, give or take one of the last, because
// processors round differently. Spaces, commas and the bars of tables don't count, nor does
// how long something took.
var marker = regexp.MustCompile(`^<!-- output: (.+) -->$`)

const above = "the program above"

// sentences are numbers of running text. The groups of text and output are the same numbers.
var sentences = []struct{ page, text, command, output string }{
	{"overfitting.md", `a line has (\d+) parameters.* A network with (\d+) parameters`, "go run ./examples/overfit_5points", `(\d+) parameters: (?s:.*)\n(\d+) parameters: `},
	{"overfitting.md", `a network with ([\d,]+) parameters:`, "go run ./examples/overfitting", `base.*? ([\d,]+) `},
	{"overfitting.md", `After epoch (\d+)`, "go run ./examples/overfitting", `base.*OVERFITTING from epoch (\d+)`},
	{"../README.md", `rises from epoch (\d+)`, "go run ./examples/overfitting", `base.*OVERFITTING from epoch (\d+)`},
}

// A claim is a block of a page and the command that prints it.
type claim struct {
	where, command string
	program        block // the last one above it
	lines          []string
}

// claims returns the blocks of a page that are marked as output.
func claims(t *testing.T, page string) (found []claim) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	programs := blocks(t, page)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		m := marker.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		c := claim{where: fmt.Sprintf("%s:%d", filepath.Base(page), i+2), command: m[1]}
		for _, b := range programs {
			if b.line < i {
				c.program = b
			}
		}
		for _, row := range blockAt(lines[i+1:]) {
			if words := tokens(row); len(words) > 0 {
				c.lines = append(c.lines, row)
			}
		}
		if len(c.lines) == 0 {
			t.Errorf("%s: no table and no fence follows the marker", c.where)
		}
		found = append(found, c)
	}
	return found
}

// blockAt returns the lines of the fence or the rows of the table at the beginning of lines.
func blockAt(lines []string) []string {
	if lines[0] == "```" {
		for i, line := range lines[1:] {
			if line == "```" {
				return lines[1 : i+1]
			}
		}
		return nil
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, "|") {
			return lines[min(2, i):i] // without the head and the rule below it
		}
	}
	return nil
}

func TestPagesShowWhatProgramsPrint(t *testing.T) {
	outputs := map[string]string{}
	output := func(t *testing.T, command string) string {
		if _, ok := outputs[command]; !ok {
			args := strings.Fields(command)
			dir := t.TempDir()
			outputs[command] = strings.ReplaceAll(run(t, "..", append(args, "-out", dir)...), dir, "out")
		}
		return outputs[command]
	}
	n := 0
	for _, page := range pages(t) {
		for _, c := range claims(t, page) {
			n++
			t.Run(c.where, func(t *testing.T) {
				if c.command == above {
					c.check(t, c.program.run(t))
				} else {
					c.check(t, output(t, c.command))
				}
			})
		}
	}
	if n < 6 {
		t.Errorf("%d blocks are marked as output", n)
	}
	for _, s := range sentences {
		page, err := os.ReadFile(s.page)
		if err != nil {
			t.Fatal(err)
		}
		said := regexp.MustCompile(s.text).FindSubmatch(page)
		printed := regexp.MustCompile(s.output).FindStringSubmatch(output(t, s.command))
		if said == nil || printed == nil {
			t.Errorf("%s says %q; %s prints %q: one of the patterns %s and %s finds nothing", s.page, said, s.command, printed, s.text, s.output)
			continue
		}
		for i := range said[1:] {
			if said := string(said[i+1]); !same(tokens(said), tokens(printed[i+1])) {
				t.Errorf("%s says %s for %s, %s prints %s", s.page, said, s.text, s.command, printed[i+1])
			}
		}
	}
}

// check reports the first line that the output does not have.
func (c claim) check(t *testing.T, output string) {
	t.Helper()
	rest := strings.Split(output, "\n")
	for _, want := range c.lines {
		at := slices.IndexFunc(rest, func(line string) bool { return same(tokens(want), tokens(line)) })
		if at < 0 {
			t.Errorf("%s: %s does not print %q; the nearest line is %q", c.where, c.command, want, nearest(want, rest))
			return
		}
		rest = rest[at+1:]
	}
}

// nearest returns the line that has the most words of want.
func nearest(want string, lines []string) (best string) {
	words := tokens(want)
	common := func(line string) (n int) {
		for _, w := range tokens(line) {
			if slices.Contains(words, w) {
				n++
			}
		}
		return n
	}
	for _, line := range lines {
		if common(line) > common(best) {
			best = line
		}
	}
	return best
}

var (
	duration = regexp.MustCompile(`\b(time|per_s)=\S+`)
	word     = regexp.MustCompile(`[-+]?(\d{1,3}(,\d{3})+(\.\d+)?|\d*\.?\d+)(e[-+]\d+)?%?|[\p{L}_]+|[^\s|,]`)
	number   = regexp.MustCompile(`^[-+]?\d*(\.\d+)?(e[-+]\d+)?%?$`)
)

func tokens(line string) []string { return word.FindAllString(duration.ReplaceAllString(line, ""), -1) }

// same reports whether the words of a page are those of an output.
func same(page, output []string) bool {
	if len(page) != len(output) {
		return false
	}
	for i, p := range page {
		if p != output[i] && !near(p, output[i]) {
			return false
		}
	}
	return true
}

// near reports whether two words are numbers that differ by at most one of the first's last
// digit. Whole numbers are counts and differ by nothing, but for percentages.
func near(page, output string) bool {
	page, output = strings.ReplaceAll(page, ",", ""), strings.ReplaceAll(output, ",", "")
	if !number.MatchString(page) || !number.MatchString(output) {
		return false
	}
	mantissa, exponent, _ := strings.Cut(strings.TrimSuffix(page, "%"), "e")
	_, decimals, fraction := strings.Cut(mantissa, ".")
	power, _ := strconv.Atoi(exponent)
	last := math.Pow10(power - len(decimals))
	if !fraction && !strings.HasSuffix(page, "%") {
		last = 0
	}
	p, err := strconv.ParseFloat(strings.TrimSuffix(page, "%"), 64)
	if err != nil {
		return false
	}
	o, err := strconv.ParseFloat(strings.TrimSuffix(output, "%"), 64)
	return err == nil && math.Abs(p-o) <= last*1.000001
}

// README says how many results of Keras are compared: the golden tool runs each of them.
func TestTheReadmeCountsTheResultsOfKeras(t *testing.T) {
	dir := collections.Golden(t, "")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`\(([\d,]+) cases`).FindSubmatch(text)
	if m == nil || strings.ReplaceAll(string(m[1]), ",", "") != strconv.Itoa(len(files)) {
		t.Errorf("README counts %q cases; %s has %d", m, dir, len(files))
	}
}

func TestNumbersAgreeToTheDigitsGiven(t *testing.T) {
	for _, row := range []struct {
		page, output string
		same         bool
	}{
		{"| base | 85,002 | .04 | .45 @ 11 |", "base 85002 0.0435  0.4504@11", true},
		{"loss 0.66", "loss 0.6512", true},
		{"loss 0.66", "loss 0.6483", false},
		{"epoch 11: -93%", "epoch 11: -94%", true},
		{"epoch 11: -93%", "epoch 11: -95%", false},
		{"epoch 11", "epoch 12", false},
		{"2.4e-04", "2.31e-04", true},
		{"2.4e-04", "2.31e-05", false},
		{"loss 0.6", "loss 0.6 more", false},
		{"time=7.4ms loss=0.58", "time=12ms loss=0.5801", true},
	} {
		if same(tokens(row.page), tokens(row.output)) != row.same {
			t.Errorf("%q and %q: want %v", row.page, row.output, row.same)
		}
	}
}

// run returns what a command prints to its standard output, then to its standard error.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var out, errors bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errors
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, &out, &errors)
	}
	return out.String() + errors.String()
}

// run returns what a block prints, in a folder of its own.
func (b block) run(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "program.exe")
	build := []string{"go", "build", "-ldflags=-s -w", "-o", program}
	for i, text := range b.program(t) {
		name := filepath.Join(dir, fmt.Sprintf("file%d.go", i))
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		build = append(build, name)
	}
	run(t, ".", build...)
	return run(t, dir, program)
}

// isProgram reports whether the block is a whole program.
func (b block) isProgram() bool { return strings.HasPrefix(b.text, "package main\n") }

// program returns the files of a program that runs the block.
func (b block) program(t *testing.T) (files [][]byte) {
	t.Helper()
	if b.isProgram() {
		return [][]byte{[]byte(b.text)}
	}
	set := token.NewFileSet()
	parsed, err := b.parse(set, packageNames(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range parsed {
		f.Name.Name = "main"
		var text bytes.Buffer
		if err := format.Node(&text, set, f); err != nil {
			t.Fatal(err)
		}
		files = append(files, text.Bytes())
	}
	return append(files, []byte("package main\nfunc main() { if err := body(); err != nil { panic(err) } }\n"))
}

// comment finds the comments that tell what a line prints: the text up to a colon.
var comment = regexp.MustCompile(`(?m)^\s*fmt\.Print\w*\(.*\) // ([^:\n]+)`)

// Whole programs run, and so do blocks of statements that say what they print.
func TestBlocksRun(t *testing.T) {
	n := 0
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			comments := comment.FindAllStringSubmatch(b.text, -1)
			if !b.isProgram() && comments == nil {
				continue
			}
			n++
			t.Run(b.where, func(t *testing.T) {
				t.Parallel()
				c := claim{where: b.where, command: "the program"}
				for _, m := range comments {
					c.lines = append(c.lines, m[1])
				}
				c.check(t, b.run(t))
			})
		}
	}
	if n < 8 {
		t.Errorf("%d blocks can run", n)
	}
}
