// Package killtest tests that a training run that is killed repeatedly ends with the same bits as
// an uninterrupted one: random models, optimizers, data sets and callbacks, real SIGKILLs at random
// moments, and interruptions by SIGTERM. It contains only tests.
//
//	go test ./internal/killtest                       a few runs, in seconds
//	go test ./internal/killtest -kills 300 -timeout 1h   300 kills, over as many runs as needed
//	go test ./internal/killtest -seed 17              repeats the run with one seed
package killtest
