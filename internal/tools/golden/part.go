package main

import "fmt"

// A part selects every nth case starting with the kth, counted from 1; if n is 0, all cases.
type part struct{ k, n int }

// set parses "K/N".
func (p *part) set(text string) error {
	if _, err := fmt.Sscanf(text, "%d/%d", &p.k, &p.n); err != nil || p.k < 1 || p.k > p.n {
		return fmt.Errorf("want K/N with 1 ≤ K ≤ N, such as 1/8")
	}
	return nil
}

func (p *part) of(paths []string) (some []string) {
	for i := max(p.k-1, 0); i < len(paths); i += max(p.n, 1) {
		some = append(some, paths[i])
	}
	return some
}
