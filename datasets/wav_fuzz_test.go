package datasets

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// wavFile is a recording of three samples with two channels.
func wavFile() []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	for _, v := range []any{uint16(1), uint16(2), uint32(8000), uint32(32000), uint16(4), uint16(16)} {
		b, _ = binary.Append(b, binary.LittleEndian, v)
	}
	b = append(b, "data\x0c\x00\x00\x00"...)
	b, _ = binary.Append(b, binary.LittleEndian, []int16{1, -1, 2, -2, 32767, -32768})
	return b
}

func FuzzWAV(f *testing.F) {
	f.Add(wavFile())
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Limits{MaxBytes: 1 << 20}.Audio(bytes.NewReader(b))
		if err == nil && (a.Samples.Err() != nil || a.Samples.Rank() != 2) {
			t.Fatal(a.Samples, a.Samples.Err())
		}
	})
}

func TestAWAVFileIsRead(t *testing.T) {
	a, err := Limits{}.Audio(bytes.NewReader(wavFile()))
	if err != nil || a.Rate != 8000 || !a.Samples.Shape().Equal([]int{3, 2}) {
		t.Fatal(a, err)
	}
}
