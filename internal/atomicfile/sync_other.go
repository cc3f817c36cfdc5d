//go:build !unix

package atomicfile

// syncDir has nothing to do: folders can't be synced here.
func syncDir(string) error { return nil }
