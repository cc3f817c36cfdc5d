// Package config implements defaults and Keras JSON for the structs that describe layers,
// losses, optimizers and so on. Both are declared by field tags:
//
//	Units    int          `keras:"units,required" range:"[1,inf)"`
//	Momentum *float64     `keras:"momentum" default:"0.99" range:"[0,1]"` // nil: the default; 0 is legal
//	NoBias   bool         `keras:"!use_bias"`                             // stored inverted
//	Padding  string       `keras:"padding" default:"valid" enum:"valid same"`
//	ClipNorm float64      `keras:"clipnorm" default:"null"`               // zero is written as null
//	Window   string       `keras:"window" default:"hann" null:"none"`     // null is read as "none", and written unless it is in enum
//	Rate     *float64     `keras:"rms_rate" default:"0.2" null:"0.0"`     // 0 is written as null
//	Noise    []int        `keras:"noise_shape" null:"-1"`                 // null among the elements is read as -1, and written for it
//	Kept     []int        `keras:"axis" default:"[-1]" null:"[]"`         // null is read as the empty list
//	Axis     []int        `keras:"axis" default:"0"`                      // a list of one is written as its element
//	Kernel   Initializer  `keras:"kernel_initializer" default:"glorot_uniform"`
//	Options               `default:"name=adam"`                           // embedded: its fields, another default
//	State                 `omit:"trainable"`                              // embedded: but for fields, which are read and not written
//	Sorted bool           `keras:"from_sorted_ids" omit:"zero"`           // written only if set
//
// A field without a keras tag is not configuration. Two fields may share a name if one has an
// interface type: that field takes JSON objects, the other one takes all other values.
package config

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A field is a configuration field, described by its tags.
type field struct {
	index    []int
	typ      reflect.Type
	goName   string
	name     string // in Keras
	inverted bool
	required bool
	def      string // as in the tag
	hasDef   bool
	null     string // the value that null stands for
	omitted  bool   // read, but not written
	omitZero bool   // not written while zero
	enum     []string
	limits   *interval
}

// nullElements reports whether null stands for an element of a list, not for the whole list.
func (f *field) nullElements() bool {
	return f.null != "" && f.null[0] != '[' && f.typ.Kind() == reflect.Slice
}

// nullable reports whether the zero value stands for null.
func (f *field) nullable() bool { return f.hasDef && f.def == "null" }

var structs sync.Map // reflect.Type → []*field

// fieldsOf returns the configuration fields of struct type t, including those of embedded structs.
func fieldsOf(t reflect.Type) []*field {
	if known, ok := structs.Load(t); ok {
		return known.([]*field)
	}
	var all []*field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			all = append(all, embedded(sf, i)...)
		} else if tag, ok := sf.Tag.Lookup("keras"); ok && sf.IsExported() {
			all = append(all, newField(sf, tag))
		}
	}
	structs.Store(t, all)
	return all
}

func newField(sf reflect.StructField, tag string) *field {
	f := &field{index: sf.Index, typ: sf.Type, goName: sf.Name}
	f.name, f.required = strings.CutSuffix(tag, ",required")
	f.name, f.inverted = strings.CutPrefix(f.name, "!")
	f.def, f.hasDef = sf.Tag.Lookup("default")
	f.null = sf.Tag.Get("null")
	f.enum = strings.Fields(sf.Tag.Get("enum"))
	f.omitZero = sf.Tag.Get("omit") == "zero"
	f.limits = parseInterval(sf.Tag.Get("range"))
	return f
}

// embedded returns the fields of the embedded struct sf, whose default tag overrides theirs.
func embedded(sf reflect.StructField, at int) []*field {
	over := map[string]string{}
	for _, kv := range strings.Split(sf.Tag.Get("default"), ",") {
		if k, v, ok := strings.Cut(kv, "="); ok {
			over[k] = v
		}
	}
	var all []*field
	for _, inner := range fieldsOf(sf.Type) {
		f := *inner
		f.index = append([]int{at}, inner.index...)
		if v, ok := over[f.name]; ok {
			f.def, f.hasDef = v, true
		}
		f.omitted = f.omitted || slices.Contains(strings.Fields(sf.Tag.Get("omit")), f.name)
		all = append(all, &f)
	}
	return all
}

// structOf returns the struct that p is or points to; ok is false if p is neither.
func structOf(p any) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(p)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return v, v.Kind() == reflect.Struct
}
