package training

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// WriteCSV writes the history as a table with a column "epoch" (from 0) and one column per log. A
// missing value is NA; a number has the fewest digits that read back exactly.
func (h *History) WriteCSV(w io.Writer) error {
	names := h.Names()
	c := csv.NewWriter(w)
	if err := c.Write(append([]string{"epoch"}, names...)); err != nil {
		return err
	}
	for i, l := range h.Logs {
		row := []string{strconv.Itoa(h.Epochs[i])}
		for _, n := range names {
			cell := "NA"
			if v, ok := l[n]; ok {
				cell = strconv.FormatFloat(v, 'g', -1, 64)
			}
			row = append(row, cell)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// ReadHistory reads the output of [History.WriteCSV] or of Keras' CSVLogger; fields may be
// separated by commas, semicolons or tabs. A column that is not numeric is an error.
func ReadHistory(r io.Reader) (*History, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(strings.NewReader(string(text)))
	c.Comma = separator(string(text))
	rows, err := c.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if len(rows) == 0 || !slices.Contains(rows[0], "epoch") {
		return nil, fmt.Errorf("history: the first line must name the columns, one of them \"epoch\"")
	}
	h := &History{}
	for i, row := range rows[1:] {
		if err := h.addRow(rows[0], row); err != nil {
			return nil, fmt.Errorf("history: line %d: %w", i+2, err)
		}
	}
	return h, nil
}

// OpenHistory reads the file at path like [ReadHistory].
func OpenHistory(path string) (*History, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := ReadHistory(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return h, nil
}

func separator(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	for _, sep := range ";\t" {
		if strings.ContainsRune(head, sep) {
			return sep
		}
	}
	return ','
}

func (h *History) addRow(names, row []string) error {
	logs := Logs{}
	epoch := len(h.Logs)
	for k, name := range names {
		cell := strings.TrimSpace(row[k])
		if cell == "NA" || cell == "" {
			continue
		}
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return fmt.Errorf("column %q: %q is not a number", name, cell)
		}
		if name != "epoch" {
			logs[name] = v
		} else if epoch = int(v); v != math.Trunc(v) || v < 0 || v > math.MaxInt32 {
			return fmt.Errorf("epoch %v is not a non-negative integer", v)
		}
	}
	h.Epochs, h.Logs = append(h.Epochs, epoch), append(h.Logs, logs)
	return nil
}
