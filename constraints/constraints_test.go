package constraints

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
)

func TestOddBoundsAreErrors(t *testing.T) {
	for _, row := range []struct {
		name string
		c    Constraint
		want string
	}{
		{"negative norm", MaxNorm{MaxValue: -1}, "constraint MaxNorm: MaxValue is -1; want a number in (0, inf)"},
		{"rate above 1", MinMaxNorm{Rate: 2}, "constraint MinMaxNorm: Rate is 2; want a number in (0, 1]"},
		{"no such axis", UnitNorm{Axis: []int{5}}, "axis 5 of a value of rank 2; want -2 to 1"},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			return []*graph.Node{row.c.Apply(g.Input(graph.Float32, 2, 3))}
		})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}
