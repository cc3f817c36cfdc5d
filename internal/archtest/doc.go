// Package archtest tests the structure of the module: which package may import which.
package archtest
