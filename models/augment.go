package models

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// Augment returns a dataset that applies layers to the first input of each batch of data, like
// ds.map(layer) in Keras. It is meant for random layers, such as image augmentation, that run
// before a model rather than inside it. MixUp and CutMix also mix the target, which must be
// one-hot labels (batch, classes):
//
//	train := models.Augment(&datasets.Batched{Data: images, Size: 64}, 7,
//		&layers.RandomFlip{}, &layers.MixUp{Alpha: 0.2})
//
// The random draws depend only on the seed, the pass and the batch number. The layers run on the
// cpu device. Set the order and batch size on data: batches are used as they come.
func Augment(data datasets.Dataset, seed uint64, ls ...layers.Module) datasets.Dataset {
	p := &layers.Pipeline{Layers: ls}
	a := &augmented{data: data, labels: access.MixesLabels(p)}
	a.step = Step{Training: true, Seed: seed, Build: func(t *Trace, in []*graph.Node) []*graph.Node {
		return t.CallAll(p, in...)
	}}
	return a
}

type augmented struct {
	data   datasets.Dataset
	labels bool // the layers also change the labels

	mu    sync.Mutex
	epoch int
	step  Step
}

// Seek sets the epoch of the next pass.
func (a *augmented) Seek(epoch int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	datasets.Seek(a.data, epoch)
	a.epoch = epoch
}

// Batches starts a pass.
func (a *augmented) Batches() iter.Seq2[datasets.Batch, error] { return a.BatchesFrom(0) }

// Steps returns the number of batches in a pass.
func (a *augmented) Steps() int { return datasets.Steps(a.data) }

// BatchesFrom starts a pass, skipping the first n batches.
func (a *augmented) BatchesFrom(n int) iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		a.mu.Lock()
		epoch := a.epoch
		a.epoch++
		a.mu.Unlock()
		i := n
		for b, err := range datasets.BatchesFrom(a.data, n) {
			if err == nil {
				if b, err = a.batch(b, uint64(epoch)<<32+uint64(i)); err != nil {
					err = fmt.Errorf("models: augment: batch %d: %w", i, err)
				}
			}
			if !yield(b, err) || err != nil {
				return
			}
			i++
		}
	}
}

// batch returns b with the layers applied; number selects its random draws.
func (a *augmented) batch(b datasets.Batch, number uint64) (datasets.Batch, error) {
	if len(b.X) == 0 {
		return b, fmt.Errorf("there are no inputs")
	}
	if a.labels && len(b.Y) > 1 {
		return b, fmt.Errorf("%d targets; MixUp and CutMix mix one, the labels", len(b.Y))
	}
	in := b.X[:1:1]
	if a.labels {
		in = append(in, b.Y...)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.step.run = number
	out, err := a.step.Run(context.Background(), in...)
	if err != nil {
		return b, err
	}
	b.X = append([]*tensor.Tensor{out[0]}, b.X[1:]...)
	if len(out) > 1 {
		b.Y = out[1:]
	}
	return b, nil
}
