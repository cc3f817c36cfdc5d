// Package format defines the formats in which models are saved: the file extension, the contents,
// the reader, the writer, and the other programs that can open it. It handles bytes, archives and
// arrays; package saving handles their meaning for a model.
//
// A new format is one row of [Table] and one file with its reader and writer.
package format
