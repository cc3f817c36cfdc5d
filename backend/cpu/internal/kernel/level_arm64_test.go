package kernel

import "testing"

// Tests that are asked for by the level's name would otherwise pass where it is not.
func TestArm64HasNEON(t *testing.T) {
	if Best() != NEON || NEON.String() != "neon" {
		t.Errorf("the best level is %v, %d, of %v", Best(), Best(), levelNames)
	}
	defer SetLevel(SetLevel(NEON))
	if tiled == nil || tiled.tiles[12][2] == nil {
		t.Error("no tiles")
	}
}
