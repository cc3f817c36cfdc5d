// Package format is the table of the formats that models are saved in: the ending of a file's
// name, what such a file holds, what reads it, what writes it, and which other programs open
// it. It knows bytes, archives and arrays; what they mean for a model is the business of
// package saving.
//
// A new format is one row of [Table] and one file with its reader and writer.
package format
