// Package emit turns a rewritten graph into a program: for every node, or every unit of
// elementwise nodes, it appends the call of a kernel to a plan. There is a file for each
// family of operations; compile.go has the order of things, and table.go says which
// function emits which operation.
package emit
