package config

import (
	"fmt"
	"reflect"
)

// Fill sets each zero field of *p that has a default to a fresh copy of that default. It is for
// structs that hold state; [Filled] leaves the original unchanged.
func Fill(p any) {
	v := reflect.ValueOf(p).Elem()
	for _, f := range fieldsOf(v.Type()) {
		fv := v.FieldByIndex(f.index)
		if !f.hasDef || f.nullable() || !fv.IsZero() || taken(v, f) {
			continue
		}
		if err := f.setDefault(fv); err != nil {
			panic(fmt.Sprintf("%T: default of %s: %v", p, f.goName, err))
		}
	}
}

// Filled returns a copy of p with the defaults in its zero fields.
func Filled[T any](p T) T {
	v := reflect.ValueOf(p)
	if _, ok := structOf(p); !ok {
		return p
	}
	if v.Kind() == reflect.Pointer {
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(v.Elem())
		Fill(c.Interface())
		return c.Interface().(T)
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	Fill(c.Interface())
	return c.Elem().Interface().(T)
}

// taken reports whether another field with f's name is set, so that f is not used.
func taken(v reflect.Value, f *field) bool {
	for _, o := range fieldsOf(v.Type()) {
		if o != f && o.name == f.name && !v.FieldByIndex(o.index).IsZero() {
			return true
		}
	}
	return false
}

// setDefault decodes the default tag: as JSON if the type is a number, list or object,
// otherwise as bare text.
func (f *field) setDefault(v reflect.Value) error {
	raw := []byte(f.def)
	t := f.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if text := t.Kind() == reflect.String || t.Kind() == reflect.Interface || textual(t); text && f.def[0] != '{' && f.def[0] != '"' {
		raw = []byte(`"` + f.def + `"`)
	}
	return decoder{}.value(v, raw)
}

// Copy copies the configuration fields of *from to *to, which has the same struct type. Other
// fields are left unchanged.
func Copy(to, from any) {
	dst, src := reflect.ValueOf(to).Elem(), reflect.ValueOf(from).Elem()
	for _, f := range fieldsOf(dst.Type()) {
		dst.FieldByIndex(f.index).Set(src.FieldByIndex(f.index))
	}
}
