package losses

import "reflect"

// FromLogits reports whether l is a loss of probabilities or scores, such as a cross-entropy,
// and if so, whether it takes scores.
func FromLogits(l Loss) (logits, either bool) {
	v := reflect.Indirect(reflect.ValueOf(l))
	if v.Kind() != reflect.Struct {
		return false, false
	}
	f := v.FieldByName("FromLogits")
	if !f.IsValid() || f.Kind() != reflect.Bool {
		return false, false
	}
	return f.Bool(), true
}
