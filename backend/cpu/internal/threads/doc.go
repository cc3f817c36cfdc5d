// Package threads shares pools of threads among the devices of one size.
package threads
