//go:build !race

package xla

const raceEnabled = false
