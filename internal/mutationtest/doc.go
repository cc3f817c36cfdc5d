// Package mutationtest loads, builds and compiles the configurations of all golden models, layers,
// losses, metrics and optimizers with one value replaced by a hostile one: huge, negative, zero,
// NaN, of another type, or a path. Each either works or is an error. A panic, more than 512 MiB of
// memory or more than 5 s of processor time fails the test.
//
// The test takes a sample; -mutations 0 takes all:
//
//	go test ./internal/mutationtest -mutations 0 -timeout 2h
package mutationtest
