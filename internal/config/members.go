package config

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A member is a name and its value in a JSON object.
type member struct {
	name string
	raw  json.RawMessage
}

// members returns the members of a JSON object in order. A duplicate name is an error, which
// encoding/json would silently accept.
func members(raw []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, fmt.Errorf("%s; want an object", brief(raw))
	}
	var all []member
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: t.(string)}
		if err := d.Decode(&m.raw); err != nil {
			return nil, err
		}
		if seen[m.name] {
			return nil, fmt.Errorf("argument %q is given twice", m.name)
		}
		seen[m.name] = true
		all = append(all, m)
	}
	_, err = d.Token()
	return all, err
}

// Each calls f for each member of a JSON object, in order. A duplicate name is an error.
func Each(raw []byte, f func(name string, raw []byte) error) error {
	all, err := members(raw)
	for i := 0; err == nil && i < len(all); i++ {
		if err = f(all[i].name, all[i].raw); err != nil {
			err = fmt.Errorf("%s: %w", all[i].name, err)
		}
	}
	return err
}

// readSpec reads the frame of an object. Members that belong to the file format, such as
// build_config, are ignored; any other name is an error.
func readSpec(noun string, raw []byte) (s Spec, err error) {
	all, err := members(raw)
	if err != nil {
		return s, fmt.Errorf("%s: %w", noun, err)
	}
	for _, m := range all {
		switch m.name {
		case "class_name":
			err = json.Unmarshal(m.raw, &s.ClassName)
		case "config":
			s.Config = m.raw
		case "registered_name":
			err = json.Unmarshal(m.raw, &s.RegisteredName)
		case "module", "build_config", "compile_config", "shared_object_id", "name", "inbound_nodes":
		default:
			return s, fmt.Errorf("%s: unknown member %q of an object", noun, m.name)
		}
		if err != nil {
			return s, fmt.Errorf("%s: %s: %s", noun, m.name, brief(m.raw))
		}
	}
	if s.ClassName == "" {
		return s, fmt.Errorf("%s: an object without class_name", noun)
	}
	return s, nil
}
