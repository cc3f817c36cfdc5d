package datasets

import (
	"fmt"
	"io"
)

// A guard reads CSV text and returns an error for input that encoding/csv would accept or buffer
// entirely: too much data, NUL bytes, and endless records, such as from an unclosed quote.
type guard struct {
	r           io.Reader
	left, limit int64
	line        int
	record      int // bytes since the last line end outside quotes
	start       int // line where the record began
	quoted      bool
}

const maxRecord = 4 << 20 // bytes

func (g *guard) Read(b []byte) (int, error) {
	n, err := g.r.Read(b)
	if g.left -= int64(n); g.left < 0 {
		return 0, fmt.Errorf("line %d: the file is larger than the limit of %d bytes; raise MaxBytes for a file you trust", g.line, g.limit)
	}
	for _, c := range b[:n] {
		g.record++
		switch c {
		case '"':
			g.quoted = !g.quoted // "" inside quotes toggles it twice
		case '\n':
			g.line++
			if !g.quoted {
				g.record, g.start = 0, g.line
			}
		case 0:
			return 0, fmt.Errorf("line %d: a NUL byte", g.line)
		}
	}
	if g.record > maxRecord {
		return 0, fmt.Errorf("line %d: a row of more than %d bytes; is a quote not closed?", g.start, maxRecord)
	}
	return n, err
}
