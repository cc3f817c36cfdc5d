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
	classes map[string]*class // by class name, "package>Class" for user classes
	names   map[string]*class // by bare string: class name, snake case, aliases
	values  map[string]any    // objects that a bare string stands for

	decoders map[string]func(Spec) (any, error) // by class, for classes with a custom decoder
}

// A class is a registered class of a family.
type class struct {
	family         *family
	name           string // "Dense"
	registeredName string // "package>Dense" for user classes
	module         string
	bare           string   // the bare string for the default object, "" if it has none
	ignored        []string // arguments that have no meaning for this class
	make           func() any
}

var (
	familiesMu sync.RWMutex
	families   = map[reflect.Type]*family{} // by interface type
	classes    = map[reflect.Type]*class{}  // by struct type
)

// NewFamily creates the family of interface T. Errors call its members noun, and module is their
// Keras module. It is called once, during package initialization.
func NewFamily[T any](noun, module string) Family[T] {
	f := &family{noun: noun, module: module, typ: reflect.TypeFor[T](), classes: map[string]*class{}, names: map[string]*class{}, values: map[string]any{}}
	familiesMu.Lock()
	defer familiesMu.Unlock()
	families[f.typ] = f
	return Family[T]{f}
}

// Register adds a class, of which make returns a zero value (a struct or a pointer to one). The
// bare strings for its default object are the class name, its snake case and the aliases. A name
// of the form "package>Class" is a user class. Register panics if the name is already taken.
func (f Family[T]) Register(name string, make func() T, aliases ...string) {
	f.RegisterOf("", name, make, aliases...)
}

// RegisterOf is like [Family.Register] for a class whose Keras module is not the family's; ""
// means the family's.
func (f Family[T]) RegisterOf(module, name string, make func() T, aliases ...string) {
	f.register(&class{name: name, module: cmp.Or(module, f.f.module)}, make, aliases...)
}

// RegisterFunction is like [Family.Register] for a class that is a function in Keras: the default
// is written as the bare string function, anything else as an object of class module.name. If the
// class is a layer in Keras, the arguments common to all layers (name, trainable, dtype) are ignored.
func (f Family[T]) RegisterFunction(function, module, name string, make func() T) {
	c := &class{name: name, module: module, bare: function}
	if module == "keras.layers" {
		c.ignored = []string{"name", "trainable", "dtype"}
	}
	f.register(c, make, function)
}

// RegisterValue makes the bare string name stand for v, which must marshal itself.
func (f Family[T]) RegisterValue(name string, v T) {
	f.f.mu.Lock()
	defer f.f.mu.Unlock()
	f.f.values[name] = v
}

// RegisterDecoder sets decode as the decoder for a class that is not described by arguments, such
// as a model used as a layer. It is called during package initialization.
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
		c.ignored = []string{"name"} // models write it even if the class has no such field
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

// Parse returns the default object for a bare string such as "glorot_uniform".
func (f Family[T]) Parse(name string) (T, error) {
	v, err := f.f.parse(name)
	if err != nil {
		var none T
		return none, err
	}
	return v.(T), nil
}

// Names returns the names of the registered classes, sorted.
func (f Family[T]) Names() []string {
	f.f.mu.RLock()
	defer f.f.mu.RUnlock()
	return slices.Sorted(maps.Keys(f.f.classes))
}

// New returns a zero value of the named class.
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

// value returns the object for the bare string name.
func (f *family) value(name string) (v any, ok bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	v, ok = f.values[name]
	return v, ok
}

// nameOf returns the bare string for an object of class c with the given config, if it has one.
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
		if f.classes[name] != nil { // a different class under a registered name
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

// familyOf returns the family whose interface is t or has the same methods as t; failing that, a
// family whose interface t extends.
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

// classOf returns the class that struct type t is registered as, or nil.
func classOf(t reflect.Type) *class {
	familiesMu.RLock()
	defer familiesMu.RUnlock()
	return classes[t]
}

// className returns the class name of struct type t, or its Go name if it is not registered.
func className(t reflect.Type) string {
	if c := classOf(t); c != nil {
		return c.name
	}
	return t.Name()
}

// An UnknownClassError reports that a family has no class with the given name.
type UnknownClassError struct {
	Noun, Name string
	near       string
}

func (e *UnknownClassError) Error() string {
	return fmt.Sprintf("unknown %s %q%s", e.Noun, e.Name, e.near)
}

// A Class is a registered class: its Keras name and module, and its Go type, such as
// layers.Dense. Type is "" for a value registered under a bare string.
type Class struct{ Name, Module, Type string }

// Classes returns the classes of all families except user classes, in no particular order.
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
