package cpu

import (
	"reflect"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

// Where each thread has columns of a weight, it updates what one thread would.
func TestUpdatesByColumnsAreTheSame(t *testing.T) {
	const in, width, threads = 300, 520, 3 // columns that do not divide evenly
	if !kernel.ByColumns(in, width, threads) {
		t.Fatal("the weight is not updated by columns")
	}
	g, err := perceptron(32, in, width, 10)
	if err != nil {
		t.Fatal(err)
	}
	x := perceptronInputs(32, in, 10)
	alone, shared := newBench(t, open1(t, "cpu:1"), g, x), newBench(t, open1(t, "cpu:3"), g, x)
	for step := range uint64(3) {
		alone.run(t, step)
		shared.run(t, step)
		if a, b := alone.results(t), shared.results(t); !reflect.DeepEqual(a, b) {
			t.Fatalf("step %d: three threads do not give what one does", step)
		}
	}
}
