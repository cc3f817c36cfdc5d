package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/internal/config"

	_ "github.com/rhyton/rhyton/layers" // these packages register their classes
	_ "github.com/rhyton/rhyton/losses"
	_ "github.com/rhyton/rhyton/metrics"
	_ "github.com/rhyton/rhyton/optimizers"
)

// A section is a part of Keras and the packages that contain its counterparts.
type section struct {
	name, title string
	modules     []string // modules of registered classes; nil means to use exported names
	packages    []string
	prefix      string // prefix of method names
}

var sections = []section{
	{"layers", "Layers (`keras.layers`)", []string{"keras.layers"}, []string{"layers"}, ""},
	{"losses", "Losses (`keras.losses`)", []string{"keras.losses"}, []string{"losses"}, ""},
	{"metrics", "Metrics (`keras.metrics`)", []string{"keras.metrics"}, []string{"metrics"}, ""},
	{"optimizers", "Optimizers (`keras.optimizers`)", []string{"keras.optimizers"}, []string{"optimizers"}, ""},
	{"schedules", "Learning rate schedules (`keras.optimizers.schedules`)", []string{"keras.optimizers.schedules"}, []string{"optimizers"}, ""},
	{"activations", "Activations (`keras.activations`)", []string{"keras.activations"}, []string{"activations"}, ""},
	{"initializers", "Initializers (`keras.initializers`)", []string{"keras.initializers"}, []string{"initializers"}, ""},
	{"regularizers", "Regularizers (`keras.regularizers`)", []string{"keras.regularizers"}, []string{"regularizers"}, ""},
	{"constraints", "Constraints (`keras.constraints`)", []string{"keras.constraints"}, []string{"constraints"}, ""},
	{"callbacks", "Callbacks (`keras.callbacks`)", nil, []string{"callbacks"}, ""},
	{"Model", "Model methods (`keras.Model`)", nil, []string{"models"}, "model."},
	{"models", "Models (`keras.models`)", nil, []string{"models"}, ""},
	{"datasets", "Data sets (`keras.datasets`)", nil, []string{"datasets", "datasets/classic"}, ""},
	{"utils", "Utilities (`keras.utils`)", nil, []string{"datasets", "models"}, ""},
	{"random", "Random numbers (`keras.random`)", nil, []string{"ops"}, ""},
	{"ops", "Operations (`keras.ops`)", nil, []string{"ops"}, ""},
}

// A dictionary maps Keras names to Rhyton names.
type dictionary struct {
	classes map[string]map[string]string // by module, by plain name
	ops     map[string]string
	other   map[name]string // names that differ
	absent  map[name]string
}

func newDictionary(root string) (*dictionary, error) {
	d := &dictionary{classes: map[string]map[string]string{}}
	for _, c := range config.Classes() {
		m := d.classes[c.Module]
		if m == nil {
			m = map[string]string{}
			d.classes[c.Module] = m
		}
		if m[plain(c.Name)] == "" {
			m[plain(c.Name)] = c.Type
		}
	}
	var err error
	if d.ops, err = tabled(root); err == nil {
		if d.other, err = notes(root, "other_names.txt"); err == nil {
			d.absent, err = notes(root, "absent.txt")
		}
	}
	return d, err
}

// document returns docs/keras.md.
func document(root string) ([]byte, error) {
	names, err := kerasNames(root)
	if err != nil {
		return nil, err
	}
	d, err := newDictionary(root)
	if err != nil {
		return nil, err
	}
	var b, body bytes.Buffer
	have, all := 0, 0
	for _, s := range sections {
		h, n, err := d.section(&body, root, s, names)
		if err != nil {
			return nil, err
		}
		have, all = have+h, all+n
	}
	fmt.Fprintf(&b, `# Keras names and their counterparts

This page lists every public name of Keras 3.15 and its name in Rhyton; %d of %d are supported. It is
generated from the registries by internal/tools/kerasdoc, and a test checks that it is up to date.

A Keras argument is a struct field with its name in Go's mixed caps: `+"`kernel_size` is `KernelSize`"+`. An
argument that is true by default becomes a field that turns it off: `+"`use_bias=False` is `NoBias: true`"+`.
Arguments of a call, such as training and mask, come from the scope (layers.Scope).

`, have, all)
	b.Write(body.Bytes())
	return b.Bytes(), nil
}

// section writes the table of a section, followed by the names that are not supported.
func (d *dictionary) section(b *bytes.Buffer, root string, s section, names []name) (have, all int, err error) {
	var exports []map[string]string
	for _, p := range s.packages {
		e, err := exported(root, p)
		if err != nil {
			return 0, 0, err
		}
		exports = append(exports, e)
	}
	absent := map[string][]string{}
	var reasons []string
	fmt.Fprintf(b, "## %s\n\n| Keras | Rhyton |\n|---|---|\n", s.title)
	for _, n := range names {
		if n.section != s.name && !strings.HasPrefix(n.section, s.name+".") {
			continue
		}
		all++
		if here := d.find(s, n, exports); here != "" {
			have++
			fmt.Fprintf(b, "| `%s` | %s |\n", n.name, here)
			continue
		}
		why := d.absent[name{section: s.name, name: n.name}]
		if why == "" {
			why = "not supported yet"
		}
		if absent[why] == nil {
			reasons = append(reasons, why)
		}
		absent[why] = append(absent[why], "`"+n.name+"`")
	}
	if len(reasons) > 0 {
		b.WriteString("\nNot supported:\n\n")
		for _, why := range reasons {
			fmt.Fprintf(b, "- %s: %s\n", strings.Join(absent[why], ", "), why)
		}
	}
	b.WriteString("\n")
	return have, all, nil
}

// find returns the Rhyton name for n, or "" if there is none.
func (d *dictionary) find(s section, n name, exports []map[string]string) string {
	if other := d.other[name{section: s.name, name: n.name}]; other != "" {
		return other
	}
	look := []string{n.name}
	if n.of != "" {
		look = append(look, n.of)
	}
	for _, text := range look {
		for _, m := range s.modules {
			if t, ok := d.classes[m][plain(text)]; ok && t != "" && strings.HasPrefix(t, s.packages[0]+".") {
				return "`" + t + "`"
			}
		}
		if s.name == "ops" {
			if t := d.ops[strings.TrimPrefix(n.section+".", s.name+".")+text]; t != "" {
				return "`" + t + "`"
			}
		}
		if s.modules != nil && s.name != "activations" && s.name != "metrics" {
			continue
		}
		for _, e := range exports {
			if t := e[s.prefix+plain(text)]; t != "" {
				return "`" + t + "`"
			}
		}
	}
	return ""
}
