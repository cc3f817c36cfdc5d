// Command bench measures training and prediction of eleven workloads through the public API and,
// with -peers, the same workloads in Keras on TensorFlow, PyTorch and JAX.
//
//	go run ./internal/tools/bench W3                    # only Rhyton
//	go run ./internal/tools/bench -peers python3 W1 W3  # with the peers and ratios
//	go run ./internal/tools/bench -peers python3 -json out.json -check
//
// # Protocol
//
// Every contestant runs in a separate process, so that its peak memory (VmHWM in /proc) is
// measured separately and thread pools don't interfere. It builds the workload, trains until
// everything is compiled, and waits. The driver then runs rounds: in each, every contestant in
// turn repeats one measure for about 0.4 s while the others wait. The value of a measure in a
// round is the mean time per step (or the median of single predictions). The result is the median
// over the rounds; measures in ms have three rounds. Only ratios within one run are meaningful,
// because the machine may be shared. The CPU time of all threads is also reported; other
// processes disturb it less.
//
// All contestants use as many threads as the driver (GOMAXPROCS, OMP_NUM_THREADS), float32, Adam
// with a learning rate of 0.001, reshuffled epochs, and the same shapes; the data is random.
//
// Measures:
//
//	step         µs per training step, over whole epochs through fit (Keras, Rhyton) or the
//	             loop that users of the library write (PyTorch, JAX)
//	fit          ms from the model definition to trained weights, in a warm process
//	first        ms from process start to the end of the first epoch
//	one-…, 256-… µs per prediction of 1 or 256 samples, from host arrays to host arrays
//
// Contestants: rhyton, and rhyton-mixed_bfloat16 where matrix products are large; keras-tf (fit;
// Keras decides on XLA); torch (eager, fused Adam) and torch-compile; jax-step (one jitted step
// per call) and jax-scan (an epoch in one lax.scan); onnx (onnxruntime, prediction only). -only
// selects some of them; keras-jax runs only if it is selected.
//
// With -device xla:cpu or xla:cuda Rhyton trains on that device, and JAX, which uses the same XLA,
// is the only peer. On a GPU float32 products are exact unless -device has ?tf32=true; JAX's are
// not unless JAX_DEFAULT_MATMUL_PRECISION=highest is set.
//
// -sweep measures, for Rhyton only, how the step time grows with batch size, width, depth and
// sequence length.
//
// -shapes compares training steps of about fifty small models, one layer or block each: Keras
// creates them, Rhyton loads the files, and the same models train in JAX (a jitted step),
// TensorFlow (a tf.function) and, where it has the layers, PyTorch. Words after the flag select
// the models whose names contain one of them.
//
// -sanity trains a few steps in Keras from Rhyton's initial weights on the same batches and
// compares the losses.
package main
