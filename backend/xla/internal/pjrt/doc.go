// Package pjrt binds the PJRT C API, the plugin interface of OpenXLA, without cgo: the plugin is a shared
// library opened at run time (purego), its functions are found in the table that GetPjrtApi returns.
//
// The layouts and the order of the functions are those of xla/pjrt/c/pjrt_c_api.h, API 0.90. The table and every
// argument struct only grow at their end and carry their size, so older and newer plugins work; a function that a
// plugin lacks answers with [Unimplemented].
//
// # Lifetimes
//
//   - A [Plugin] lives as long as the process: XLA can't be unloaded.
//   - A [Client] is closed by its owner. It is destroyed when the last of its buffers and executables is gone, so
//     the order of closing is free.
//   - A [Buffer] and an [Executable] live until Destroy, which may be called twice. They are not collected by Go's
//     garbage collector: what is forgotten is device memory lost.
//   - An [Event] of an asynchronous copy keeps the destination alive. One that is dropped without Await is awaited
//     when it is collected, so the plugin never writes to memory that Go has given to somebody else.
//   - Go memory handed to C: argument structs are allocated on the heap (which does not move) and referenced until the
//     call returns; host data is read during the call (copy), or until the buffer is destroyed (zero copy).
//
// # Concurrency
//
// A Client and an Executable may be used from several goroutines. So may a Buffer be read or executed on; but
// Destroy, donation and being an output of Execute are writes: the caller orders them against other uses.
package pjrt
