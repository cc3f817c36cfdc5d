package losses

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// Labels returns the class of each row of targets y: the value itself if y is (batch) or (batch,
// 1), the index of the largest element if it is one-hot (batch, classes).
func Labels(y *tensor.Tensor) ([]int, error) {
	v, err := tensor.As[float64](y)
	if err != nil {
		return nil, err
	}
	if y.Rank() == 0 || y.Rank() > 2 {
		return nil, fmt.Errorf("targets %v; classes are read from (batch), (batch, 1) or (batch, classes)", y.Shape())
	}
	n := y.Shape()[0]
	classes := make([]int, n)
	if n == 0 {
		return classes, nil
	}
	w := len(v) / n
	for i := range classes {
		row := v[i*w : (i+1)*w]
		if w == 1 {
			classes[i] = int(row[0])
			continue
		}
		for j, x := range row {
			if x > row[classes[i]] {
				classes[i] = j
			}
		}
	}
	return classes, nil
}
