package config

import (
	"reflect"
	"regexp"
	"strings"
)

// ClassOf returns the class name of *p: the result of its KerasClass method, or else the name of
// its Go type, which is the Keras name.
func ClassOf(p any) string {
	if k, ok := p.(interface{ KerasClass() string }); ok {
		if v := reflect.ValueOf(p); v.Kind() != reflect.Pointer || !v.IsNil() {
			return k.KerasClass()
		}
	}
	t := reflect.TypeOf(p)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

// NameOf returns the Name of *p, or "" if it has none.
func NameOf(p any) string {
	v := reflect.ValueOf(p)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	if f := v.FieldByName("Name"); f.IsValid() && f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}

var (
	wordStart = regexp.MustCompile("(.)([A-Z][a-z]+)")
	caseStep  = regexp.MustCompile("([a-z])([A-Z])")
)

// Snake converts a class name to snake case as Keras does for layer names: Conv2D → conv2d,
// MaxPooling2D → max_pooling2d, LSTM → lstm.
func Snake(class string) string {
	s := wordStart.ReplaceAllString(class, "${1}_${2}")
	return strings.ToLower(caseStep.ReplaceAllString(s, "${1}_${2}"))
}
