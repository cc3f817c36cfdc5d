package callbacks

import (
	"math"
	"testing"
	"time"
)

func TestNumbersForPeople(t *testing.T) {
	for want, got := range map[string]string{
		"34µs": seconds(34 * time.Microsecond), "0.4ms": seconds(400 * time.Microsecond), "12ms": seconds(12 * time.Millisecond), "0.9s": seconds(900 * time.Millisecond),
		"75.0s": seconds(75 * time.Second), "3m20s": seconds(200 * time.Second), "2h05m": seconds(125 * time.Minute),
		"34,826": thousands(34826), "999": thousands(999), "-1,000": thousands(-1000), "1,234,567": thousands(1234567),
		"0.0000": short(0), "0.1234": short(.12344), "1.500e-05": short(1.5e-5), "1.235e+06": short(1234567), "NaN": short(math.NaN()),
		"1e-05": compact(1e-5), "0.00025": compact(.00025), "5e-07": exact(5e-7), "0.0001": exact(1e-4), "nan": exact(math.NaN()), "-inf": exact(math.Inf(-1)),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
