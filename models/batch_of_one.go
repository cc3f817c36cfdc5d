package models

import (
	"cmp"
	"fmt"

	"github.com/rhyton/rhyton/layers"
)

// batchOfOne says which BatchNormalization would meet a batch in which each feature has one
// value: its variance is 0, so the layer's output is beta whatever comes in, and nothing
// before it learns. "" if there is none, or the sizes of the batches aren't known.
func (c *compiled) batchOfOne(s *source) string {
	if s.batched == nil {
		return ""
	}
	full := min(cmp.Or(s.batched.Size, 32), s.samples())
	for _, call := range c.m.calls() {
		b, ok := call.Layer.(*layers.BatchNormalization)
		if !ok || b.Frozen || !c.oneValue(call, b) {
			continue
		}
		switch {
		case full == 1:
			return fmt.Sprintf("layer %s: a batch of one sample has no variance, and the layer makes every sample the same; fix: a larger BatchSize", call.Describe())
		case s.samples()%full == 1:
			return fmt.Sprintf("layer %s: the last batch is one sample, which has no variance; fix: a BatchSize other than %d", call.Describe(), full)
		}
	}
	return ""
}

// oneValue reports whether one sample gives b one value of each feature.
func (c *compiled) oneValue(call *layers.Call, b *layers.BatchNormalization) bool {
	out, vars := c.m.results[call], layers.VariablesOf(b)
	if len(out) == 0 || len(vars) == 0 {
		return false
	}
	features := vars[0].Type.Shape.Size()
	return out[0].Shape.Size() == out[0].Shape[0]*features
}
