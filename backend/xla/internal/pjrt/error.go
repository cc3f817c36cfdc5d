package pjrt

import "fmt"

// Code is the kind of an error, numbered like the status codes of absl and gRPC. A Code is itself an
// error, so it can be tested with errors.Is(err, pjrt.ResourceExhausted).
type Code int32

const (
	Cancelled          Code = 1
	Unknown            Code = 2
	InvalidArgument    Code = 3
	DeadlineExceeded   Code = 4
	NotFound           Code = 5
	AlreadyExists      Code = 6
	PermissionDenied   Code = 7
	ResourceExhausted  Code = 8
	FailedPrecondition Code = 9
	Aborted            Code = 10
	OutOfRange         Code = 11
	Unimplemented      Code = 12
	Internal           Code = 13
	Unavailable        Code = 14
	DataLoss           Code = 15
	Unauthenticated    Code = 16
)

var codeNames = [...]string{"ok", "cancelled", "unknown", "invalid argument", "deadline exceeded", "not found",
	"already exists", "permission denied", "resource exhausted", "failed precondition", "aborted", "out of range",
	"unimplemented", "internal", "unavailable", "data loss", "unauthenticated"}

// Error returns the name of the code in words.
func (c Code) Error() string {
	if c >= 0 && int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("code %d", int32(c))
}

// Error is the error returned by a plugin, or by this package on its behalf, when a call fails.
type Error struct {
	Op      string // the function of the C API, without PJRT_
	Code    Code
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("pjrt: %s: %s: %s", e.Op, e.Code, e.Message) }

// Is reports whether target is the error's Code.
func (e *Error) Is(target error) bool {
	c, ok := target.(Code)
	return ok && c == e.Code
}

func errorf(op string, code Code, format string, args ...any) error {
	return &Error{Op: op, Code: code, Message: fmt.Sprintf(format, args...)}
}
