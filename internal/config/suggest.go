package config

import "strings"

// Suggest returns `; did you mean "x"?` for the candidate closest to name, or "" if none is close.
func Suggest(name string, candidates []string) string {
	if len(name) > 64 { // not a typo, and distance takes quadratic time
		return ""
	}
	best, at := 2*(len(name)/3+2), ""
	for _, c := range candidates {
		d := 2 * distance(strings.ToLower(name), strings.ToLower(c))
		if 2*distance(name, c) > d { // a difference in case counts less
			d++
		}
		if d < best {
			best, at = d, c
		}
	}
	if at == "" {
		return ""
	}
	return `; did you mean "` + at + `"?`
}

// distance returns the number of insertions, deletions, substitutions and swaps of adjacent
// characters that turn a into b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
		for j := 1; j <= len(b); j++ {
			if i == 0 {
				rows[i][j] = j
				continue
			}
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
