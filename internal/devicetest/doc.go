// Package devicetest contains tests that run on several devices.
package devicetest
