//go:build gpu

package xla

// Test programs share the GPU, so none takes its memory at once.
const pluginName, deviceName = "cuda", "cuda?preallocate=false"
