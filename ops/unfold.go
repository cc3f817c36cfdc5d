package ops

import "github.com/rhyton/rhyton/graph"

// Blocks describes how images (batch, channels, height, width) are divided into windows that may
// overlap, as for keras.ops.unfold and keras.ops.fold (channels first).
type Blocks struct {
	Size     []int // of a window: height and width, or one number for both
	Stride   []int // from window to window; nil: 1
	Dilation []int // from element to element of a window; nil: 1
	Padding  []int // zeros around the image; nil: 0
}

// Unfold returns the windows of x (batch, channels, height, width) as columns, row by row:
// (batch, channels·height·width of a window, windows).
func (o Blocks) Unfold(x N) N {
	if x.Rank() != 4 {
		graph.Errorf("unfold: got %v; want (batch, channels, height, width)", x.Shape)
	}
	size, stride, dilation, pad := o.axes("unfold")
	side := []int{0, 0, pad[0], pad[1]}
	x = Pad(x, side, side, 0)
	var places [2]int
	for i := range places {
		places[i] = o.places("unfold", x.Shape[2+i], size[i], stride[i], dilation[i])
	}
	cut := func(x N, axis, k, i int) N {
		return SliceStep(x, axis, k*dilation[i], k*dilation[i]+(places[i]-1)*stride[i]+1, stride[i])
	}
	var parts []N
	for r := range size[0] {
		for c := range size[1] {
			parts = append(parts, cut(cut(x, 2, r, 0), 3, c, 1))
		}
	}
	y := Stack(2, parts...)
	return Reshape(y, x.Shape[0], x.Shape[1]*len(parts), places[0]*places[1])
}

// Fold adds windows (batch, channels·height·width of a window, windows) to images (batch,
// channels, height, width) at the positions where Unfold reads them.
func (o Blocks) Fold(x N, height, width int) N {
	size, _, _, _ := o.axes("fold")
	n := size[0] * size[1]
	if x.Rank() != 3 || x.Shape[1]%n != 0 || height < 1 || width < 1 {
		graph.Errorf("fold: got %v to %d by %d; want (batch, channels·%d, windows)", x.Shape, height, width, n)
	}
	x = float(x)
	image := Full(x, 0, x.Shape[0], x.Shape[1]/n, height, width)
	windows := o.Unfold(image)
	if !windows.Shape.Equal(x.Shape) {
		graph.Errorf("fold: got %v to %d by %d; want %v", x.Shape, height, width, windows.Shape)
	}
	return graph.VJP([]N{windows}, []N{x}, []N{image})[0] // of a linear function: its transpose
}

// axes returns the settings for both axes.
func (o Blocks) axes(who string) (size, stride, dilation, pad []int) {
	if len(o.Size) == 0 {
		graph.Errorf("%s: Size is missing", who)
	}
	return perAxis(who, "size", o.Size, 2, 1), perAxis(who, "stride", o.Stride, 2, 1),
		perAxis(who, "dilation", o.Dilation, 2, 1), perAxis(who, "padding", o.Padding, 2, 0)
}

// places returns the number of windows along an axis of extent n.
func (o Blocks) places(who string, n, size, stride, dilation int) int {
	room := n - (size-1)*dilation - 1
	if size < 1 || stride < 1 || dilation < 1 || room < 0 {
		graph.Errorf("%s: windows of %d every %d, dilated by %d, of %d elements", who, size, stride, dilation, n)
	}
	return room/stride + 1
}
