package callbacks

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// CSVLogger writes the logs of each epoch to a file as one row of a table, like the Keras
// callback: the epoch number (from 0), then the logs of the first epoch sorted by name; if that
// epoch was not validated, columns for validation logs are added. A missing value is NA. The file
// is complete after every epoch. training.OpenHistory reads it.
type CSVLogger struct {
	Path      string `keras:"filename"`                  // missing folders are created
	Separator string `keras:"separator" default:"\",\""` // between columns, one character
	Append    bool   `keras:"append"`                    // append to an existing file, which must have the same columns

	file  logFile
	table *csv.Writer
	names []string // columns after the first
	old   []string // columns of the file being appended to
}

// csvState is the saved state of a [CSVLogger].
type csvState struct {
	File  logFile
	Names []string
}

// On implements [Callback].
func (l *CSVLogger) On(e Event) error {
	var err error
	switch e.Kind {
	case TrainBegin:
		err = l.open(e)
	case EpochEnd:
		err = l.write(e)
	case TrainEnd:
		err = l.file.close()
	}
	return err
}

func (l *CSVLogger) open(e Event) error {
	sep := []rune(l.Separator)
	switch {
	case l.Path == "":
		return errors.New("Path is empty: want a file's name")
	case len(sep) == 0:
		sep = []rune{','}
	case len(sep) > 1 || strings.ContainsRune("\r\n\"", sep[0]):
		return fmt.Errorf("Separator is %q: want one character such as ; or a tab", l.Separator)
	}
	if err := l.file.open(l.Path, l.Append); err != nil {
		return err
	}
	l.table = csv.NewWriter(&l.file)
	l.table.Comma, l.table.UseCRLF = sep[0], true
	l.names, l.old = nil, nil
	if !l.Append {
		return nil
	}
	var err error
	old := csv.NewReader(l.file.file)
	if _, err := l.file.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	old.Comma = sep[0]
	if l.old, err = old.Read(); err != nil && err != io.EOF {
		return fmt.Errorf("append to %s: %w", l.Path, err)
	}
	return l.checkOld(e.Run.LogNames)
}

// checkOld returns an error if a file to append to lacks a column for a log that the run will
// have.
func (l *CSVLogger) checkOld(names []string) error {
	if l.old == nil {
		return nil
	}
	for _, n := range names {
		if !slices.Contains(l.old, n) {
			return fmt.Errorf("append to %s: it has the columns %s, and none for %q, which this run logs: choose another file",
				l.Path, strings.Join(l.old, " "), n)
		}
	}
	return nil
}

func (l *CSVLogger) write(e Event) error {
	if l.names == nil {
		if err := l.writeHeader(e.Logs); err != nil {
			return err
		}
	}
	row := []string{strconv.Itoa(e.Epoch)}
	for _, n := range l.names {
		cell := "NA"
		if v, ok := e.Logs[n]; ok {
			cell = exact(v)
		}
		row = append(row, cell)
	}
	if err := l.table.Write(row); err != nil {
		return err
	}
	l.table.Flush()
	return l.table.Error()
}

func (l *CSVLogger) writeHeader(logs Logs) error {
	for n := range logs {
		l.names = append(l.names, n)
	}
	slices.Sort(l.names)
	if !slices.ContainsFunc(l.names, func(n string) bool { return strings.HasPrefix(n, "val_") }) {
		for _, n := range slices.Clone(l.names) {
			l.names = append(l.names, "val_"+n)
		}
	}
	head := append([]string{"epoch"}, l.names...)
	if l.old == nil {
		return l.table.Write(head)
	}
	if !slices.Equal(l.old, head) {
		return fmt.Errorf("append to %s: it has the columns %s, this run logs %s: choose another file",
			l.Path, strings.Join(l.old, " "), strings.Join(head, " "))
	}
	return nil
}

// State implements [Stateful].
func (l *CSVLogger) State() ([]byte, error) {
	at, err := l.file.at()
	if err != nil {
		return nil, err
	}
	return gobstate.Encode(csvState{at, l.names})
}

// SetState implements [Stateful]. It removes the rows of epochs after the saved state.
func (l *CSVLogger) SetState(data []byte) error {
	var past csvState
	if err := gobstate.Decode(data, &past); err != nil {
		return err
	}
	l.names = past.Names
	return l.file.goOn(past.File)
}
