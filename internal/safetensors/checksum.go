package safetensors

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
)

// The checksum is CRC-32C of the whole file, in which its own eight digits count as zeros. It
// stands in the metadata, where other readers of the format pass it by. Two keys announce
// it: whichever of them a flipped bit spoils, the other is there to tell.
const (
	checksumKey  = "crc32c"
	checksumKind = "checksum" // is "crc32c"
	noChecksum   = "00000000"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// pair is how the checksum stands in the header. Inside of a name its quotes would be escaped.
func pair(sum string) []byte { return fmt.Appendf(nil, "%q:%q", checksumKey, sum) }

// seal sets the checksum of a header.
func seal(head []byte, sum uint32) []byte {
	return bytes.Replace(head, pair(noChecksum), pair(fmt.Sprintf("%08x", sum)), 1)
}

// checked compares a file with the checksum in its metadata, and removes that from there.
// Files of other writers have none.
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
