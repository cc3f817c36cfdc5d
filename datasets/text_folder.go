package datasets

import (
	"fmt"
	"io/fs"
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// TextFolder is a data set of .txt files, one folder per class, read on demand, like
// keras.utils.text_dataset_from_directory. x is the text, a String; y is the Int32 index of the
// folder in sorted order.
type TextFolder struct {
	FS        fs.FS  // os.DirFS(dir), for example
	MaxLength int    // bytes kept of each text; 0: all
	Limits    Limits // limits for each file
}

// TextFiles is the data set of the files of a [TextFolder].
type TextFiles struct {
	classFolder
	of TextFolder
}

// Open lists the .txt files in the class folders and their subfolders. It reads none of them.
func (d TextFolder) Open() (*TextFiles, error) {
	t := &TextFiles{of: d}
	err := t.list(d.FS, ".txt")
	if err == nil && d.MaxLength < 0 {
		err = fmt.Errorf("MaxLength is %d; want 0 or more", d.MaxLength)
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: text folder: %w", err)
	}
	return t, nil
}

// Types returns the type of a text and of its label.
func (t *TextFiles) Types() Types {
	return Types{X: []Type{{tensor.String, tensor.Shape{}}}, Y: []Type{{tensor.Int32, tensor.Shape{}}}}
}

// Batches yields the texts in order, 32 at a time; use [Batched] for other options.
func (t *TextFiles) Batches() iter.Seq2[Batch, error] { return (&Batched{Data: t}).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (t *TextFiles) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return (&Batched{Data: t}).BatchesFrom(n)
}

// Steps returns the number of batches in a pass.
func (t *TextFiles) Steps() int { return (&Batched{Data: t}).Steps() }

// Slice reads texts lo to hi-1.
func (t *TextFiles) Slice(dst *Batch, lo, hi int) error {
	rows, err := t.rows(lo, hi)
	if err != nil {
		return err
	}
	return t.Gather(dst, rows)
}

// Gather reads the given texts.
func (t *TextFiles) Gather(dst *Batch, rows []int) error {
	texts, labels := make([]string, len(rows)), make([]int32, len(rows))
	for i, r := range rows {
		if r < 0 || r >= t.Len() {
			return fmt.Errorf("datasets: text %d of %d", r, t.Len())
		}
		b, err := whole(t.of.FS, t.Files[r], t.of.Limits.maxBytes())
		if err != nil {
			return fmt.Errorf("datasets: text %s: %w", t.Files[r], err)
		}
		if n := t.of.MaxLength; n > 0 && n < len(b) {
			b = b[:n]
		}
		texts[i], labels[i] = string(b), t.Labels[r]
	}
	*dst = Batch{N: len(rows), X: []*tensor.Tensor{tensor.Of(texts)}, Y: []*tensor.Tensor{tensor.Of(labels)}}
	return nil
}
