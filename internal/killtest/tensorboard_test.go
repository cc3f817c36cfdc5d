//go:build unix

package killtest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// scalars returns the events of a TensorBoard file without their times.
func scalars(data []byte) (string, error) {
	var out []string
	for len(data) > 0 {
		if len(data) < 12 {
			return "", fmt.Errorf("a record is cut off: %x", data)
		}
		n := binary.LittleEndian.Uint64(data)
		if n < 9 || uint64(len(data)) < n+16 {
			return "", fmt.Errorf("a record of %d bytes, of which there are %d", n, len(data))
		}
		out = append(out, hex.EncodeToString(data[12+9:12+n])) // field 1 is the time, 9 bytes long
		data = data[n+16:]
	}
	return strings.Join(out, " "), nil
}
