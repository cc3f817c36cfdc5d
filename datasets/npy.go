package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rhyton/rhyton/tensor"
)

// LoadNPY reads an array written by NumPy's save. Arrays of Python objects are pickles, which can
// hold code, and are rejected.
func LoadNPY(path string) (*tensor.Tensor, error) {
	return load("npy", path, func(f *os.File) (*tensor.Tensor, error) { return Limits{}.npy(f) })
}

// NPY reads an array like [LoadNPY].
func (l Limits) NPY(r io.Reader) (*tensor.Tensor, error) {
	t, err := l.npy(r)
	return whose("npy", t, err)
}

func (l Limits) npy(r io.Reader) (*tensor.Tensor, error) {
	descr, fortran, shape, err := npyHeader(r)
	if err != nil {
		return nil, err
	}
	stored := shape
	if fortran {
		stored = shape.Clone()
		for i := range shape {
			stored[i] = shape[len(shape)-1-i]
		}
	}
	if fortran { // reordering the axes takes 8 bytes per element
		if _, err := l.elements(shape, 8); err != nil {
			return nil, err
		}
	}
	var t *tensor.Tensor
	switch kind := (descr + "  ")[1]; kind {
	case 'O':
		return nil, fmt.Errorf("an array of Python objects is a pickle, which is not read; save it from NumPy with a number type")
	case 'U', 'S':
		t, err = l.texts(r, descr, stored)
	default:
		t, err = l.array(r, descr, stored)
	}
	if err != nil {
		return nil, err
	}
	if err := ended(r); err != nil {
		return nil, err
	}
	if fortran && t.Rank() > 1 {
		t = transposed(t)
	}
	return t, nil
}

// npyEntry matches an entry of a header such as {'descr': '<f4', 'fortran_order': False, 'shape':
// (2, 3), }, with keys in any order. Structured types, whose descr is a list, don't match.
var npyEntry = regexp.MustCompile(`^\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^']*)'|(True|False)|\(([-0-9L,\s]*)\))\s*(?:,|$)`)

func npyHeader(r io.Reader) (descr string, fortran bool, shape tensor.Shape, err error) {
	fail := func(format string, args ...any) (string, bool, tensor.Shape, error) {
		return "", false, nil, fmt.Errorf("header: "+format, args...)
	}
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return fail("%w", noEOF(err))
	}
	if string(start[:6]) != "\x93NUMPY" {
		return fail("starts with %q, want \"\\x93NUMPY\"", start[:6])
	}
	width := map[byte]int{1: 2, 2: 4, 3: 4}[start[6]]
	if width == 0 {
		return fail("version %d, want 1 to 3", start[6])
	}
	length := make([]byte, 4)
	if _, err := io.ReadFull(r, length[:width]); err != nil {
		return fail("%w", noEOF(err))
	}
	const maxHeader = 1 << 16 // NumPy's headers are under 1 KiB
	n := binary.LittleEndian.Uint32(length)
	if n > maxHeader {
		return fail("%d bytes long, want at most %d", n, maxHeader)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(r, raw); err != nil {
		return fail("%w", noEOF(err))
	}
	descr, fortran, shape, err = npyFields(strings.TrimSpace(string(raw)))
	if err != nil {
		return fail("%w", err)
	}
	return descr, fortran, shape, nil
}

func npyFields(text string) (descr string, fortran bool, shape tensor.Shape, err error) {
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") {
		return "", false, nil, fmt.Errorf("%.40q is not a dictionary", text)
	}
	seen := map[string]bool{}
	for text = strings.TrimSpace(text[1 : len(text)-1]); text != ""; text = strings.TrimSpace(text) {
		m := npyEntry.FindStringSubmatch(text)
		if m == nil || seen[m[1]] {
			return "", false, nil, fmt.Errorf("can't read %.60q", text)
		}
		text = text[len(m[0]):]
		seen[m[1]] = true
		switch {
		case m[1] == "descr" && m[2] != "":
			descr = m[2]
		case m[1] == "fortran_order" && m[3] != "":
			fortran = m[3] == "True"
		case m[1] == "shape" && m[2]+m[3] == "":
			if shape, err = npyShape(m[4]); err != nil {
				return "", false, nil, err
			}
		default:
			return "", false, nil, fmt.Errorf("can't read %.60q", m[0])
		}
	}
	if len(seen) != 3 {
		return "", false, nil, errors.New("want descr, fortran_order and shape")
	}
	return descr, fortran, shape, nil
}

