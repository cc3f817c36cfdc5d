// Package rewrite replaces patterns of a graph's primitives by the operations that kernels
// compute in one go. The passes stand in one table, see [Passes].
package rewrite
