// Command bench measures training and prediction of eleven workloads through the public API,
// and, with -peers, the same workloads in Keras on TensorFlow, PyTorch and JAX.
//
//	go run ./internal/tools/bench W3                    # Rhyton alone
//	go run ./internal/tools/bench -peers python3 W1 W3  # beside the peers, with ratios
//	go run ./internal/tools/bench -peers python3 -json out.json -check
//
// # Protocol
//
// Every contestant is a process of its own, so that peak memory (VmHWM of /proc) is its own
// and no thread pool disturbs another. It builds the workload, trains until everything is
// compiled, and waits. The driver then goes through rounds: in each, every contestant in turn
// repeats one measure for about 0.4 s while the others wait; a measure's value in a round is
// the mean time of a step (or the median of single predictions). The result is the median
// over the rounds, three for the measures in ms. Only ratios within one run mean anything, as
// the machine may be shared; the time that all threads used on processors stands beside, which
// others disturb less.
//
// All use as many threads as the driver (GOMAXPROCS, OMP_NUM_THREADS), float32, Adam with a
// rate of 0.001, freshly shuffled epochs, and the same shapes; data are random.
//
// Measures:
//
//	step         µs of a training step, of whole epochs through fit (Keras, Rhyton) or the
//	             loop that the library's users write (PyTorch, JAX)
//	fit          ms from the definition of the model to trained weights, in a warm process
//	first        ms from the start of the process to the end of the first epoch
//	one-…, 256-… µs of one prediction of 1 or 256 samples, arrays of the host to arrays of
//	             the host
//
// Contestants: rhyton, and rhyton-mixed_bfloat16 where products are large; keras-tf (fit, XLA as Keras chooses); torch (eager, fused Adam) and
// torch-compile; jax-step (a jitted step a call) and jax-scan (an epoch in one lax.scan);
// onnx (onnxruntime, prediction only). -only picks some of them; keras-jax is there for the
// asking.
//
// With -device xla:cpu or xla:cuda Rhyton trains there, and JAX, through the same XLA, is the
// only peer. On a GPU float32 products are exact unless -device has ?tf32=true; JAX's are not
// unless JAX_DEFAULT_MATMUL_PRECISION=highest is set.
//
// With -sweep Rhyton alone tells how the time of a step grows with batch, width, depth and
// the length of sequences.
//
// With -shapes training steps of some fifty small models, one layer or block each, are
// compared: Keras makes them, Rhyton loads the files, and the same models train in JAX (a
// jitted step), TensorFlow (a tf.function) and, where it has the layers, PyTorch. Words after
// the flag pick those whose names contain one.
//
// With -sanity Keras trains a few steps from Rhyton's initial weights on the same batches and
// the losses are compared.
package main
