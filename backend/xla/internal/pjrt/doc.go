// Package pjrt binds the PJRT C API, the plugin interface of OpenXLA, without cgo: the plugin is a
// shared library opened at run time (purego), and its functions are found in the table that
// GetPjrtApi returns.
//
// The layouts and the order of the functions are those of xla/pjrt/c/pjrt_c_api.h, API 0.90. The
// table and every argument struct only grow at their end and carry their size, so older and newer
// plugins work. Functions that a plugin lacks return [Unimplemented].
//
// # Lifetimes
//
//   - A [Plugin] lives as long as the process: XLA cannot be unloaded.
//   - A [Client] is closed by its owner. It is destroyed with the last of its buffers and
//     executables, so they may be closed in any order.
//   - A [Buffer] and an [Executable] live until Destroy, which may be called twice. They are not
//     garbage collected: those that are not destroyed leak device memory.
//   - An [Event] of an asynchronous copy keeps the destination alive. One that is dropped without
//     Await is awaited when it is collected, so the plugin never writes to memory that Go has
//     reused.
//   - Go memory passed to C: argument structs are allocated on the heap (which does not move) and
//     referenced until the call returns. Host data is read during the call (copy), or until the
//     buffer is destroyed (zero copy).
//
// # Concurrency
//
// A Client and an Executable may be used from several goroutines. A Buffer may be read or executed
// on concurrently; but Destroy, donation and being an output of Execute are writes, which the caller
// must order with respect to other uses.
package pjrt
