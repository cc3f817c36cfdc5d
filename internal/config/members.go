package config

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Member is a name and its value in a JSON object.
type Member struct {
	Name string
	Raw  json.RawMessage
}

// Members returns the members of a JSON object in order; a name given twice is an error,
// which encoding/json would pass over in silence.
func Members(raw []byte) ([]Member, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, fmt.Errorf("%s; wants an object", brief(raw))
	}
	var all []Member
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := Member{Name: t.(string)}
		if err := d.Decode(&m.Raw); err != nil {
			return nil, err
		}
		if seen[m.Name] {
			return nil, fmt.Errorf("argument %q is given twice", m.Name)
		}
		seen[m.Name] = true
		all = append(all, m)
	}
	_, err = d.Token()
	return all, err
}

// Each calls f for the members of a JSON object in their order; a name given twice is an error.
func Each(raw []byte, f func(name string, raw []byte) error) error {
	all, err := Members(raw)
	for i := 0; err == nil && i < len(all); i++ {
		if err = f(all[i].Name, all[i].Raw); err != nil {
			err = fmt.Errorf("%s: %w", all[i].Name, err)
		}
	}
	return err
}

// readSpec reads an object's frame. build_config and the like, which belong to files, are
// passed over; any other name is an error.
func readSpec(noun string, raw []byte) (s Spec, err error) {
	all, err := Members(raw)
	if err != nil {
		return s, fmt.Errorf("%s: %w", noun, err)
	}
	for _, m := range all {
		switch m.Name {
		case "class_name":
			err = json.Unmarshal(m.Raw, &s.ClassName)
		case "config":
			s.Config = m.Raw
		case "registered_name":
			err = json.Unmarshal(m.Raw, &s.RegisteredName)
		case "module", "build_config", "compile_config", "shared_object_id", "name", "inbound_nodes":
		default:
			return s, fmt.Errorf("%s: unknown member %q of an object", noun, m.Name)
		}
		if err != nil {
			return s, fmt.Errorf("%s: %s: %s", noun, m.Name, brief(m.Raw))
		}
	}
	if s.ClassName == "" {
		return s, fmt.Errorf("%s: an object without class_name", noun)
	}
	return s, nil
}
