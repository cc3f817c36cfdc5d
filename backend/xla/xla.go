// Package xla is the device for GPUs and TPUs. It emits a graph as StableHLO, which is compiled and
// run by OpenXLA, the compiler behind JAX, through a PJRT plugin loaded at run time. There is no cgo
// and nothing to build. The plugin comes as a Python wheel, of which only the shared library is
// used. Import the package for its side effect:
//
//	import _ "github.com/rhyton/rhyton/backend/xla"
//
// # Names
//
//	xla:cuda              NVIDIA    pip install "jax-cuda13-plugin[with-cuda]" (drivers before 580: jax-cuda12-plugin)
//	xla:rocm              AMD       pip install jax-rocm7-pjrt
//	xla:tpu               Google    pip install libtpu
//	xla:cpu               for tests pip install --no-deps lammps-jax-pjrt-cpu==0.11.2
//	xla:/path/plugin.so   any other PJRT plugin
//
// Plugins are searched where pip installs wheels: in the active environment (VIRTUAL_ENV,
// CONDA_PREFIX), PYTHONPATH, the folder of the python3 on PATH, and the user's and the system's
// site-packages. PJRT_PLUGIN_CUDA_PATH (likewise PJRT_PLUGIN_CPU_PATH …, or PJRT_CUDA_PLUGIN …) names
// the library itself and takes precedence.
//
// # Options
//
// Options follow a question mark, as in xla:cuda?device=1&memory_fraction=0.8.
//
//	device=N             index of the device on the machine, from 0 (default 0)
//	memory_fraction=F    fraction of a GPU's memory to use (the plugin's default: 0.75)
//	preallocate=B        allocate it at once (the plugin's default: true) or as needed
//	allocator=NAME       bfc, cuda_async or platform (the plugin's default: bfc)
//	tf32=B               let float32 products and convolutions round to 10 bits of mantissa on
//	                     tensor cores, as TensorFlow does (default false: float32 means float32)
//	deterministic=B      refuse GPU kernels whose sums vary from run to run (default true)
//
// # What it computes
//
// All primitives are supported, with the results of the reference device up to rounding and
// bitwise the same random numbers. Composites are lowered to primitives, which XLA fuses. Results
// are the same from run to run on one device with one plugin; another device rounds differently.
// Memory stays on the device: a variable is donated to its update.
//
// # Effects on the program
//
// A program that imports this package is linked dynamically with the C library, which loads the
// plugin, even without cgo. Opening a device sets TF_CPP_MIN_LOG_LEVEL to 2 if it is not set, so
// that XLA logs only errors. XLA_FLAGS is not changed.
package xla
