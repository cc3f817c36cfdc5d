package models

import (
	"cmp"
	"fmt"
)

// batchOfOne names a layer that computes batch statistics, such as BatchNormalization, and that
// would get a batch with a single value per feature. The variance is then 0, so the layer's output
// does not depend on its input and the layers before it do not learn. It returns "" if there is no
// such layer or the batch sizes are unknown.
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
