package pjrt

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"unsafe"
)

// Options are named values for creating a client or a topology. A value is a string, bool, int,
// int64, float32, float64 or []int64. The names are defined by the plugin. CUDA and ROCm plugins
// know "allocator" (string: "bfc", "cuda_async", "platform"), "memory_fraction" (float),
// "preallocate" (bool) and "visible_devices" ([]int64).
type Options map[string]any

const (
	valueString = iota
	valueInt64
	valueInt64List
	valueFloat
	valueBool
)

// namedValue is PJRT_NamedValue. bits is its union: a number or an address. Its type is not a
// pointer, because the garbage collector must not follow numbers; the memory that an address refers
// to is kept alive by options or belongs to the plugin.
type namedValue struct {
	header
	name  *byte
	nname uintptr
	kind  int32
	_     int32
	bits  uint64
	size  uintptr
}

// options is the C form of Options: the array, and the memory that its addresses refer to.
type options struct {
	array []namedValue
	keep  []any
}

func (o *options) pointer() unsafe.Pointer {
	if len(o.array) == 0 {
		return nil
	}
	return unsafe.Pointer(&o.array[0])
}

func newOptions(in Options) (*options, error) {
	out := &options{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		b := []byte(name)
		v := namedValue{header: header{size: unsafe.Sizeof(namedValue{})}, name: bytesPtr(b), nname: uintptr(len(b)), size: 1}
		switch x := in[name].(type) {
		case string:
			s := []byte(x)
			v.kind, v.bits, v.size = valueString, out.address(unsafe.Pointer(bytesPtr(s))), uintptr(len(s))
		case []int64:
			s := slices.Clone(x)
			v.kind, v.bits, v.size = valueInt64List, out.address(unsafe.Pointer(unsafe.SliceData(s))), uintptr(len(s))
		case int:
			v.kind, v.bits = valueInt64, uint64(x)
		case int64:
			v.kind, v.bits = valueInt64, uint64(x)
		case float32:
			v.kind, v.bits = valueFloat, uint64(math.Float32bits(x))
		case float64:
			v.kind, v.bits = valueFloat, uint64(math.Float32bits(float32(x)))
		case bool:
			v.kind = valueBool
			if x {
				v.bits = 1
			}
		default:
			return nil, fmt.Errorf("pjrt: option %s: got a %T; want string, bool, int, int64, float or []int64", name, x)
		}
		out.array = append(out.array, v)
	}
	return out, nil
}

// address keeps p alive, which also places it on the heap, and returns its address.
func (o *options) address(p unsafe.Pointer) uint64 {
	o.keep = append(o.keep, p)
	return uint64(uintptr(p))
}

// readOptions copies n values that belong to the plugin.
func readOptions(first *namedValue, n uintptr) map[string]any {
	out := map[string]any{}
	for _, v := range unsafe.Slice(first, n) {
		var x any
		switch v.kind {
		case valueString:
			x = goString(*(**byte)(unsafe.Pointer(&v.bits)), v.size)
		case valueInt64:
			x = int64(v.bits)
		case valueInt64List:
			x = slices.Clone(unsafe.Slice(*(**int64)(unsafe.Pointer(&v.bits)), v.size))
		case valueFloat:
			x = math.Float32frombits(uint32(v.bits))
		case valueBool:
			x = v.bits&0xff != 0
		}
		out[goString(v.name, v.nname)] = x
	}
	return out
}
