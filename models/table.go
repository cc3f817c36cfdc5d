package models

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// writeTable writes rows, the first of which is the header, in columns that fit width. The two
// text columns, layer and type, are shortened if needed.
func writeTable(b *strings.Builder, rows [][]string, width int) {
	wide := make([]int, len(rows[0]))
	total := 0
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], utf8.RuneCountInString(c))
		}
	}
	for _, w := range wide {
		total += w + 2
	}
	for _, i := range []int{1, 2} { // may shrink, but never below 8
		give := min(max(total-width, 0), max(wide[i]-8, 0))
		wide[i] -= give
		total -= give
	}
	for n, r := range rows {
		for i, c := range r {
			c = shorten(c, wide[i])
			pad := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(c))
			if right := i == 0 || i >= 4 && i <= 6; right {
				c = pad + c
			} else if i < len(r)-1 {
				c += pad
			}
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString("  ")
			}
		}
		b.WriteByte('\n')
		if n == 0 {
			b.WriteString(strings.Repeat("─", min(total-2, width)))
			b.WriteByte('\n')
		}
	}
	b.WriteString(strings.Repeat("─", min(total-2, width)))
	b.WriteByte('\n')
}

// writeWrapped writes items separated by dots, in lines that fit width.
func writeWrapped(b *strings.Builder, items []string, width int) {
	line := ""
	for _, item := range items {
		switch next := line + " · " + item; {
		case line == "":
			line = item
		case utf8.RuneCountInString(next) <= width:
			line = next
		default:
			b.WriteString(line + "\n")
			line = item
		}
	}
	b.WriteString(line + "\n")
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:max(n-1, 0)]) + "…"
	}
	return s
}

// thousands formats n with commas: 34,826.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func share(n, total int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f%%", 100*float64(n)/float64(total))
}

// amount formats a number of operations: 430 K, 1.2 M.
func amount(x float64) string {
	switch {
	case x == 0:
		return ""
	case x < 1e3:
		return fmt.Sprintf("%.0f", x)
	case x < 1e6:
		return fmt.Sprintf("%.3g K", x/1e3)
	case x < 1e9:
		return fmt.Sprintf("%.3g M", x/1e6)
	}
	return fmt.Sprintf("%.3g G", x/1e9)
}

func flopText(x float64) string {
	if x == 0 {
		return "0 FLOPs"
	}
	return amount(x) + " FLOPs"
}

// size formats a number of bytes: 136 KB.
func size(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.3g KB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.3g MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.3g GB", float64(n)/(1<<30))
}
