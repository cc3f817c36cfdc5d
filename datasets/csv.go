package datasets

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rhyton/rhyton/tensor"
)

// A Table is data by columns, with column names.
type Table struct {
	X        *tensor.Tensor   // (rows, features)
	Y        *tensor.Tensor   // labels Int32 (rows,), targets (rows, targets), or nil
	Text     []*tensor.Tensor // each String (rows,)
	Features []string         // the columns of X
	Targets  []string         // names of the columns of Y, if it holds targets
	Classes  []string         // names of labels 0, 1, …, if they have names
}

// Arrays returns X and Y as a data set.
func (t *Table) Arrays() *Arrays { return Of(t.X, t.Y) }

// Missing selects how to treat a missing value: an empty field or NA, N/A, NaN or null.
type Missing uint8

// The treatments of a missing value.
const (
	MissingError Missing = iota // return an error
	MissingDrop                 // leave out the row
	MissingNaN                  // use NaN in features and targets; an error in other columns
)

// CSV reads comma-separated values with a header line (RFC 4180, UTF-8). Columns are selected by
// name. A value that is not a number in a numeric column is an error that gives its line and
// column.
type CSV struct {
	Features []string     // columns of X; nil: all columns not named in another field
	Targets  []string     // numeric columns of Y
	Label    string       // column of Y: class indices starting at 0
	Class    string       // column of Y: class names, numbered in sorted order
	Text     []string     // columns of strings, kept unchanged
	Ignore   []string     // columns left out if Features is nil
	Missing  Missing      // an error by default
	DType    tensor.DType // type of X, and of Y with Targets: Float32 or Float64; Float32 if 0
	Comma    rune         // ',' if 0
	MaxBytes int64        // maximum size of the file; 64 MiB if 0
}

// Load reads a file.
func (c CSV) Load(path string) (*Table, error) {
	return load("csv", path, func(f *os.File) (*Table, error) { return c.read(f) })
}

// Read reads r to its end.
func (c CSV) Read(r io.Reader) (*Table, error) {
	t, err := c.read(r)
	return whose("csv", t, err)
}

func (c CSV) read(r io.Reader) (*Table, error) {
	p, err := c.start(r)
	if err != nil {
		return nil, err
	}
	for {
		row, err := p.csv.Read()
		if err == io.EOF {
			return p.table()
		}
		if err == nil {
			err = p.row(row)
		}
		if err != nil {
			return nil, cleaned(err)
		}
	}
}

// cleaned rewords errors of encoding/csv.
func cleaned(err error) error {
	var p *csv.ParseError
	switch {
	case !errors.As(err, &p):
		return err
	case errors.Is(p.Err, csv.ErrFieldCount):
		return fmt.Errorf("line %d: the row has another number of fields than the header", p.Line)
	}
	return fmt.Errorf("line %d, column %d: %w", p.StartLine, p.Column, p.Err)
}

type column int

// The kinds of columns.
const (
	ignored column = iota
	feature
	target
	label
	class
	text
)

// A csvParser collects the columns.
type csvParser struct {
	CSV
	csv     *csv.Reader
	names   []string // names of all columns
	index   map[string]int
	kinds   []column
	slots   []int // index among the features, targets or texts
	x, y    []float64
	fx, fy  []float32
	labels  []int32
	classes []string // class name of each row
	texts   [][]string
	rows    int
	now     csvRow
}

func (c CSV) start(r io.Reader) (*csvParser, error) {
	if c.DType == tensor.Invalid {
		c.DType = tensor.Float32
	}
	if c.DType != tensor.Float32 && c.DType != tensor.Float64 {
		return nil, fmt.Errorf("columns as %v; want float32 or float64", c.DType)
	}
	limit := c.MaxBytes
	if limit == 0 {
		limit = 64 << 20
	}
	p := &csvParser{CSV: c, index: map[string]int{}, csv: csv.NewReader(&guard{r: r, left: limit, limit: limit, line: 1})}
	p.csv.ReuseRecord = true
	if c.Comma != 0 {
		p.csv.Comma = c.Comma
	}
	head, err := p.csv.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("line 1: no header")
	}
	if err != nil {
		return nil, cleaned(err)
	}
	for i, name := range head {
		if i == 0 {
			name = strings.TrimPrefix(name, "\ufeff")
		}
		if !utf8.ValidString(name) {
			return nil, fmt.Errorf("line 1, column %d: the name %s is not UTF-8", i+1, quoted(name))
		}
		if _, twice := p.index[name]; twice {
			return nil, fmt.Errorf("line 1, column %d: a second column %s", i+1, quoted(name))
		}
		name = strings.Clone(name) // the memory of the record is reused
		p.index[name] = i
		p.names = append(p.names, name)
	}
	return p, p.choose()
}

// choose determines the kind of each column.
func (p *csvParser) choose() error {
	p.kinds, p.slots = make([]column, len(p.names)), make([]int, len(p.names))
	taken := make([]bool, len(p.names))
	outputs := 0
	for _, pick := range []struct {
		kind  column
		names []string
	}{{target, p.Targets}, {label, named(p.Label)}, {class, named(p.Class)}, {text, p.Text}, {ignored, p.Ignore}} {
		if err := p.mark(taken, pick.kind, pick.names); err != nil {
			return err
		}
		if len(pick.names) > 0 && (pick.kind == target || pick.kind == label || pick.kind == class) {
			outputs++
		}
	}
	if outputs > 1 {
		return fmt.Errorf("want one of Targets, Label and Class")
	}
	if p.Features == nil {
		for i, name := range p.names {
			if !taken[i] {
				p.Features = append(p.Features, name)
			}
		}
	}
	p.texts = make([][]string, len(p.Text))
	p.now = csvRow{x: make([]float64, len(p.Features)), y: make([]float64, len(p.Targets)), texts: make([]string, len(p.Text))}
	return p.mark(taken, feature, p.Features)
}

