package kernel

// extendedState returns the lower half of XCR0.
func extendedState() uint32

// cpuVendor returns ECX of leaf 0 of CPUID, the end of the maker's name.
func cpuVendor() uint32
