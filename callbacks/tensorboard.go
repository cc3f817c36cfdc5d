package callbacks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// TensorBoard writes the logs of each epoch as scalars for TensorBoard, in the folders that Keras
// uses: LogDir/train and LogDir/validation. Each log is named "epoch_" plus its name without
// "val_", so that training and validation share a chart.
type TensorBoard struct {
	LogDir     string // "logs" if empty; missing folders are created
	UpdateFreq int    `keras:"update_freq"` // also write the averages so far, named "batch_" plus the log, every UpdateFreq steps; 0: never

	train, validation eventFile
	steps             stepCounter
}

// tensorBoardState is the saved state of a [TensorBoard].
type tensorBoardState struct {
	Train, Validation logFile
	Steps             stepCounter
}

// On implements [Callback].
func (b *TensorBoard) On(e Event) error {
	return b.on(e)
}

func (b *TensorBoard) on(e Event) error {
	switch e.Kind {
	case TrainBegin:
		return b.begin(e)
	case BatchEnd:
		if !b.steps.due(e, b.UpdateFreq) {
			return nil
		}
		logs, err := e.Read()
		if err != nil {
			return err
		}
		return b.train.write(time.Now(), b.steps.Total, "batch_", "", logs)
	case EpochEnd:
		now := time.Now()
		return errors.Join(b.train.write(now, int64(e.Epoch), "epoch_", "", e.Logs), b.validation.write(now, int64(e.Epoch), "epoch_", "val_", e.Logs))
	case TrainEnd:
		return errors.Join(b.train.close(), b.validation.close())
	}
	return nil
}

func (b *TensorBoard) begin(e Event) error {
	dir := b.LogDir
	if dir == "" {
		dir = "logs"
	}
	b.steps = stepCounter{}
	if err := b.steps.check(e, "UpdateFreq", b.UpdateFreq); err != nil {
		return err
	}
	now := time.Now()
	b.train, b.validation = newEventFile(filepath.Join(dir, "train"), now), newEventFile(filepath.Join(dir, "validation"), now)
	return probe(b.train.Path)
}

// State implements [Stateful].
func (b *TensorBoard) State() ([]byte, error) {
	train, err := b.train.at()
	validation, err2 := b.validation.at()
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	return gobstate.Encode(tensorBoardState{train, validation, b.steps})
}

// SetState implements [Stateful]. The run continues the files of the interrupted one; events
// written after the saved state are removed.
func (b *TensorBoard) SetState(data []byte) error {
	var past tensorBoardState
	if err := gobstate.Decode(data, &past); err != nil {
		return err
	}
	b.steps = past.Steps
	return errors.Join(b.train.goOn(past.Train), b.validation.goOn(past.Validation))
}

// An eventFile is a TensorFlow event file: records that hold Event messages of
// tensorflow/core/util/event.proto. It is created at the first write.
type eventFile struct{ logFile }

// newEventFile returns a file that will be created in dir.
func newEventFile(dir string, now time.Time) eventFile {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	name := fmt.Sprintf("events.out.tfevents.%d.%s.%d.%d.v2", now.Unix(), strings.ReplaceAll(host, "/", "_"), os.Getpid(), now.Nanosecond())
	return eventFile{logFile{Path: filepath.Join(dir, name)}}
}

// write writes the logs whose names begin with prefix, which is omitted from the tags; with an
// empty prefix, the training logs.
func (f *eventFile) write(now time.Time, step int64, tag, prefix string, logs Logs) error {
	var values []byte
	for _, n := range logs.Names() {
		if prefix == "" && strings.HasPrefix(n, "val_") || !strings.HasPrefix(n, prefix) {
			continue
		}
		values = append(values, field2(1, scalar(tag+strings.TrimPrefix(n, prefix), logs[n]))...)
	}
	if len(values) == 0 {
		return nil
	}
	if f.file == nil {
		if err := f.open(f.Path, false); err != nil {
			return err
		}
	}
	data := record(summaryEvent(now, step, values))
	if f.Size == 0 {
		data = append(record(versionEvent(now)), data...)
	}
	_, err := f.Write(data)
	return err
}

// record encodes data as a TFRecord: length, its checksum, data, its checksum.
func record(data []byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, masked(b))
	b = append(b, data...)
	return binary.LittleEndian.AppendUint32(b, masked(data))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked returns TFRecord's checksum: CRC-32C, rotated and offset so that the checksum of data
// that contains checksums remains effective.
func masked(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// versionEvent returns the first event of a file: wall_time = 1, file_version = 3.
func versionEvent(now time.Time) []byte {
	return append(wallTime(now), field2(3, []byte("brain.Event:2"))...)
}

// summaryEvent returns wall_time = 1, step = 2, summary = 5 { repeated Value value = 1 }.
func summaryEvent(now time.Time, step int64, values []byte) []byte {
	b := wallTime(now)
	if step != 0 {
		b = binary.AppendUvarint(append(b, 2<<3), uint64(step))
	}
	return append(b, field2(5, values)...)
}

// scalar returns a Summary.Value: tag = 1, simple_value = 2.
func scalar(tag string, v float64) []byte {
	b := append(field2(1, []byte(tag)), 2<<3|5)
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
}

func wallTime(now time.Time) []byte {
	return binary.LittleEndian.AppendUint64([]byte{1<<3 | 1}, math.Float64bits(float64(now.UnixMicro())/1e6))
}

// field2 returns a field of wire type 2: number, length and data.
func field2(number byte, data []byte) []byte {
	return append(binary.AppendUvarint([]byte{number<<3 | 2}, uint64(len(data))), data...)
}
