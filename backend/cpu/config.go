package cpu

import (
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

// config is what a device's name says: "cpu", "cpu:2", "cpu:2?matmul=bf16x3".
type config struct {
	threads int
	matmul  kernel.Precision // of products of float32
}

var precisions = map[string]kernel.Precision{"float32": kernel.Single, "bf16": kernel.Short, "bf16x3": kernel.Triple}

func parse(text string) (config, error) {
	c := config{threads: runtime.GOMAXPROCS(0)}
	threads, query, _ := strings.Cut(text, "?")
	if threads != "" {
		var err error
		if c.threads, err = strconv.Atoi(threads); err != nil || c.threads < 1 {
			return c, fmt.Errorf("cpu: %q is not a number of threads; write cpu or cpu:2", threads)
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return c, fmt.Errorf("cpu: options %q: %w", query, err)
	}
	for key, all := range values {
		if key != "matmul" {
			return c, fmt.Errorf("cpu: option %s is unknown; there is matmul", key)
		}
		p, ok := precisions[all[len(all)-1]]
		if !ok {
			return c, fmt.Errorf("cpu: option matmul=%s: wants float32, bf16x3 or bf16", all[len(all)-1])
		}
		c.matmul = p
	}
	return c, nil
}
