package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// maxDepth is the maximum nesting depth of objects.
const maxDepth = 64

// Unmarshal decodes an object of family T written by Keras: an object with class_name and
// config, or a bare string that names a class. It is strict: an unknown class and an unknown,
// repeated, misspelled or ill-typed argument are errors that name it. The result shares nothing
// with other objects. If a class has a method Loaded() (any, error), the value it returns
// replaces the decoded object.
func Unmarshal[T any](raw []byte) (T, error) {
	var out T
	err := decoder{}.value(reflect.ValueOf(&out).Elem(), raw)
	return out, err
}

// A decoder holds the nesting depth and the ignored arguments of the current object.
type decoder struct {
	depth   int
	ignored []string
}

func (d decoder) value(v reflect.Value, raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return fmt.Errorf("nothing; want %s", wanted(v.Type()))
	}
	if d.depth > maxDepth {
		return fmt.Errorf("objects nested more than %d deep", maxDepth)
	}
	if u, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		return u.UnmarshalJSON(raw)
	}
	if string(raw) == "null" {
		if k := v.Kind(); k != reflect.Pointer && k != reflect.Interface && k != reflect.Slice && k != reflect.Map {
			return fmt.Errorf("null; want %s", wanted(v.Type()))
		}
		return nil
	}
	if textual(v.Type()) {
		return json.Unmarshal(raw, v.Addr().Interface())
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := d.value(p.Elem(), raw); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Interface:
		return d.object(v, raw)
	case reflect.Slice:
		return d.list(v, raw)
	case reflect.Struct:
		return d.config(v, raw)
	}
	return scalar(v, raw)
}

func scalar(v reflect.Value, raw []byte) error {
	if v.CanInt() { // Keras writes some integers as floats: 2.0
		var x float64
		if json.Unmarshal(raw, &x) == nil && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			v.SetInt(int64(x))
			return nil
		}
	}
	if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
		return fmt.Errorf("%s; want %s", brief(raw), wanted(v.Type()))
	}
	return nil
}

// list decodes a list; a single value is treated as a list of one.
func (d decoder) list(v reflect.Value, raw []byte) error {
	if raw = unwrapArray(raw); len(raw) == 0 {
		return errors.New("an array without a value")
	}
	elem := v.Type().Elem()
	var items []json.RawMessage
	switch {
	case raw[0] == '[':
		if err := json.Unmarshal(raw, &items); err != nil {
			return err
		}
	case raw[0] == '"' && elem.Kind() == reflect.String && !textual(elem):
		return fmt.Errorf("%s; want a list of strings, not the path of a file", brief(raw))
	default:
		items = []json.RawMessage{raw}
	}
	s := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if elem.Kind() == reflect.Interface && elem.NumMethod() > 0 && string(item) == "null" {
			return fmt.Errorf("item %d is null; want %s", i, wanted(elem))
		}
		if err := d.value(s.Index(i), item); err != nil {
			return err
		}
	}
	v.Set(s)
	return nil
}

// unwrapArray returns the value of an array that Keras serialized as an object.
func unwrapArray(raw []byte) []byte {
	var o struct {
		ClassName string `json:"class_name"`
		Config    struct{ Value json.RawMessage }
	}
	if raw[0] == '{' && json.Unmarshal(raw, &o) == nil && (o.ClassName == "__numpy__" || o.ClassName == "__tensor__") {
		return o.Config.Value
	}
	return raw
}

// object decodes a registered object into v, which has an interface type with a family.
func (d decoder) object(v reflect.Value, raw []byte) error {
	f := familyOf(v.Type())
	if f == nil && v.NumMethod() > 0 {
		return fmt.Errorf("%s: no classes of %v are registered", brief(raw), v.Type())
	}
	if f == nil {
		return json.Unmarshal(raw, v.Addr().Interface())
	}
	var name string
	if json.Unmarshal(raw, &name) == nil {
		x, err := f.parse(name)
		if err != nil {
			return err
		}
		return assign(v, reflect.ValueOf(x))
	}
	spec, err := readSpec(f.noun, raw)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(spec.Config, &name); err == nil { // {"class_name":"function","config":"relu"}
		return d.object(v, spec.Config)
	}
	x, err := d.specified(f, spec)
	if err != nil {
		return err
	}
	return assign(v, x)
}

// specified returns the object described by spec.
func (d decoder) specified(f *family, spec Spec) (reflect.Value, error) {
	registered := ""
	if spec.RegisteredName != nil {
		registered = *spec.RegisteredName
	}
	if decode := f.decoders[spec.ClassName]; decode != nil {
		x, err := decode(spec)
		return reflect.ValueOf(x), err
	}
	c, err := f.class(spec.ClassName, registered)
	if err != nil {
		if x, ok := f.value(spec.ClassName); ok && string(spec.Config) == "{}" {
			return reflect.ValueOf(x), nil
		}
		return reflect.Value{}, err
	}
	x, err := d.instance(c, spec.Config)
	if err != nil {
		return reflect.Value{}, err
	}
	if l, ok := x.Interface().(interface{ Loaded() (any, error) }); ok {
		made, err := l.Loaded()
		if err != nil {
			return reflect.Value{}, fmt.Errorf("%s: %w", c.name, err)
		}
		x = reflect.ValueOf(made)
	}
	return x, nil
}

