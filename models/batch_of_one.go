package models

import (
	"cmp"
	"fmt"
)

// batchOfOne says which layer that takes statistics of a batch, such as BatchNormalization,
// would meet a batch in which each feature has one value: its variance is 0, so the layer's
// output is the same whatever comes in, and nothing before it learns. "" if there is none, or
// the sizes of the batches aren't known.
func (c *compiled) batchOfOne(s *source) string {
	if s.batched == nil {
		return ""
	}
	full := min(cmp.Or(s.batched.Size, 32), s.samples())
	for _, call := range c.m.calls() {
		out := c.m.results[call]
		if call.Layer == nil || len(out) == 0 || access.Frozen(call.Layer) || !access.NeedsBatch(call.Layer, out[0].Shape) {
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
