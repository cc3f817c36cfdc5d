package layers

import (
	"encoding/json"
	"fmt"
)

// Extents are the extents of some axes; 0 means unknown.
type Extents []int

// MarshalJSON writes a list with null for 0.
func (e Extents) MarshalJSON() ([]byte, error) {
	list := make([]any, len(e))
	for i, n := range e {
		if n > 0 {
			list[i] = n
		}
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads a number, or a list of numbers and nulls.
func (e *Extents) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*e = nil
		return nil
	}
	var one int
	if json.Unmarshal(data, &one) == nil {
		*e = Extents{one}
		return nil
	}
	var list []*int
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("%.40s; want a list of integers", data)
	}
	*e = make(Extents, len(list))
	for i, n := range list {
		if n != nil {
			(*e)[i] = *n
		}
	}
	return nil
}
