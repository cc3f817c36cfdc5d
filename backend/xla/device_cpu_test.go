//go:build !gpu

package xla

const pluginName, deviceName = "cpu", "cpu"
