package saving

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/internal/strictjson"
)

// CompileConfig returns the arguments of compile in a file, in the form of Keras 3.15; nil if it
// has none.
func CompileConfig(f *format.File) ([]byte, error) {
	if len(f.Compile) == 0 || string(f.Compile) == "null" {
		return nil, nil
	}
	raw, err := renamedOptimizer(f.Compile)
	if err != nil {
		return nil, err
	}
	v, ok := parseVersion(f.Version)
	if !ok && f.Layout == format.ByLayer {
		v, ok = version{2, 0}, true
	}
	if !ok || !v.before(keras3[0], keras3[1]) {
		return raw, nil // unchanged: the order of members matters in a MultiOptimizer
	}
	c, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	optimizer, _ := c["optimizer"].(jsonObject)
	if name, custom := strings.CutPrefix(classIn(optimizer), "Custom>"); custom {
		optimizer["class_name"] = name // of the newer of Keras 2's two kinds
	}
	if err := (upgrader{v}).value(c); err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	return json.Marshal(c)
}

// renamedOptimizer renames the member optimizer_config of .h5 files as in .keras files.
func renamedOptimizer(raw []byte) ([]byte, error) {
	var c map[string]json.RawMessage
	if err := strictjson.Check(raw); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	if o := c["optimizer_config"]; o != nil {
		delete(c, "optimizer_config")
		c["optimizer"] = o
	}
	return json.Marshal(c)
}

// oldOptimizer reports whether a Keras 2 file has an optimizer of the older of the two kinds.
func oldOptimizer(f *format.File) bool {
	c, err := parseObject(f.Compile)
	if err != nil {
		return false
	}
	optimizer, _ := c["optimizer_config"].(jsonObject)
	if optimizer == nil {
		optimizer, _ = c["optimizer"].(jsonObject)
	}
	if optimizer == nil { // only a name
		return false
	}
	legacy, told := configIn(optimizer)["is_legacy_optimizer"].(bool)
	return !told || legacy
}
