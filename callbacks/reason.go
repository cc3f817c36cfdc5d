package callbacks

import (
	"errors"
	"strings"
)

// stopped reports whether the run ended normally: after all epochs, or by [Stop].
func stopped(err error) bool { return err == nil || errors.Is(err, Stop) }

// reason returns why a run ended before its last epoch.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), Stop.Error()+": ")
}
