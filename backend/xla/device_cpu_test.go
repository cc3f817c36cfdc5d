//go:build !gpu

package xla

const deviceName = "cpu"
