// Package panicerr turns panics in user code, such as data sets and callbacks, into errors.
package panicerr

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Error is a panic that was recovered.
type Error struct {
	Who   string // whose it is; may be left to who wraps the error
	Value any
	Stack string // of the goroutine, from where it panicked on
}

// Error says who panicked, with what and where.
func (e *Error) Error() string {
	return strings.TrimLeft(fmt.Sprintf("%s panicked: %v\n%s", e.Who, e.Value, e.Stack), " ")
}

// Unwrap returns the value if it is an error, else nil.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Of returns the error for what recover returned, which is not nil. It is to be called by
// the function that recovers.
func Of(who string, value any) error {
	stack := string(debug.Stack())
	if _, below, ok := strings.Cut(stack, "\npanic("); ok { // what is above handles the panic
		if _, below, ok = strings.Cut(below, "\n\t"); ok {
			_, stack, _ = strings.Cut(below, "\n")
		}
	}
	return &Error{who, value, strings.TrimSpace(stack)}
}

// Catch returns what f returns, or the error of its panic.
func Catch(who string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Of(who, r)
		}
	}()
	return f()
}
