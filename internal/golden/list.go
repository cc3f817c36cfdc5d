package golden

import (
	"bufio"
	"os"
	"strings"
)

// A List holds the names of cases known to be unsupported, one per line. It may only shrink.
type List map[string]bool

// ReadList reads a list; empty lines and lines that start with # are ignored.
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
