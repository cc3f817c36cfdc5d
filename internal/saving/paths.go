package saving

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/safetensors"
	"github.com/rhyton/rhyton/optimizers"
)

// pathFormat is the "format" in the metadata of a safetensors file. It changes whenever the layout
// changes. The file has weights/PATH for each variable of the model, and optimizer/PATH for each
// of the optimizer's.
const pathFormat = "rhyton-1"

// encodePaths returns the weights and, unless s is nil, the optimizer's state by path.
func (m *Model) encodePaths(s *optimizers.State, valueOf Values) (*safetensors.File, error) {
	f := &safetensors.File{Metadata: map[string]string{"format": pathFormat, "model": m.Name}}
	for _, v := range m.Vars {
		if err := putPath(f, "weights/"+v.Path, v, valueOf); err != nil {
			return nil, err
		}
	}
	if s == nil {
		return f, nil
	}
	rate, _ := s.LearningRate()
	f.Metadata["optimizer"] = config.ClassOf(s.Optimizer())
	f.Metadata["iterations"] = strconv.FormatInt(s.Iterations, 10)
	f.Metadata["learning_rate"] = strconv.FormatFloat(rate, 'g', -1, 64)
	for _, v := range s.Variables() {
		if err := putPath(f, "optimizer/"+v.Path, v, valueOf); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func putPath(f *safetensors.File, name string, v *graph.Variable, valueOf Values) error {
	t, err := valueOf(v)
	if err != nil {
		return fmt.Errorf("%s: %w", v.Path, err)
	}
	if f.Tensors[name] != nil {
		return fmt.Errorf("two weights have the path %q: give their layers names", v.Path)
	}
	f.Put(name, t)
	return nil
}

// readPaths matches variables with the file's arrays below prefix; the two sets must be equal.
func readPaths(f *safetensors.File, prefix string, vars []*graph.Variable) (*Assignment, error) {
	a := &Assignment{}
	left := map[string]bool{}
	for _, name := range f.Names {
		if strings.HasPrefix(name, prefix) {
			left[name] = true
		}
	}
	for _, v := range vars {
		t := f.Tensors[prefix+v.Path]
		if t == nil {
			return nil, fmt.Errorf("it has no %q, which the model has%s; known: %q", prefix+v.Path, config.Suggest(prefix+v.Path, f.Names), f.Names)
		}
		if t.DType() != v.Type.DType || !t.Shape().Equal(v.Type.Shape) {
			return nil, fmt.Errorf("%q is %v %v; the model expects %v %v", prefix+v.Path, t.DType(), t.Shape(), v.Type.DType, v.Type.Shape)
		}
		a.add(v, t)
		delete(left, prefix+v.Path)
	}
	for name := range left {
		return nil, fmt.Errorf("it has %q, which the model has not", name)
	}
	return a, nil
}

// readPathState reads the state of an optimizer.
func readPathState(f *safetensors.File, s *optimizers.State) (*Assignment, error) {
	a, err := readPaths(f, "optimizer/", s.Variables())
	if err != nil {
		return nil, err
	}
	n, err := parseSteps(f.Metadata["iterations"])
	if err != nil {
		return nil, err
	}
	rate, err := strconv.ParseFloat(f.Metadata["learning_rate"], 64)
	if err != nil {
		return nil, fmt.Errorf("metadata learning_rate: %w", err)
	}
	a.host = append(a.host, func() error {
		s.Iterations = n
		if _, settable := s.LearningRate(); settable {
			return s.SetLearningRate(rate)
		}
		return nil
	})
	return a, nil
}

// storedInPaths looks up the layers in a safetensors file, by the paths of their weights.
func (m *Model) storedInPaths(f *safetensors.File) []*stored {
	l := storedLayers{at: map[string]*stored{}}
	has := map[string]bool{}
	for _, v := range m.Vars {
		t := f.Tensors["weights/"+v.Path]
		if t != nil && (t.DType() != v.Type.DType || !t.Shape().Equal(v.Type.Shape)) {
			t = nil
		}
		has[v.Path] = true
		l.add(path.Dir(v.Path), v, t)
	}
	for _, name := range f.Names {
		name = strings.TrimPrefix(name, "weights/")
		if s := l.at[path.Dir(name)]; s != nil && !has[name] {
			s.more = true
		}
	}
	return l.all
}
