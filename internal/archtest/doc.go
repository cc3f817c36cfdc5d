// Package archtest has no code but a test of the module's structure: who may import whom.
package archtest
