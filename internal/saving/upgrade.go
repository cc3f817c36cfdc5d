package saving

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/internal/strictjson"
)

// Files from older versions of Keras are converted to the form of Keras 3.15 before decoding, so
// that the decoder needs to handle only one form. Changes to a class of objects are rows of the
// table changes; changes to the form of models and calls are in upgrade_model.go and
// upgrade_call.go.

// A version is a version of Keras: 2.19 is {2, 19}.
type version struct{ major, minor int }

// parseVersion parses a version such as "2.19.0" or "2.2.4-tf"; ok reports whether text is valid.
func parseVersion(text string) (v version, ok bool) {
	major, rest, _ := strings.Cut(text, ".")
	minor, _, _ := strings.Cut(rest, ".")
	var err1, err2 error
	v.major, err1 = strconv.Atoi(major)
	v.minor, err2 = strconv.Atoi(minor)
	return v, err1 == nil && err2 == nil
}

// before reports whether v is older than major.minor.
func (v version) before(major, minor int) bool {
	return v.major < major || v.major == major && v.minor < minor
}

// A jsonObject is a JSON object. Numbers are json.Number, to keep 1 and 1.0 distinct.
type jsonObject = map[string]any

// parseObject reads a JSON object.
func parseObject(data []byte) (o jsonObject, err error) {
	if err := strictjson.Check(data); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return o, d.Decode(&o)
}

// An upgrader converts objects written by a version of Keras.
type upgrader struct{ version version }

// upgradeModel returns the configuration of a model in the form of Keras 3.15. written is the
// version recorded in the file, "" to determine it from the configuration.
func upgradeModel(data []byte, written string) ([]byte, error) {
	o, err := parseObject(data)
	if err != nil {
		return nil, err
	}
	u := upgrader{versionOf(o, written)}
	if err := u.value(o); err != nil {
		return nil, err
	}
	return json.Marshal(o)
}

// versionOf returns the version that wrote a model's configuration. Keras 2 records it in the
// JSON; Keras 3 records modules.
func versionOf(o jsonObject, written string) version {
	text, _ := o["keras_version"].(string)
	for _, t := range []string{written, text} {
		if v, ok := parseVersion(t); ok {
			return v
		}
	}
	if _, noted := o["module"]; noted {
		return version{3, 15}
	}
	return version{2, 0}
}

// value upgrades the objects in v: models before their layers, other objects after the objects
// that they contain.
func (u upgrader) value(v any) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := u.value(item); err != nil {
				return err
			}
		}
	case jsonObject:
		isModel, err := u.model(v)
		if err != nil {
			return err
		}
		if isModel {
			thawLayers(configIn(v))
		}
		for _, item := range v {
			if err := u.value(item); err != nil {
				return err
			}
		}
		if class, conf := classIn(v), configIn(v); class != "" && conf != nil && !isModel {
			if err := u.change(v, class, conf); err != nil {
				return fmt.Errorf("%s: %w", nameIn(v, class), err)
			}
		}
	}
	return nil
}

// thawLayers clears the frozen mark of the layers of a frozen model: the model's mark suffices
// here.
func thawLayers(conf jsonObject) {
	if conf["trainable"] != false {
		return
	}
	list, _ := conf["layers"].([]any)
	for _, item := range list {
		o, _ := item.(jsonObject)
		if inner := configIn(o); inner != nil && classIn(o) != "InputLayer" && inner["trainable"] == false {
			thawLayers(inner)
			inner["trainable"] = true
		}
	}
}

func classIn(o jsonObject) string {
	class, _ := o["class_name"].(string)
	return class
}

func configIn(o jsonObject) jsonObject {
	conf, _ := o["config"].(jsonObject)
	return conf
}

// nameIn returns the name of an object for an error message.
func nameIn(o jsonObject, class string) string {
	if name, _ := configIn(o)["name"].(string); name != "" {
		return fmt.Sprintf("%s %q", class, name)
	}
	return class
}

// change applies the rows of the table to an object.
func (u upgrader) change(o jsonObject, class string, conf jsonObject) error {
	for _, c := range changes {
		if !u.version.before(c.before[0], c.before[1]) || !c.concerns(class) {
			continue
		}
		if err := c.apply(o, conf); err != nil {
			return err
		}
	}
	return nil
}
