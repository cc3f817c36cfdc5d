package regularizers

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
)

func TestOddFactorsAreErrors(t *testing.T) {
	for _, row := range []struct {
		name string
		r    Regularizer
		want string
	}{
		{"l2(-1)", L2{Factor: new(-1.0)}, "regularizer L2: Factor is -1; want a number in [0, inf)"},
		{"l2(nan)", L2{Factor: new(math.NaN())}, "regularizer L2: Factor is NaN; want a number in [0, inf)"},
		{"l1(inf)", L1{Factor: new(math.Inf(1))}, "regularizer L1: Factor is +Inf; want a number in [0, inf)"},
		{"l1_l2(0, -1)", L1L2{L2: -1}, "regularizer L1L2: L2 is -1"},
		{"orthogonal by diagonals", Orthogonal{Mode: "diagonals"}, `Mode is "diagonals"; want "rows", "columns"`},
		{"orthogonal of a vector", Orthogonal{}, "a weight of shape (3,); want a matrix"},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			return []*graph.Node{row.r.Penalty(g.Input(graph.Float32, 3))}
		})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}

func TestParseKnowsKerasNames(t *testing.T) {
	for _, name := range []string{"l1", "l2", "l1_l2", "L1L2", "orthogonal_regularizer"} {
		if _, err := Parse(name); err != nil {
			t.Error(err)
		}
	}
}
