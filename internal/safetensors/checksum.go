package safetensors

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
)

// The checksum is the CRC-32C of the whole file with its own eight digits replaced by zeros. It is
// in the metadata, where other readers of the format ignore it. Two keys announce it: if a flipped
// bit corrupts one of them, the other is still detected.
const (
	checksumKey  = "crc32c"
	checksumKind = "checksum" // is "crc32c"
	noChecksum   = "00000000"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// pair returns the checksum as it appears in the header. Inside a name its quotes would be escaped.
func pair(sum string) []byte { return fmt.Appendf(nil, "%q:%q", checksumKey, sum) }

// seal sets the checksum in a header.
func seal(head []byte, sum uint32) []byte {
	return bytes.Replace(head, pair(noChecksum), pair(fmt.Sprintf("%08x", sum)), 1)
}

// checked verifies the checksum in a file's metadata and removes it from meta. Files from other
// writers have none.
func checked(r io.ReaderAt, size int64, head []byte, meta map[string]string) error {
	want, has := meta[checksumKey]
	kind, announced := meta[checksumKind]
	if !announced && !has {
		return nil
	}
	delete(meta, checksumKey)
	delete(meta, checksumKind)
	zeroed := bytes.Replace(head, pair(want), pair(noChecksum), 1)
	if kind != checksumKey || len(zeroed) != len(head) || bytes.Count(head, pair(want)) != 1 {
		return fmt.Errorf("the file is damaged: its checksum is %q of the kind %q", want, kind)
	}
	sum := crc32.New(castagnoli)
	sum.Write(zeroed)
	if _, err := io.Copy(sum, io.NewSectionReader(r, int64(len(head)), size-int64(len(head)))); err != nil {
		return err
	}
	if got := fmt.Sprintf("%08x", sum.Sum32()); got != want {
		return fmt.Errorf("the file is damaged: its checksum is %s, that of its content %s", want, got)
	}
	return nil
}
