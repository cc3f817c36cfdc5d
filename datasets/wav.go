package datasets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/rhyton/rhyton/tensor"
)

// Audio is a recording. Samples are Float32 of shape (samples, channels), from -1 to 1.
type Audio struct {
	Samples *tensor.Tensor
	Rate    int // samples per second
}

// LoadAudio reads a WAV file of 16-bit PCM, like tf.audio.decode_wav: a sample s becomes s/32768.
func LoadAudio(path string) (Audio, error) {
	return load("audio", path, func(f *os.File) (Audio, error) { return Limits{}.wav(f) })
}

// Audio reads a recording like [LoadAudio].
func (l Limits) Audio(r io.Reader) (Audio, error) {
	a, err := l.wav(r)
	if err != nil {
		return a, fmt.Errorf("datasets: audio: %w", err)
	}
	return a, nil
}

func (l Limits) wav(r io.Reader) (Audio, error) {
	data, err := io.ReadAll(io.LimitReader(r, l.maxBytes()+1))
	if err != nil {
		return Audio{}, err
	}
	if int64(len(data)) > l.maxBytes() {
		return Audio{}, fmt.Errorf("more than the limit of %d bytes; raise Limits.MaxBytes for a file you trust", l.maxBytes())
	}
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return Audio{}, fmt.Errorf("not a WAV file")
	}
	var a Audio
	channels := 0
	for rest := data[12:]; len(rest) >= 8; {
		name, n := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if n > int64(len(rest)) {
			return a, fmt.Errorf("chunk %q has %d bytes, the file %d more", name, n, len(rest))
		}
		body := rest[:n]
		rest = rest[min(n+n%2, int64(len(rest))):] // chunks start at even offsets
		switch name {
		case "fmt ":
			if channels, a.Rate, err = wavFormat(body); err != nil {
				return a, err
			}
		case "data":
			if channels == 0 {
				return a, fmt.Errorf("the samples come before their format")
			}
			a.Samples, err = pcm(body, channels)
			return a, err
		}
	}
	return a, fmt.Errorf("the file has no samples")
}

// wavFormat parses the format chunk.
func wavFormat(b []byte) (channels, rate int, err error) {
	if len(b) < 16 {
		return 0, 0, fmt.Errorf("a format of %d bytes; want 16", len(b))
	}
	le := binary.LittleEndian
	kind, bits := le.Uint16(b), le.Uint16(b[14:])
	channels, rate = int(le.Uint16(b[2:])), int(le.Uint32(b[4:]))
	if kind == 0xFFFE && len(b) >= 26 { // extensible: the kind is in the extension
		kind = le.Uint16(b[24:])
	}
	if kind != 1 || bits != 16 {
		return 0, 0, fmt.Errorf("samples of kind %d and %d bits; want 16-bit PCM", kind, bits)
	}
	if channels == 0 || rate == 0 {
		return 0, 0, fmt.Errorf("%d channels, %d samples a second", channels, rate)
	}
	return channels, rate, nil
}

func pcm(b []byte, channels int) (*tensor.Tensor, error) {
	if len(b)%(2*channels) != 0 {
		return nil, fmt.Errorf("%d bytes of samples; want a multiple of %d", len(b), 2*channels)
	}
	ints := make([]int16, len(b)/2)
	if err := binary.Read(bytes.NewReader(b), binary.LittleEndian, ints); err != nil {
		return nil, err
	}
	out := make([]float32, len(ints))
	for i, v := range ints {
		out[i] = float32(v) / 32768
	}
	return tensor.Of(out, len(ints)/channels, channels), nil
}
