package config

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Family is the set of classes that implement the interface T, such as all losses.
type Family[T any] struct{ f *family }

type family struct {
	noun   string // "loss"
	module string // "keras.losses"
	typ    reflect.Type

	mu      sync.RWMutex
	classes map[string]*class // by class name, "package>Class" for a user's own
	names   map[string]*class // what a bare string may be: class, snake case, aliases
	values  map[string]any    // objects that a bare string stands for

	decoders map[string]func(Spec) (any, error) // classes that read themselves
}

// A class is one kind of object.
type class struct {
	family         *family
	name           string // "Dense"
	registeredName string // "package>Dense" for a user's own class
	module         string
	bare           string   // how the default object is written, if as a bare string
	ignored        []string // arguments that say nothing here
	make           func() any
}

var (
	familiesMu sync.RWMutex
	families   = map[reflect.Type]*family{} // by interface type
	classes    = map[reflect.Type]*class{}  // by struct type
)

// NewFamily makes the family of interface T, called noun in errors, whose classes Keras has
// in the given module. It is called once, as a package starts.
func NewFamily[T any](noun, module string) Family[T] {
	f := &family{noun: noun, module: module, typ: reflect.TypeFor[T](), classes: map[string]*class{}, names: map[string]*class{}, values: map[string]any{}}
	familiesMu.Lock()
	defer familiesMu.Unlock()
	families[f.typ] = f
	return Family[T]{f}
}

// Register adds the class name, of which make returns a zero value (a struct or a pointer
// to one). Bare strings that stand for its default are the class name, its snake case and
// the aliases. A name "package>Class" is a user's own class. A name taken twice panics.
func (f Family[T]) Register(name string, make func() T, aliases ...string) {
	f.RegisterOf("", name, make, aliases...)
}

// RegisterOf is Register for a class that Keras has in another module than the family's, ""
// being that.
func (f Family[T]) RegisterOf(module, name string, make func() T, aliases ...string) {
	f.register(&class{name: name, module: cmp.Or(module, f.f.module)}, make, aliases...)
}

// RegisterFunction is Register for what Keras has as a function: its default is written as
// the bare string function, anything else as an object of class module.name. If that is a
// layer in Keras, what all layers have, a name and types, is passed over.
func (f Family[T]) RegisterFunction(function, module, name string, make func() T) {
	c := &class{name: name, module: module, bare: function}
	if module == "keras.layers" {
		c.ignored = []string{"name", "trainable", "dtype"}
	}
	f.register(c, make, function)
}

// RegisterValue makes v what the bare string name stands for. v writes itself.
func (f Family[T]) RegisterValue(name string, v T) {
	f.f.mu.Lock()
	defer f.f.mu.Unlock()
	f.f.values[name] = v
}

// RegisterDecoder has decode read the objects of a class that does not consist of arguments,
// such as a model among layers. It is called as packages start.
func RegisterDecoder[T any](class string, decode func(Spec) (T, error)) {
	f := familyOf(reflect.TypeFor[T]())
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.decoders == nil {
		f.decoders = map[string]func(Spec) (any, error){}
	}
	f.decoders[class] = func(s Spec) (any, error) { return decode(s) }
}

func (f Family[T]) register(c *class, make func() T, aliases ...string) {
	name := c.name
	c.family, c.make = f.f, func() any { return make() }
	if pkg, short, ok := strings.Cut(name, ">"); ok {
		c.name, c.registeredName, c.module = short, name, pkg
		c.ignored = []string{"name"} // which a model writes even if the class has no such field
	}
	f.f.mu.Lock()
	defer f.f.mu.Unlock()
	if f.f.classes[name] != nil {
		panic(f.f.noun + " " + name + " registered twice")
	}
	f.f.classes[name] = c
	for _, n := range append([]string{name, Snake(c.name)}, aliases...) {
		f.f.names[n] = c
	}
	if v, ok := structOf(make()); ok {
		familiesMu.Lock()
		defer familiesMu.Unlock()
		if classes[v.Type()] == nil {
			classes[v.Type()] = c
		}
	}
}

// Parse returns the default object that a bare string such as "glorot_uniform" stands for.
func (f Family[T]) Parse(name string) (T, error) {
	v, err := f.f.parse(name)
	if err != nil {
		var none T
		return none, err
	}
	return v.(T), nil
}

