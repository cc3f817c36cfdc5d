package tensor

// A DType is the type of an array's elements.
type DType uint8

// The element types. BFloat16 and Float16 are stored as their bits in uint16;
// String lives on the host only, for preprocessing.
const (
	Invalid DType = iota
	Bool
	Uint8
	Int32
	Int64
	BFloat16
	Float16
	Float32
	Float64
	String
)

var dtypes = [...]struct {
	name string
	size int
}{
	Invalid: {"invalid", 0}, Bool: {"bool", 1}, Uint8: {"uint8", 1}, Int32: {"int32", 4}, Int64: {"int64", 8},
	BFloat16: {"bfloat16", 2}, Float16: {"float16", 2}, Float32: {"float32", 4}, Float64: {"float64", 8}, String: {"string", 16},
}

// String returns d's name as Keras and NumPy write it, such as "float32".
func (d DType) String() string {
	if int(d) < len(dtypes) {
		return dtypes[d].name
	}
	return "invalid"
}

// Size returns the bytes one element takes in memory.
func (d DType) Size() int {
	if int(d) < len(dtypes) {
		return dtypes[d].size
	}
	return 0
}

// IsFloat reports whether d is a floating-point type, and so has gradients.
func (d DType) IsFloat() bool { return d >= BFloat16 && d <= Float64 }

// IsInt reports whether d is an integer type.
func (d DType) IsInt() bool { return d >= Uint8 && d <= Int64 }

// ParseDType returns the type of that name.
func ParseDType(name string) (DType, bool) {
	for d, t := range dtypes {
		if t.name == name && d != 0 {
			return DType(d), true
		}
	}
	return Invalid, false
}
