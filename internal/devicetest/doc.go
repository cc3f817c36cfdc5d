// Package devicetest has no code but tests that go over several devices.
package devicetest
