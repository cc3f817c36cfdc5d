package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// A Spec is an object in the format of Keras' serialize_keras_object.
type Spec struct {
	Module         *string         `json:"module"`
	ClassName      string          `json:"class_name"`
	Config         json.RawMessage `json:"config"`
	RegisteredName *string         `json:"registered_name"`
}

// Marshal returns the Keras JSON of p, whose class must be registered:
// {"module", "class_name", "config", "registered_name"}. A json.Marshaler marshals itself.
func Marshal(p any) ([]byte, error) {
	if m, ok := p.(json.Marshaler); ok {
		return m.MarshalJSON()
	}
	v, ok := structOf(p)
	if !ok {
		return nil, fmt.Errorf("%T has no class and cannot be saved; register a struct for it", p)
	}
	c := classOf(v.Type())
	if c == nil {
		return nil, fmt.Errorf("%v is not a registered class and cannot be saved; register it", v.Type())
	}
	conf, err := MarshalConfig(p)
	if err != nil {
		return nil, err
	}
	if name, ok := c.family.nameOf(c, conf); ok {
		return json.Marshal(name)
	}
	s := Spec{Module: &c.module, ClassName: c.name, Config: conf}
	if c.registeredName != "" {
		s.RegisteredName = &c.registeredName
	}
	return json.Marshal(s)
}

// MarshalConfig returns only the "config" of p, with defaults filled in, in field order. If p
// has a method Saved() any, the value it returns, of p's type, is written instead.
func MarshalConfig(p any) ([]byte, error) {
	if s, ok := p.(interface{ Saved() any }); ok {
		p = s.Saved()
	}
	v, ok := structOf(p)
	if !ok {
		return nil, fmt.Errorf("%T cannot be saved", p)
	}
	if err := lost(v); err != nil {
		return nil, err
	}
	filled := reflect.New(v.Type())
	filled.Elem().Set(v)
	Fill(filled.Interface())
	var b bytes.Buffer
	b.WriteByte('{')
	for _, f := range fieldsOf(v.Type()) {
		fv := filled.Elem().FieldByIndex(f.index)
		if f.omitted || f.omitZero && fv.IsZero() {
			continue
		}
		if taken(filled.Elem(), f) && (fv.IsZero() || f.typ.Kind() != reflect.Interface) {
			continue
		}
		if f.typ.Kind() == reflect.Interface && fv.IsNil() && shared(v.Type(), f) {
			continue
		}
		raw, err := f.marshal(fv)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", className(v.Type()), f.goName, err)
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", f.name, raw)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// lost returns an error for the first field of a user class that would be lost on saving: an
// exported, nonzero field without a tag whose type is a number, a string or a list of them.
func lost(v reflect.Value) error {
	c := classOf(v.Type())
	if c == nil || c.registeredName == "" {
		return nil
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		kind := f.Type
		for kind.Kind() == reflect.Slice || kind.Kind() == reflect.Array {
			kind = kind.Elem()
		}
		plain := kind.Kind() >= reflect.Bool && kind.Kind() <= reflect.Float64 || kind.Kind() == reflect.String
		if f.IsExported() && plain && f.Tag.Get("keras") == "" && !v.Field(i).IsZero() {
			return fmt.Errorf("%s: the field %s would be lost: give it a tag such as `keras:\"%s\"`", c.name, f.Name, Snake(f.Name))
		}
	}
	return nil
}

// shared reports whether another field has f's name.
func shared(t reflect.Type, f *field) bool {
	for _, o := range fieldsOf(t) {
		if o != f && o.name == f.name {
			return true
		}
	}
	return false
}

func (f *field) marshal(v reflect.Value) ([]byte, error) {
	if f.inverted {
		return json.Marshal(!v.Bool())
	}
	if f.nullable() && v.IsZero() {
		return []byte("null"), nil
	}
	if single := f.hasDef && f.def[0] != '['; single && v.Kind() == reflect.Slice && v.Len() == 1 {
		return marshalValue(v.Index(0))
	}
	raw, err := marshalValue(v)
	if text := strings.Trim(string(raw), `"`); f.null != "" && text == f.null && !slices.Contains(f.enum, text) {
		return []byte("null"), nil
	}
	if f.nullElements() {
		raw = replaced(raw, f.null, "null")
	}
	return raw, err
}

func marshalValue(v reflect.Value) ([]byte, error) {
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		if v.IsNil() {
			return []byte("null"), nil
		}
	}
	switch x := v.Interface().(type) {
	case json.Marshaler:
		return x.MarshalJSON()
	case encoding.TextMarshaler:
		return json.Marshal(x)
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.NumMethod() == 0 && v.Elem().Kind() != reflect.Struct && v.Elem().Kind() != reflect.Pointer { // a string or a number
			return marshalValue(v.Elem())
		}
		return Marshal(v.Interface())
	case reflect.Pointer:
		if v.Elem().Kind() == reflect.Struct {
			return Marshal(v.Interface())
		}
		return marshalValue(v.Elem())
	case reflect.Float64, reflect.Float32:
		return marshalFloat(v.Float())
	case reflect.Slice, reflect.Array:
		return marshalList(v)
	case reflect.Struct:
		return Marshal(v.Interface())
	case reflect.Func, reflect.Chan:
		return nil, fmt.Errorf("a %v cannot be saved", v.Type())
	}
	return json.Marshal(v.Interface())
}

// marshalFloat formats x as Python does, so that whole numbers remain floats: 1.0.
func marshalFloat(x float64) ([]byte, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, fmt.Errorf("%v cannot be saved as JSON", x)
	}
	raw, err := json.Marshal(x)
	if s := string(raw); err == nil && !strings.ContainsAny(s, ".e") {
		raw = append(raw, ".0"...)
	}
	return raw, err
}

func marshalList(v reflect.Value) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range v.Len() {
		raw, err := marshalValue(v.Index(i))
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(raw)
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}
