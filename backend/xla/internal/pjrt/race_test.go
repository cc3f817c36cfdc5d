//go:build race

package pjrt

const raceEnabled = true // sync.Pool drops items at random under the race detector
