package datasets

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// Words reads texts as lists of word numbers, like Keras' imdb and reuters data sets, with the
// arguments of load_data.
//
// The files that Keras downloads contain pickled Python lists, which can hold code and are not
// read. Convert them once in Python, to flat x_train and x_test with the lengths of their texts:
//
//	import numpy as np
//	d = np.load("imdb.npz", allow_pickle=True)
//	np.savez_compressed("imdb_flat.npz", y_train=d["y_train"], y_test=d["y_test"],
//	    x_train=np.concatenate(d["x_train"]), x_train_lengths=[len(x) for x in d["x_train"]],
//	    x_test=np.concatenate(d["x_test"]), x_test_lengths=[len(x) for x in d["x_test"]])
//
// Keras' reuters.npz has only x and y; split them before saving.
type Words struct {
	NumWords  int  // words with this number or above (ordered by decreasing frequency) are left out; 0: none
	SkipTop   int  // number of most frequent words that are also left out
	MaxLen    int  // texts of this length or longer are left out; 0: none
	StartChar *int // put before each text; 1 if nil, -1 for none
	OOVChar   *int // replaces words that are left out; 2 if nil, -1 to remove them
	IndexFrom *int // added to the word numbers; 3 if nil
}

// Texts are lists of word numbers and their labels. Use [PadSequences] to give them equal length.
type Texts struct {
	X [][]int32
	Y []int32
}

// Load reads a file.
func (w Words) Load(path string) (train, test *Texts, err error) {
	arrays, err := LoadNPZ(path)
	if err != nil {
		if strings.Contains(err.Error(), "pickle") {
			err = fmt.Errorf("%w; the documentation of datasets.Words has the lines that do so", err)
		}
		return nil, nil, err
	}
	if train, err = w.texts(arrays, "train"); err == nil {
		test, err = w.texts(arrays, "test")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: words %s: %w", filepath.Base(path), err)
	}
	return train, test, nil
}

func (w Words) texts(arrays map[string]*tensor.Tensor, part string) (*Texts, error) {
	var lists [3][]int32
	for i, key := range []string{"x_" + part, "x_" + part + "_lengths", "y_" + part} {
		if arrays[key] == nil {
			return nil, fmt.Errorf("no array %s", key)
		}
		list, err := tensor.As[int32](arrays[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		lists[i] = list
	}
	flat, lengths, labels := lists[0], lists[1], lists[2]
	if len(lengths) != len(labels) {
		return nil, fmt.Errorf("%d lengths of texts and %d labels", len(lengths), len(labels))
	}
	t := &Texts{}
	for i, n := range lengths {
		if n < 0 || int(n) > len(flat) {
			return nil, fmt.Errorf("text %d of %d words, %d are left", i, n, len(flat))
		}
		words, err := w.pick(flat[:n])
		if err != nil {
			return nil, fmt.Errorf("text %d: %w", i, err)
		}
		if flat = flat[n:]; w.MaxLen == 0 || len(words) < w.MaxLen {
			t.X, t.Y = append(t.X, words), append(t.Y, labels[i])
		}
	}
	if len(flat) > 0 {
		return nil, fmt.Errorf("%d words after the last text", len(flat))
	}
	for i := range t.X {
		t.X[i] = w.known(t.X[i])
	}
	return t, nil
}

func value(p *int, otherwise int) int32 {
	if p == nil {
		return int32(otherwise)
	}
	return int32(*p)
}

// pick returns a copy of a text with the start number added and the word numbers shifted.
func (w Words) pick(text []int32) ([]int32, error) {
	start, from := value(w.StartChar, 1), value(w.IndexFrom, 3)
	out := make([]int32, 0, len(text)+1)
	if start >= 0 {
		out = append(out, start)
	}
	for _, v := range text {
		if v < 0 || v > math.MaxInt32-max(from, 0) {
			return nil, fmt.Errorf("word number %d", v)
		}
		out = append(out, v+from)
	}
	return out, nil
}

// known replaces or removes the words that are left out.
func (w Words) known(text []int32) []int32 {
	oov := value(w.OOVChar, 2)
	out := text[:0]
	for _, v := range text {
		if int(v) >= w.SkipTop && (w.NumWords == 0 || int(v) < w.NumWords) {
			out = append(out, v)
		} else if oov >= 0 {
			out = append(out, oov)
		}
	}
	return out
}
