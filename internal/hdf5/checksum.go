package hdf5

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// [Write] appends a checksum after the end of file stated in the superblock. The HDF5 library and
// h5py ignore it, and truncate it when they modify the file.
//
//	"RHYcrc32" and the CRC-32C of everything before, little-endian, then four zeros
//
// The reader expects it if the file is 16 bytes longer than stated, or if the last 16 bytes start
// with the tag: if a flipped bit corrupts one of these signs, the other is still detected.
const (
	checksumMark = "RHYcrc32"
	checksumSize = 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// trailer returns the bytes that follow a file with the given checksum.
func trailer(sum uint32) []byte {
	b := append([]byte(checksumMark), byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
	return append(b, 0, 0, 0, 0)
}

// check compares the file with its checksum, if it has one; end is the end of file stated in the
// superblock.
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
