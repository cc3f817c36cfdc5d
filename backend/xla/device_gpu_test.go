//go:build gpu

package xla

// Test programs share the GPU, so none preallocates its memory.
const pluginName, deviceName = "cuda", "cuda?preallocate=false"
