package datasets

import (
	"bytes"
	"fmt"
	"io/fs"
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// AudioFolder is a data set of .wav files, one folder per class, read on demand, like
// keras.utils.audio_dataset_from_directory. x is Float32 of shape (samples, channels) with values
// from -1 to 1; y is the Int32 index of the folder in sorted order. All files must have the same
// rate and number of channels; nothing is resampled.
type AudioFolder struct {
	FS             fs.FS  // os.DirFS(dir), for example
	SequenceLength int    // samples per recording, truncated or padded with zeros; 0: length of the longest file
	SamplingRate   int    // required samples per second; 0: that of the first file
	Limits         Limits // limits for each file
}

// Recordings is the data set of the files of an [AudioFolder].
type Recordings struct {
	classFolder
	of       AudioFolder
	Rate     int // samples per second
	Channels int
	longest  int // number of samples of the longest file
}

// Open lists the .wav files in the class folders and their subfolders. It reads each once to
// check that their formats match.
func (d AudioFolder) Open() (*Recordings, error) {
	a := &Recordings{of: d, Rate: d.SamplingRate}
	err := a.list(d.FS, ".wav")
	if err == nil && d.SequenceLength < 0 {
		err = fmt.Errorf("SequenceLength is %d; want 0 or more", d.SequenceLength)
	}
	for i := 0; err == nil && i < a.Len(); i++ {
		err = a.admit(a.Files[i])
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: audio folder: %w", err)
	}
	return a, nil
}

// admit adopts the format of the first file and compares those of the others.
func (a *Recordings) admit(name string) error {
	r, err := a.read(name)
	if err != nil {
		return err
	}
	n, channels := r.Samples.Shape()[0], r.Samples.Shape()[1]
	if a.Rate == 0 {
		a.Rate = r.Rate
	}
	if a.Channels == 0 {
		a.Channels = channels
	}
	if r.Rate != a.Rate || channels != a.Channels {
		return fmt.Errorf("%s has %d samples a second in %d channels; want %d in %d, as the others: convert the file", name, r.Rate, channels, a.Rate, a.Channels)
	}
	a.longest = max(a.longest, n)
	return nil
}

func (a *Recordings) read(name string) (Audio, error) {
	b, err := whole(a.of.FS, name, a.of.Limits.maxBytes())
	if err != nil {
		return Audio{}, fmt.Errorf("%s: %w", name, err)
	}
	r, err := a.of.Limits.wav(bytes.NewReader(b))
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// Types returns the type of a recording and of its label.
func (a *Recordings) Types() Types {
	return Types{X: []Type{{tensor.Float32, tensor.Shape{a.length(), a.Channels}}}, Y: []Type{{tensor.Int32, tensor.Shape{}}}}
}

// Batches yields the recordings in order, 32 at a time; use [Batched] for other options.
func (a *Recordings) Batches() iter.Seq2[Batch, error] { return (&Batched{Data: a}).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (a *Recordings) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return (&Batched{Data: a}).BatchesFrom(n)
}

// Steps returns the number of batches in a pass.
func (a *Recordings) Steps() int { return (&Batched{Data: a}).Steps() }

// Slice reads recordings lo to hi-1.
func (a *Recordings) Slice(dst *Batch, lo, hi int) error {
	rows, err := a.rows(lo, hi)
	if err != nil {
		return err
	}
	return a.Gather(dst, rows)
}

// Gather reads the given recordings.
func (a *Recordings) Gather(dst *Batch, rows []int) error {
	n, size := a.length(), a.length()*a.Channels
	if _, err := a.of.Limits.elements(tensor.Shape{len(rows), n, a.Channels}, 4); err != nil {
		return fmt.Errorf("datasets: audio: %w", err)
	}
	x, y := make([]float32, len(rows)*size), make([]int32, len(rows))
	for i, r := range rows {
		if r < 0 || r >= a.Len() {
			return fmt.Errorf("datasets: recording %d of %d", r, a.Len())
		}
		one, err := a.read(a.Files[r])
		if err != nil {
			return fmt.Errorf("datasets: audio: %w", err)
		}
		samples, err := tensor.As[float32](one.Samples)
		if err != nil || one.Samples.Shape()[1] != a.Channels {
			return fmt.Errorf("datasets: audio %s: it has changed since it was opened (%v)", a.Files[r], err)
		}
		copy(x[i*size:(i+1)*size], samples)
		y[i] = a.Labels[r]
	}
	*dst = Batch{N: len(rows), X: []*tensor.Tensor{tensor.Of(x, len(rows), n, a.Channels)}, Y: []*tensor.Tensor{tensor.Of(y)}}
	return nil
}

// length returns the number of samples in a recording.
func (a *Recordings) length() int { return or(a.of.SequenceLength, a.longest) }
