package pjrt

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"unsafe"
)

// CompileOptions are compile options for one replica of one partition.
type CompileOptions struct {
	Device int // ID of the device to run on

	// Overrides are XLA flags for this program only, by name without dashes: "xla_gpu_autotune_level": 0.
	// A value is a string, bool, int, int64 or float64. The environment variable XLA_FLAGS applies to
	// the whole process, and an unknown name in it terminates the process.
	Overrides map[string]any
}

// encode returns the CompileOptionsProto of xla/pjrt/proto/compile_options.proto.
func (o CompileOptions) encode() ([]byte, error) {
	var device, assignment, build, out protobuf
	device.int(1, int64(o.Device)) // ComputationDevice.replica_device_ids
	assignment.int(1, 1)           // DeviceAssignmentProto.replica_count
	assignment.int(2, 1)           // computation_count
	assignment.bytes(3, device)
	build.int(1, -1) // ExecutableBuildOptionsProto.device_ordinal: from the assignment
	build.int(4, 1)  // num_replicas
	build.int(5, 1)  // num_partitions
	build.bytes(9, assignment)
	out.bytes(3, build)
	for _, name := range slices.Sorted(maps.Keys(o.Overrides)) {
		var value, entry protobuf
		switch x := o.Overrides[name].(type) {
		case string:
			value.bytes(1, []byte(x))
		case bool:
			n := int64(0)
			if x {
				n = 1
			}
			value.int(2, n)
		case int:
			value.int(3, int64(x))
		case int64:
			value.int(3, x)
		case float64:
			value.double(4, x)
		default:
			return nil, fmt.Errorf("pjrt: override %s: got a %T; want string, bool, int, int64 or float64", name, x)
		}
		entry.bytes(1, []byte(name))
		entry.bytes(2, value)
		out.bytes(7, entry) // CompileOptionsProto.env_option_overrides
	}
	return out, nil
}

// protobuf is a message in wire format.
type protobuf []byte

func (p *protobuf) varint(x uint64) {
	for ; x >= 0x80; x >>= 7 {
		*p = append(*p, byte(x)|0x80)
	}
	*p = append(*p, byte(x))
}

func (p *protobuf) int(field int, x int64) { p.varint(uint64(field) << 3); p.varint(uint64(x)) }

func (p *protobuf) bytes(field int, b []byte) {
	p.varint(uint64(field)<<3 | 2)
	p.varint(uint64(len(b)))
	*p = append(*p, b...)
}

func (p *protobuf) double(field int, x float64) {
	p.varint(uint64(field)<<3 | 1)
	for i, bits := 0, math.Float64bits(x); i < 8; i, bits = i+1, bits>>8 {
		*p = append(*p, byte(bits))
	}
}

// program is PJRT_Program.
type program struct {
	header
	code    *byte
	size    uintptr
	format  *byte
	nformat uintptr
}

func newProgram(text string) *program {
	code, format := []byte(text), []byte("mlir")
	p := &program{code: bytesPtr(code), size: uintptr(len(code)), format: &format[0], nformat: uintptr(len(format))}
	p.header.size = unsafe.Sizeof(*p)
	return p
}

type compileArgs struct {
	header
	owner      uintptr // the client; without a device, the topology
	program    *program
	options    *byte
	numOptions uintptr
	out        uintptr // without a device: an optional client
	executable uintptr // only without a device
}

// Compile compiles a module in StableHLO text, whose public function is main. An argument with the
// attribute {tf.aliasing_output = n : i32} is donated to output n.
func (c *Client) Compile(text string, o CompileOptions) (*Executable, error) {
	opts, err := o.encode()
	if err != nil {
		return nil, err
	}
	if err := c.acquire(fnNames[fnClientCompile]); err != nil {
		return nil, err
	}
	a := &compileArgs{owner: c.handle, program: newProgram(text), options: bytesPtr(opts), numOptions: uintptr(len(opts))}
	a.header.size = unsafe.Offsetof(a.executable)
	if err := c.Plugin.call(fnClientCompile, unsafe.Pointer(a)); err != nil {
		c.release()
		return nil, err
	}
	return c.newExecutable(a.out)
}
