// Package plan lays out a program: which memory each value lies in and for how long, which
// instructions read and write it, and how their work is split among threads. A [Builder]
// collects the instructions; the [Program] it finishes is bound to the buffers of a run and
// executed. It knows no operation and calls no arithmetic.
package plan
