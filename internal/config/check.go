package config

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Check returns an error for the first field of the struct p, with defaults filled in, that is
// outside its range, not in its enum, required but zero, or not finite; objects in fields are
// checked likewise. Structs with constraints between fields have their own Check method, which
// calls this function.
func Check(p any) error {
	v, ok := structOf(p)
	if !ok {
		return nil
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	Fill(c.Interface())
	for _, f := range fieldsOf(v.Type()) {
		fv := c.Elem().FieldByIndex(f.index)
		if fv.IsZero() && (f.nullable() || f.typ.Kind() == reflect.Pointer || taken(c.Elem(), f)) {
			continue
		}
		if f.required && fv.IsZero() {
			return fmt.Errorf("%s: %s is not set", className(v.Type()), f.goName)
		}
		if err := f.check(fv); err != nil {
			return fmt.Errorf("%s: %w", className(v.Type()), err)
		}
	}
	return nil
}

// Validate calls p's Check method if it has one, otherwise [Check].
func Validate(p any) error {
	if c, ok := p.(interface{ Check() error }); ok {
		return c.Check()
	}
	return Check(p)
}

func (f *field) check(v reflect.Value) error {
	if v.Kind() == reflect.Interface && !v.IsNil() {
		if err := Validate(v.Interface()); err != nil {
			return fmt.Errorf("%s: %w", f.goName, err)
		}
		return nil
	}
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Slice && (f.limits != nil || len(f.enum) > 0 || v.Type().Elem().Kind() == reflect.Interface) {
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.Interface && e.NumMethod() > 0 && e.IsNil() {
				return fmt.Errorf("item %d of %s is nil", i, f.goName)
			}
			if err := f.check(v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(f.enum) > 0 && v.Kind() == reflect.String && v.String() != f.null && !slices.Contains(f.enum, v.String()) {
		return fmt.Errorf("%s is %q; want %s%s", f.goName, v, quoted(f.enum), Suggest(v.String(), f.enum))
	}
	var x float64
	switch {
	case v.CanFloat():
		x = v.Float()
	case v.CanInt():
		x = float64(v.Int())
	default:
		return nil
	}
	switch {
	case f.limits != nil && !f.limits.has(x):
		return fmt.Errorf("%s is %v; want a number in %s", f.goName, v, f.limits)
	case math.IsNaN(x) || math.IsInf(x, 0) && f.limits == nil:
		return fmt.Errorf("%s is %v; want a finite number", f.goName, v)
	}
	return nil
}

func quoted(names []string) string {
	return `"` + strings.Join(names, `", "`) + `"`
}

// An interval is the value of a range tag, such as "[0,1)" or "(0,inf)".
type interval struct {
	lo, hi         float64
	openLo, openHi bool
	text           string
}

func parseInterval(tag string) *interval {
	if tag == "" {
		return nil
	}
	lo, hi, _ := strings.Cut(tag[1:len(tag)-1], ",")
	r := &interval{openLo: tag[0] == '(', openHi: tag[len(tag)-1] == ')', text: tag[:1] + lo + ", " + hi + tag[len(tag)-1:]}
	var err1, err2 error
	r.lo, err1 = strconv.ParseFloat(lo, 64)
	r.hi, err2 = strconv.ParseFloat(hi, 64)
	if err1 != nil || err2 != nil {
		panic("range tag " + strconv.Quote(tag))
	}
	return r
}

func (r *interval) has(x float64) bool {
	return (x > r.lo || x == r.lo && !r.openLo) && (x < r.hi || x == r.hi && !r.openHi)
}

func (r *interval) String() string { return r.text }
