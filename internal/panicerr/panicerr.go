// Package panicerr turns panics in user code, such as data sets and callbacks, into errors.
package panicerr

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Error is a recovered panic.
type Error struct {
	Who   string // the code that panicked; may be left to the code that wraps the error
	Value any
	Stack string // stack of the goroutine, starting where it panicked
}

// Error returns what panicked, the value and the place.
func (e *Error) Error() string {
	return strings.TrimLeft(fmt.Sprintf("%s panicked: %v\n%s", e.Who, e.Value, e.Stack), " ")
}

// Unwrap returns the panic value if it is an error, otherwise nil.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Of returns the error for a non-nil value returned by recover. It must be called by the function
// that recovers.
func Of(who string, value any) error {
	stack := string(debug.Stack())
	if _, below, ok := strings.Cut(stack, "\npanic("); ok { // the frames above handle the panic
		if _, below, ok = strings.Cut(below, "\n\t"); ok {
			_, stack, _ = strings.Cut(below, "\n")
		}
	}
	return &Error{who, value, strings.TrimSpace(stack)}
}

// Catch returns the result of f, or an [Error] if f panics.
func Catch(who string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Of(who, r)
		}
	}()
	return f()
}