func npyShape(text string) (tensor.Shape, error) {
	shape := tensor.Shape{}
	text = strings.TrimSuffix(strings.TrimSpace(text), ",")
	if text == "" {
		return shape, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(part), "L"))
		if err != nil || len(shape) == 32 {
			return nil, fmt.Errorf("shape (%.40s)", text)
		}
		shape = append(shape, n)
	}
	return shape, shape.Check()
}

// texts reads fixed-width text padded with zeros: S is bytes, U is UTF-32.
func (l Limits) texts(r io.Reader, descr string, shape tensor.Shape) (*tensor.Tensor, error) {
	width, err := strconv.Atoi(descr[2:])
	if err != nil || width < 0 || width > 1<<20 {
		return nil, fmt.Errorf("element type %q", descr)
	}
	size := width
	if descr[1] == 'U' {
		size *= 4
	}
	n, err := l.elements(shape, size+tensor.String.Size())
	if err != nil {
		return nil, err
	}
	var order binary.ByteOrder = binary.LittleEndian
	if descr[0] == '>' {
		order = binary.BigEndian
	}
	raw := make([]byte, size)
	out := make([]string, 0, min(n, 1<<16))
	for range n {
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, fmt.Errorf("data end after %d of %d texts: %w", len(out), n, noEOF(err))
		}
		s := raw
		if descr[1] == 'U' {
			s = nil
			for i := 0; i < size; i += 4 {
				s = utf8.AppendRune(s, rune(order.Uint32(raw[i:])))
			}
		}
		out = append(out, strings.TrimRight(string(s), "\x00"))
	}
	return tensor.Of(out, shape...), nil
}

// transposed returns t with its axes in reverse order.
func transposed(t *tensor.Tensor) *tensor.Tensor {
	s := t.Shape()
	shape := make(tensor.Shape, len(s))
	strides := make([]int, len(s)) // strides in t of the axes of the result
	for i, step := len(s)-1, 1; i >= 0; i-- {
		shape[len(s)-1-i], strides[len(s)-1-i] = s[i], step
		step *= s[i]
	}
	order := make([]int, t.Len())
	index := make([]int, len(s))
	at := 0
	for k := range order {
		order[k] = at
		for a := len(index) - 1; a >= 0; a-- {
			index[a]++
			if at += strides[a]; index[a] < shape[a] {
				break
			}
			at -= index[a] * strides[a]
			index[a] = 0
		}
	}
	return tensor.Gather(nil, t.Reshape(t.Len()), order).Reshape(shape...)
}

// WriteNPY writes t like NumPy's save. Strings and BFloat16, which NumPy lacks, are errors.
func WriteNPY(w io.Writer, t *tensor.Tensor) error {
	descr, ok := map[tensor.DType]string{
		tensor.Bool: "|b1", tensor.Uint8: "|u1", tensor.Int32: "<i4", tensor.Int64: "<i8",
		tensor.Float16: "<f2", tensor.Float32: "<f4", tensor.Float64: "<f8",
	}[t.DType()]
	if t.Err() != nil {
		return fmt.Errorf("datasets: npy: %w", t.Err())
	}
	if !ok {
		return fmt.Errorf("datasets: npy: %v arrays can't be written", t.DType())
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, t.Shape())
	pad := 64 - (10+len(head)+1)%64 // data starts at a multiple of 64, as in NumPy
	head += strings.Repeat(" ", pad%64) + "\n"
	start := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head)))
	if _, err := w.Write(append(start, head...)); err != nil {
		return fmt.Errorf("datasets: npy: %w", err)
	}
	if err := binary.Write(w, binary.LittleEndian, t.Data()); err != nil {
		return fmt.Errorf("datasets: npy: %w", err)
	}
	return nil
}
