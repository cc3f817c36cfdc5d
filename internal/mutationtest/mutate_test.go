package mutationtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// hostile lists the replacements for a value of each kind, in JSON; x300 repeats a list.
var hostile = map[string][]string{
	"number": {"-1", "0", "1", "0.5", "7", "1000", "100000", "2147483647", "4611686018427387904", "9223372036854775807", "-9223372036854775808",
		"1e300", "-1e300", "1e-300", "NaN", `"NaN"`, `"1"`, "null", "[]", "{}", "true"},
	"string": {`""`, `"/etc/passwd"`, `"../../x"`, `"` + strings.Repeat("x", 20000) + `"`, `"a/b"`, `"\u0000"`, "1e9", "-1", "null", "[]", "{}", "true"},
	"list":   {"[]", "null", "[[[[1]]]]", "-1", "1e18", `"/etc/passwd"`, "{}", "[1000000000,1000000000]", "[0,0]", "[-1]", "[null,null]", "x2", "x300"},
	"null":   {"0", "-1", "1", "100000", "4611686018427387904", "NaN", "1e300", `"x"`, `"/etc/passwd"`, "[]", "[1]", "[100000,100000]", "{}", "true"},
	"bool":   {"null", "1e9", `"true"`, "[]"},
}

// A mutation is a place in a configuration and the value that replaces what is there.
type mutation struct {
	at    string // such as config.layers.1.config.units
	class string // the argument of a class at that place, such as Dense.config.units
	value string // in JSON
}

// parse returns the values of a configuration.
func parse(config []byte) (root any, err error) {
	d := json.NewDecoder(bytes.NewReader(config))
	d.UseNumber()
	return root, d.Decode(&root)
}

// mutations lists all mutations of a configuration.
func mutations(config []byte) (all []mutation, err error) {
	root, err := parse(config)
	visit(root, place{}, func(at place, old any, _ func(any)) {
		for _, value := range replacements(old) {
			all = append(all, mutation{at.path, at.class, value})
		}
	})
	return all, err
}

// apply returns the mutated configuration.
func (m mutation) apply(config []byte) ([]byte, error) {
	root, err := parse(config)
	if err != nil {
		return nil, err
	}
	visit(root, place{}, func(at place, old any, set func(any)) {
		if at.path == m.at {
			set(m.replacement(old))
		}
	})
	whole, err := json.Marshal(root)
	return bytes.ReplaceAll(whole, []byte(notANumber), []byte("NaN")), err
}

func (m mutation) replacement(old any) any {
	if times, ok := strings.CutPrefix(m.value, "x"); ok {
		n, _ := strconv.Atoi(times)
		items, _ := old.([]any)
		return slices.Repeat(items, n)
	}
	return json.RawMessage(strings.ReplaceAll(m.value, "NaN", notANumber))
}

// notANumber stands for NaN, which Python writes and Go does not.
const notANumber = "-7.77e77"

func replacements(old any) []string {
	switch old.(type) {
	case json.Number:
		return hostile["number"]
	case string:
		return hostile["string"]
	case nil:
		return hostile["null"]
	case bool:
		return hostile["bool"]
	case []any:
		return hostile["list"]
	}
	return nil
}

// A place in a configuration.
type place struct {
	path  string
	class string // the path from the innermost object with a class_name, without list indexes
}

func (p place) child(key, class string) place {
	return place{strings.TrimPrefix(p.path+"."+key, "."), p.class + "." + class}
}

// visit calls each for all values in x, in the order of their keys.
func visit(x any, at place, each func(at place, old any, set func(any))) {
	switch x := x.(type) {
	case map[string]any:
		if name, ok := x["class_name"].(string); ok {
			at.class = name
		}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			p := at.child(k, k)
			each(p, x[k], func(v any) { x[k] = v })
			visit(x[k], p, each)
		}
	case []any:
		for i := range x {
			p := at.child(fmt.Sprint(i), "")
			each(p, x[i], func(v any) { x[i] = v })
			visit(x[i], p, each)
		}
	}
}
