package golden

import (
	"bufio"
	"os"
	"strings"
)

// A List names cases that are known to be unsupported, one a line. It may only shrink.
type List map[string]bool

// ReadList reads a list; lines that are empty or begin with # do not count.
func ReadList(path string) (List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list := List{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
			list[line] = true
		}
	}
	return list, s.Err()
}
