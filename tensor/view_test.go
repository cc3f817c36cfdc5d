package tensor

import "testing"

func TestRowsInto(t *testing.T) {
	x, y := Of([]float32{0, 1, 2, 3, 4, 5}, 3, 2), Of([]int32{7, 8, 9}, 3)
	view := RowsInto(nil, x, 0, 2)
	if again := RowsInto(view, x, 1, 3); again != view || again.String() != x.Rows(1, 3).String() {
		t.Errorf("the view is %v; want rows 1 and 2 of %v", again, x)
	}
	if other := RowsInto(view, y, 0, 2); other == view || view.String() != x.Rows(1, 3).String() {
		t.Errorf("a view of another rank was used: %v", view)
	}
	if whole := RowsInto(x, x, 0, 1); whole == x || x.Shape()[0] != 3 {
		t.Error("an array that owns its elements was used")
	}
	if RowsInto(view, x, 2, 5).Err() == nil {
		t.Error("rows beyond the end are no error")
	}
}