// assign sets v, whose interface may be narrower than the family of x.
func assign(v, x reflect.Value) error {
	if !x.Type().Implements(v.Type()) {
		return fmt.Errorf("%s; want a %s", ClassOf(x.Interface()), v.Type().Name())
	}
	v.Set(x)
	return nil
}

// instance creates an object of class c with the given arguments.
func (d decoder) instance(c *class, conf []byte) (reflect.Value, error) {
	zero := reflect.ValueOf(c.make())
	t := zero.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct { // a class without arguments
		return zero, nil
	}
	p := reflect.New(t)
	if zero.Kind() == reflect.Pointer {
		p.Elem().Set(zero.Elem())
	} else {
		p.Elem().Set(zero)
	}
	if len(conf) == 0 || string(conf) == "null" {
		conf = []byte("{}")
	}
	d.depth++
	d.ignored = c.ignored
	if err := d.config(p.Elem(), conf); err != nil {
		if !strings.HasPrefix(err.Error(), c.name+": ") { // as Check reports it
			err = fmt.Errorf("%s: %w", c.name, err)
		}
		return p, err
	}
	if zero.Kind() == reflect.Pointer {
		return p, nil
	}
	return p.Elem(), nil
}

// config decodes the arguments into the struct v and checks them.
func (d decoder) config(v reflect.Value, raw []byte) error {
	args, err := members(raw)
	if err != nil {
		return err
	}
	given := map[string]bool{}
	ignored := d.ignored
	d.ignored = nil
	for _, a := range args {
		f := choose(v.Type(), a)
		if f == nil && slices.Contains(ignored, a.name) {
			continue
		}
		if f == nil {
			return unknownArgument(v.Type(), a.name)
		}
		if err := d.argument(v.FieldByIndex(f.index), f, a.raw); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		given[a.name] = true
	}
	for _, f := range fieldsOf(v.Type()) {
		if f.required && !given[f.name] {
			return fmt.Errorf("argument %q is missing", f.name)
		}
	}
	return Validate(v.Addr().Interface())
}

func (d decoder) argument(v reflect.Value, f *field, raw []byte) error {
	if f.inverted {
		var b bool
		if json.Unmarshal(raw, &b) != nil || string(raw) == "null" {
			return fmt.Errorf("%s; want true or false", brief(raw))
		}
		v.SetBool(!b)
		return nil
	}
	if string(raw) == "null" && f.null != "" && !f.nullElements() {
		raw = []byte(f.null)
		if v.Kind() == reflect.String {
			raw = []byte(`"` + f.null + `"`)
		}
	}
	if string(raw) == "null" && f.hasDef {
		return nil
	}
	if f.nullElements() {
		raw = replaced(raw, "null", f.null)
	}
	if err := d.value(v, raw); err != nil {
		return err
	}
	if v.IsZero() && f.hasDef && !f.nullable() && v.Kind() != reflect.Bool && !sameAsZero(v, f) {
		return fmt.Errorf("%s; want %s other than that", brief(raw), wanted(v.Type()))
	}
	return nil
}

// replaced replaces the elements of a list that equal old with new.
func replaced(list []byte, old, new string) []byte {
	var items []json.RawMessage
	if json.Unmarshal(list, &items) != nil || items == nil {
		return list
	}
	for i, item := range items {
		if string(item) == old {
			items[i] = json.RawMessage(new)
		}
	}
	list, _ = json.Marshal(items)
	return list
}

// sameAsZero reports whether the default of f is the zero value.
func sameAsZero(v reflect.Value, f *field) bool {
	def := reflect.New(v.Type()).Elem()
	return f.setDefault(def) == nil && def.IsZero()
}

// choose returns the field for argument a, or nil if there is none.
func choose(t reflect.Type, a member) (found *field) {
	for _, f := range fieldsOf(t) {
		if f.name != a.name {
			continue
		}
		object := a.raw[0] == '{' || a.raw[0] == '"'
		if found == nil || object == (f.typ.Kind() == reflect.Interface) {
			found = f
		}
	}
	return found
}

func unknownArgument(t reflect.Type, name string) error {
	var known []string
	for _, f := range fieldsOf(t) {
		known = append(known, f.name)
	}
	near := Suggest(name, known)
	if near == "" {
		near = "; there are " + strings.Join(known, ", ")
	}
	return fmt.Errorf("unknown argument %q%s", name, near)
}

func textual(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func wanted(t reflect.Type) string {
	switch k := t.Kind(); {
	case k == reflect.Bool:
		return "true or false"
	case k == reflect.String:
		return "a string"
	case k == reflect.Float64 || k == reflect.Float32:
		return "a number"
	case k >= reflect.Int && k <= reflect.Uint64:
		return "an integer"
	case k == reflect.Slice:
		return "a list"
	}
	return "an object"
}

// brief returns raw, truncated for use in an error.
func brief(raw []byte) string {
	if len(raw) > 40 {
		return string(raw[:40]) + "…"
	}
	return string(raw)
}
