// Package golden checks the framework against results computed by Keras, one JSON file per case:
// KIND/GROUP/NAME.json. Each kind of case is a function in the table in kinds.go.
package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// ErrUnsupported is wrapped by the error of a case that needs something not implemented yet.
var ErrUnsupported = errors.New("unsupported")

// Unsupported returns an error that wraps [ErrUnsupported] and names what the case needs.
func Unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUnsupported}, args...)...)
}

// A Case is one file of results.
type Case struct {
	Path  string // of the file
	Name  string // KIND/GROUP/NAME
	Kind  string
	Dev   backend.Device
	Worst float64 // the largest error of the comparisons so far, as a relative tolerance

	raw []byte
}

// Load reads the case from the file path.
func Load(dev backend.Device, path string) (*Case, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{Path: path, Dev: dev, raw: raw}
	parts := strings.Split(filepath.ToSlash(strings.TrimSuffix(path, ".json")), "/")
	if len(parts) < 3 {
		return nil, fmt.Errorf("%s: want KIND/GROUP/NAME.json", path)
	}
	c.Name = strings.Join(parts[len(parts)-3:], "/")
	c.Kind = parts[len(parts)-3]
	return c, nil
}

// Decode decodes the fields of the case into v; arrays are decoded as [Array].
func (c *Case) Decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(c.raw))
	d.UseNumber()
	return d.Decode(v)
}

// Run runs the case. An unknown kind, class or argument is an ErrUnsupported; misuse inside the
// case is returned as an error and does not panic.
func (c *Case) Run() (err error) {
	run := kinds[c.Kind]
	if run == nil {
		return Unsupported("kind %q", c.Kind)
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *graph.Error:
			err = r
		default:
			panic(r)
		}
	}()
	err = run(c)
	var unknown *config.UnknownClassError
	if errors.As(err, &unknown) {
		return Unsupported("%v", err)
	}
	return err
}

// Paths returns the case files under dir, sorted; if kind is not empty, only those of that kind.
func Paths(dir, kind string) ([]string, error) {
	if kind == "" {
		kind = "*"
	}
	paths, err := filepath.Glob(filepath.Join(dir, kind, "*", "*.json"))
	slices.Sort(paths)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s: no cases KIND/GROUP/NAME.json of kind %q", dir, kind)
	}
	return paths, err
}

// Dir returns the folder of the whole collection, which is beside the repository:
// $RHYTON_GOLDEN, or ../shared/golden relative to the folder of go.mod.
func Dir() (string, error) {
	if dir := os.Getenv("RHYTON_GOLDEN"); dir != "" {
		return dir, nil
	}
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; at != filepath.Dir(at); at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			dir := filepath.Join(filepath.Dir(at), "shared", "golden")
			_, err := os.Stat(dir)
			return dir, err
		}
	}
	return "", errors.New("golden: no go.mod above the working directory")
}