// mark sets the kind of the columns with the given names.
func (p *csvParser) mark(taken []bool, kind column, names []string) error {
	for slot, name := range names {
		i, ok := p.index[name]
		if !ok {
			return fmt.Errorf("line 1: no column %q; there are %.20q", name, p.names[:min(len(p.names), 30)])
		}
		if taken[i] {
			return fmt.Errorf("column %q is picked twice", name)
		}
		p.kinds[i], p.slots[i], taken[i] = kind, slot, true
	}
	return nil
}

func named(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

var errDrop = errors.New("row with a missing value")

// A csvRow is one line, kept separate until all of it is known to be valid.
type csvRow struct {
	x, y  []float64
	label int32
	class string
	texts []string
}

func (p *csvParser) row(fields []string) error {
	for i, s := range fields {
		var err error
		switch k := p.slots[i]; p.kinds[i] {
		case feature:
			p.now.x[k], err = p.number(s)
		case target:
			p.now.y[k], err = p.number(s)
		case label:
			p.now.label, err = p.label(s)
		case class:
			p.now.class, err = p.word(s)
		case text:
			p.now.texts[k], err = p.word(s)
		}
		if err == errDrop {
			return nil
		}
		if err != nil {
			line, _ := p.csv.FieldPos(i)
			return fmt.Errorf("line %d, column %d (%q): %w", line, i+1, p.names[i], err)
		}
	}
	p.keep()
	return nil
}

func (p *csvParser) keep() {
	p.rows++
	if p.DType == tensor.Float64 {
		p.x, p.y = append(p.x, p.now.x...), append(p.y, p.now.y...)
	} else {
		p.fx, p.fy = narrowed(p.fx, p.now.x), narrowed(p.fy, p.now.y)
	}
	if p.Label != "" {
		p.labels = append(p.labels, p.now.label)
	}
	if p.Class != "" {
		p.classes = append(p.classes, p.now.class)
	}
	for k, w := range p.now.texts {
		p.texts[k] = append(p.texts[k], w)
	}
}

func narrowed(to []float32, row []float64) []float32 {
	for _, v := range row {
		to = append(to, float32(v))
	}
	return to
}

func missing(s string) bool {
	switch s {
	case "", "NA", "N/A", "NaN", "nan", "null", "NULL":
		return true
	}
	return false
}

// absent returns the error for a missing value where NaN is not allowed.
func (p *csvParser) absent(s string) error {
	if p.Missing == MissingDrop {
		return errDrop
	}
	return fmt.Errorf("missing value %q; fix: set Missing to MissingDrop or, for numbers, MissingNaN", s)
}

func (p *csvParser) number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if missing(s) {
		if p.Missing == MissingNaN {
			return math.NaN(), nil
		}
		return 0, p.absent(s)
	}
	const longest = 64 // maximum length of a number
	// ParseFloat also accepts hexadecimals, underscores, and words such as "infinity".
	if len(s) > longest || strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, fmt.Errorf("%s is not a number", quoted(s))
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(v) > math.MaxFloat32 && p.DType == tensor.Float32 {
		if err == nil || errors.Is(err, strconv.ErrRange) {
			return 0, fmt.Errorf("%s is too large for %v", quoted(s), p.DType)
		}
		return 0, fmt.Errorf("%s is not a number", quoted(s))
	}
	return v, nil
}

func (p *csvParser) label(s string) (int32, error) {
	s = strings.TrimSpace(s)
	if missing(s) {
		return 0, p.absent(s)
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 || v >= maxLabel {
		return 0, fmt.Errorf("%s is not a class index: want an integer in 0..%d; fix: number the classes from 0, or set Class for names", quoted(s), maxLabel-1)
	}
	return int32(v), nil
}

func (p *csvParser) word(s string) (string, error) {
	if missing(s) {
		return "", p.absent(s)
	}
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("%s is not UTF-8", quoted(s))
	}
	return strings.Clone(s), nil // the memory of the record is reused
}

func quoted(s string) string {
	const shown = 40
	if len(s) > shown {
		return fmt.Sprintf("%q… (%d bytes)", s[:shown], len(s))
	}
	return strconv.Quote(s)
}

func (p *csvParser) table() (*Table, error) {
	if p.rows == 0 {
		return nil, fmt.Errorf("line 2: no rows")
	}
	t := &Table{Features: p.Features, Targets: p.Targets}
	t.X = p.numbers(p.x, p.fx, len(p.Features))
	switch {
	case p.Label != "":
		t.Y = tensor.Of(p.labels)
	case p.Class != "":
		t.Classes = slices.Compact(slices.Sorted(slices.Values(p.classes)))
		y := make([]int32, p.rows)
		for i, name := range p.classes {
			k, _ := slices.BinarySearch(t.Classes, name)
			y[i] = int32(k)
		}
		t.Y = tensor.Of(y)
	case p.Targets != nil:
		t.Y = p.numbers(p.y, p.fy, len(p.Targets))
	}
	for _, w := range p.texts {
		t.Text = append(t.Text, tensor.Of(w))
	}
	return t, nil
}

func (p *csvParser) numbers(wide []float64, narrow []float32, columns int) *tensor.Tensor {
	if p.DType == tensor.Float64 {
		return tensor.Of(wide, p.rows, columns)
	}
	return tensor.Of(narrow, p.rows, columns)
}
