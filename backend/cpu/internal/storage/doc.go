// Package storage holds what outlives a run: buffers, and the tables of weights whose rows
// Adam updates only when a step touches them.
package storage
