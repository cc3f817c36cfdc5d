//go:build race

package xla

const raceEnabled = true // sync.Pool drops items at random under the race detector
