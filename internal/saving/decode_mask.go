package saving

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/layers"
)

// Keras writes the masks of a Functional model explicitly: the operations that compute them from
// the inputs of an Embedding or a Masking are among the layers, and a layer that uses the mask
// receives it as the call argument mask. Here masks propagate with the values, and the results of
// these operations are not used. A mask of any other origin is an error, because ignoring it would
// change the results.

// maskOperations are the operations of keras.ops with which layers compute masks.
var maskOperations = map[string]bool{"NotEqual": true, "LogicalOr": true, "Any": true, "ExpandDims": true, "Squeeze": true,
	"Concatenate": true, "ZerosLike": true, "OnesLike": true}

// checkMasks reports the first mask argument that does not come from an Embedding or a Masking.
func (w *wiring) checkMasks() error {
	known := map[string]bool{} // by history: whether the mask propagates automatically
	for name, l := range w.layers {
		if access.MakesMask(l) {
			for _, n := range w.nodes[name] {
				for _, h := range historiesIn(n.Args...) {
					known["source "+h] = true
				}
			}
		}
	}
	for name := range w.layers {
		for _, n := range w.nodes[name] {
			for _, h := range historiesIn(n.Kwargs["mask"]) {
				if !w.automatic(h, known) {
					return fmt.Errorf("layer %q: its call has a mask that comes from %s and from no Embedding or Masking; this cannot be read", name, h)
				}
			}
		}
	}
	return nil
}

// automatic reports whether the mask h is computed from one of the sources, and records the result
// in known.
func (w *wiring) automatic(h string, known map[string]bool) bool {
	answer, asked := known[h]
	if !asked {
		known[h] = false // in case it depends on itself
		answer = w.fromSources(h, known)
		known[h] = answer
	}
	return answer
}

func (w *wiring) fromSources(h string, known map[string]bool) bool {
	var at []json.RawMessage
	var name string
	if json.Unmarshal([]byte(h), &at) != nil || len(at) == 0 || json.Unmarshal(at[0], &name) != nil {
		return false
	}
	o, operation := w.layers[name].(*layers.Operation)
	if !operation || !maskOperations[o.Class] {
		return false
	}
	class := o.Class
	if strings.HasSuffix(class, "Like") { // ZerosLike or OnesLike of values: masks out none or all
		return true
	}
	for _, n := range w.nodes[name] {
		for _, from := range historiesIn(n.Args...) {
			if class == "NotEqual" && !known["source "+from] || class != "NotEqual" && !w.automatic(from, known) {
				return false
			}
		}
	}
	return true
}

// historiesIn lists the keras_history of each value in raw, in normalized form.
func historiesIn(raw ...json.RawMessage) (all []string) {
	for _, r := range raw {
		var t struct {
			Config struct {
				History json.RawMessage `json:"keras_history"`
			}
		}
		var list []json.RawMessage
		var text bytes.Buffer
		if json.Unmarshal(r, &list) == nil {
			all = append(all, historiesIn(list...)...)
		} else if json.Unmarshal(r, &t) == nil && json.Compact(&text, t.Config.History) == nil {
			all = append(all, text.String())
		}
	}
	return all
}
