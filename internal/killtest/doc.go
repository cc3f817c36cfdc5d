// Package killtest tests that a training which is killed again and again ends with the same bits
// as one that is not: random models, optimizers, data sets and callbacks, real SIGKILLs at
// random moments, and interruptions by SIGTERM. It has no code but its tests.
//
//	go test ./internal/killtest                       a few runs, in seconds
//	go test ./internal/killtest -kills 300 -timeout 1h   as many kills, over as many runs as they take
//	go test ./internal/killtest -seed 17              the run of one seed again
package killtest
