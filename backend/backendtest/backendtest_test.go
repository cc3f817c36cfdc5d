package backendtest_test

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
)

func TestTheReferencePasses(t *testing.T) {
	m := backendtest.Run(t, ref.New())
	for _, l := range m.Lines {
		if l.Status != backendtest.Supported {
			t.Errorf("%s of %v: %v", l.Op, l.DType, l.Status)
		}
	}
	if s, ok := m.Of("exp", graph.BFloat16); !ok || s != backendtest.Supported {
		t.Errorf("exp of bfloat16: %v, tested %v", s, ok)
	}
	var b strings.Builder
	if err := m.WriteMarkdown(&b); err != nil || !strings.Contains(b.String(), "| exp | ✓ | ✓ | ✓ | ✓ |  |  |  |  |") {
		t.Errorf("the table is %v\n%v", err, b.String())
	}
}