// Names lists the registered classes in order.
func (f Family[T]) Names() []string {
	f.f.mu.RLock()
	defer f.f.mu.RUnlock()
	return slices.Sorted(maps.Keys(f.f.classes))
}

// New returns a zero value of the class.
func (f Family[T]) New(name string) (T, error) {
	c, err := f.f.class(name, "")
	if err != nil {
		var none T
		return none, err
	}
	return c.make().(T), nil
}

func (f *family) parse(name string) (any, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if v, ok := f.values[name]; ok {
		return v, nil
	}
	if c := f.names[name]; c != nil {
		return c.make(), nil
	}
	return nil, f.unknown(name)
}

// value returns the object that the bare string name stands for.
func (f *family) value(name string) (v any, ok bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	v, ok = f.values[name]
	return v, ok
}

// nameOf returns the bare string for an object of class c with the given config, if there is one.
func (f *family) nameOf(c *class, conf []byte) (name string, ok bool) {
	same := func(x any) bool {
		v, ok := structOf(x)
		if !ok || classOf(v.Type()) != c {
			return false
		}
		raw, err := MarshalConfig(x)
		return err == nil && bytes.Equal(raw, conf)
	}
	if c.bare != "" && same(c.make()) {
		return c.bare, true
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	for name, v := range f.values {
		if same(v) {
			return name, true
		}
	}
	return "", false
}

func (f *family) class(name, registered string) (*class, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if registered != "" && registered != name {
		if c := f.classes[registered]; c != nil {
			return c, nil
		}
		if f.classes[name] != nil { // another class under a known one's name
			return nil, f.unknown(registered)
		}
	}
	if c := f.classes[name]; c != nil {
		return c, nil
	}
	if c := f.names[name]; c != nil && c.bare != "" {
		return c, nil
	}
	if f.values[name] != nil {
		return nil, fmt.Errorf("%s %q takes no arguments: write its name alone", f.noun, name)
	}
	return nil, f.unknown(name)
}

func (f *family) unknown(name string) error {
	known := append(slices.Sorted(maps.Keys(f.names)), slices.Sorted(maps.Keys(f.values))...)
	return &UnknownClassError{Noun: f.noun, Name: name, near: Suggest(name, known)}
}

// familyOf returns the family whose interface is t, or has t's methods; else one of whose
// members t asks for more.
func familyOf(t reflect.Type) *family {
	familiesMu.RLock()
	defer familiesMu.RUnlock()
	if f := families[t]; f != nil || t.NumMethod() == 0 {
		return f
	}
	for have, f := range families {
		if have.Implements(t) && t.Implements(have) {
			return f
		}
	}
	for have, f := range families {
		if t.Implements(have) {
			return f
		}
	}
	return nil
}

// classOf returns the class that struct type t is registered as, nil if none.
func classOf(t reflect.Type) *class {
	familiesMu.RLock()
	defer familiesMu.RUnlock()
	return classes[t]
}

// className returns the class name of struct type t, its Go name if it is not registered.
func className(t reflect.Type) string {
	if c := classOf(t); c != nil {
		return c.name
	}
	return t.Name()
}

// An UnknownClassError says that a family has no class of that name.
type UnknownClassError struct {
	Noun, Name string
	near       string
}

func (e *UnknownClassError) Error() string {
	return fmt.Sprintf("unknown %s %q%s", e.Noun, e.Name, e.near)
}

// A Class is a registered class: Keras' name, the module Keras has it in, and its Go type,
// such as layers.Dense; "" for a value that a bare string stands for.
type Class struct{ Name, Module, Type string }

// Classes lists what all families have, user classes excluded, in no order.
func Classes() (all []Class) {
	familiesMu.RLock()
	defer familiesMu.RUnlock()
	for _, f := range families {
		f.mu.RLock()
		for name, c := range f.names {
			if c.registeredName == "" {
				all = append(all, Class{name, f.module, strings.TrimPrefix(fmt.Sprintf("%T", c.make()), "*")})
			}
		}
		for name := range f.values {
			all = append(all, Class{name, f.module, ""})
		}
		f.mu.RUnlock()
	}
	return all
}
