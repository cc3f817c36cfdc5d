package layers

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
)

// Keras registers these classes in the modules of their models.
func TestLayersOfApplicationsKeepTheirModule(t *testing.T) {
	const file = `{"module":"keras.src.applications.convnext","class_name":"LayerScale","config":{"name":"scale","init_values":1e-06,"projection_dim":96},"registered_name":"LayerScale"}`
	l, err := FromJSON([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if s := l.(*LayerScale); *s.InitValues != 1e-6 || s.ProjectionDim != 96 {
		t.Errorf("read as %+v", s)
	}
	raw, err := ToJSON(l)
	if err != nil || !strings.HasPrefix(string(raw), `{"module":"keras.src.applications.convnext","class_name":"LayerScale"`) {
		t.Errorf("written as %s, %v", raw, err)
	}
}

// A sample is either dropped or kept as a whole.
func TestStochasticDepthDropsSamples(t *testing.T) {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := NewScope(g)
		s.Training = true
		return []*graph.Node{(&StochasticDepth{DropPathRate: .5}).Call(s, g.Input(graph.Float32, 4, 3, 2))}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes {
		if _, ok := n.Op.(graph.Random); ok && !n.Shape.Equal(graph.Shape{4, 1, 1}) {
			t.Errorf("draws %v numbers; want one for each sample", n.Shape)
		}
	}
}
