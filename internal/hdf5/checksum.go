package hdf5

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A file of [Write] is followed by a checksum, beyond the end that its superblock states:
// HDF5's own library and h5py do not look there, and cut it off when they change the file.
//
//	"RHYcrc32" and CRC-32C of everything before, little-endian, then four zeros
//
// It is expected where the file ends 16 bytes beyond its end, and where the last 16 bytes
// begin so; whichever of the two a flipped bit spoils, the other is there to tell.
const (
	checksumMark = "RHYcrc32"
	checksumSize = 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// trailer returns what follows a file of that checksum.
func trailer(sum uint32) []byte {
	b := append([]byte(checksumMark), byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
	return append(b, 0, 0, 0, 0)
}

// check compares the file with its checksum, if it has one; end is where its superblock says
// that it ends.
func (f *File) check(end uint64) error {
	if f.size < checksumSize {
		return nil
	}
	body := f.size - checksumSize
	last, err := f.bytes(body, checksumSize)
	if err != nil {
		return err
	}
	if string(last[:len(checksumMark)]) != checksumMark && end != body {
		return nil
	}
	sum := crc32.New(castagnoli)
	if _, err := io.Copy(sum, io.NewSectionReader(f.r, 0, int64(body))); err != nil {
		return err
	}
	if string(trailer(sum.Sum32())) != string(last) {
		return fmt.Errorf("the file is damaged: its checksum is %08x, that of its content %08x", u32(last[8:]), sum.Sum32())
	}
	if end != body {
		return errors.New("the file is damaged: it does not end where its superblock says")
	}
	return nil
}
