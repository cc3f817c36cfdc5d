package ref

import "github.com/rhyton/rhyton/graph"

func gather(t graph.Type, x, idx value) value {
	v := newValue(t)
	width := x.Shape[1:].Size()
	for k, row := range idx.i {
		row = min(max(row, 0), int64(x.Shape[0]-1))
		for j := range width {
			v.move(k*width+j, x, int(row)*width+j)
		}
	}
	return v
}

// move sets element k of v to element j of x.
func (v value) move(k int, x value, j int) {
	if v.f != nil {
		v.f[k] = x.f[j]
	} else {
		v.i[k] = x.i[j]
	}
}

func scatter(op graph.Scatter, x, idx, up value) value {
	v := newValue(x.Type)
	copy(v.f, x.f)
	copy(v.i, x.i)
	width := x.Shape[1:].Size()
	for k, row := range idx.i {
		if row < 0 || row >= int64(x.Shape[0]) {
			continue
		}
		for j := range width {
			v.merge(op.Fn, int(row)*width+j, up, k*width+j)
		}
	}
	return v.rounded()
}

func matmul(op graph.MatMul, t graph.Type, a, b value) value {
	v := newValue(t)
	r := len(t.Shape)
	m, n, k := t.Shape[r-2], t.Shape[r-1], a.Shape[r-1]
	if op.TransA {
		k = a.Shape[r-2]
	}
	for batch := range t.Shape[:r-2].Size() {
		for i := range m {
			for j := range n {
				for l := range k {
					p, q := (batch*m+i)*k+l, (batch*k+l)*n+j
					if op.TransA {
						p = (batch*k+l)*m + i
					}
					if op.TransB {
						q = (batch*n+j)*k + l
					}
					v.addProduct((batch*m+i)*n+j, a, p, b, q)
				}
			}
		}
	}
	return v.rounded()
}

// addProduct adds a[p]·b[q] to element k of v, without rounding.
func (v value) addProduct(k int, a value, p int, b value, q int) {
	if v.f != nil {
		v.f[k] += a.f[p] * b.f[q]
	} else {
		v.i[k] += a.i[p] * b.i[q]
	}
}
