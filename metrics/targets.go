package metrics

import (
	"fmt"
	"math"
	"reflect"

	"github.com/rhyton/rhyton/tensor"
)

// CheckTargets returns an error for the first target that is invalid for m: a class index out of
// range. It checks only the values; shapes are checked when the metric is traced.
func CheckTargets(m Metric, y *tensor.Tensor) error {
	var err error
	switch m := pointee(m).(type) {
	case IoU:
		err = m.checkTargets(y)
	case MeanIoU:
		err = m.iou().checkTargets(y)
	case BinaryIoU:
		err = m.iou().checkTargets(y)
	}
	if err != nil {
		return fmt.Errorf("metric %s %w", NameOf(m), err)
	}
	return nil
}

// pointee dereferences m if it is a pointer: most metrics are values.
func pointee(m Metric) Metric {
	if v := reflect.ValueOf(m); v.Kind() == reflect.Pointer && !v.IsNil() {
		if value, ok := v.Elem().Interface().(Metric); ok {
			return value
		}
	}
	return m
}

// checkTargets returns an error for a target that is not one of the classes.
func (m IoU) checkTargets(y *tensor.Tensor) error {
	if m.DenseYTrue {
		return nil
	}
	values, err := tensor.As[float64](y)
	if err != nil {
		return nil // tracing reports more
	}
	for i, v := range values {
		if m.IgnoreClass != nil && v == float64(*m.IgnoreClass) {
			continue
		}
		if !(v >= 0 && v < float64(m.NumClasses)) || v != math.Trunc(v) {
			return fmt.Errorf("has the classes 0 to %d, and target %d is %v: set NumClasses, or IgnoreClass for a class that does not count",
				m.NumClasses-1, i, v)
		}
	}
	return nil
}
