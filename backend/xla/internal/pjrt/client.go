package pjrt

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Client owns the devices of one plugin in this process, and the memory on them.
type Client struct {
	Plugin          *Plugin
	Platform        string // such as "cpu", "cuda", "rocm", "tpu"
	PlatformVersion string
	Devices         []Device // those addressable by this process

	handle uintptr
	closed atomic.Bool
	refs   atomic.Int64 // one for the owner and one for each live buffer and executable
}

type clientCreateArgs struct {
	header
	options     unsafe.Pointer
	numOptions  uintptr
	keyValue    [4]uintptr // callbacks of distributed clients
	client      uintptr
	tryKeyValue [2]uintptr
}

// NewClient opens the plugin's devices. Some plugins ignore unknown options, others refuse them.
func (p *Plugin) NewClient(opts Options) (*Client, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	a := &clientCreateArgs{options: o.pointer(), numOptions: uintptr(len(o.array))}
	a.size = unsafe.Sizeof(*a)
	err = p.call(fnClientCreate, unsafe.Pointer(a))
	runtime.KeepAlive(o)
	if err != nil {
		return nil, err
	}
	c := &Client{Plugin: p, handle: a.client}
	c.refs.Store(1)
	if err := c.describe(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) describe() (err error) {
	if c.Platform, err = c.Plugin.text(fnClientPlatformName, c.handle); err != nil {
		return err
	}
	if c.PlatformVersion, err = c.Plugin.text(fnClientPlatformVersion, c.handle); err != nil {
		return err
	}
	a := &struct {
		header
		client  uintptr
		devices *uintptr
		n       uintptr
	}{client: c.handle}
	a.size = unsafe.Sizeof(*a)
	if err := c.Plugin.call(fnClientAddressableDevices, unsafe.Pointer(a)); err != nil {
		return err
	}
	for _, h := range unsafe.Slice(a.devices, a.n) {
		d, err := c.Plugin.device(h)
		if err != nil {
			return err
		}
		c.Devices = append(c.Devices, d)
	}
	return nil
}

// Live returns the number of buffers and executables that have not been destroyed.
func (c *Client) Live() int {
	n := int(c.refs.Load())
	if !c.closed.Load() {
		n--
	}
	return n
}

// Close releases the client, which is destroyed with the last of its buffers and executables. Closing
// it twice is a no-op.
func (c *Client) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	return c.release()
}

// acquire takes a reference for a new object.
func (c *Client) acquire(op string) error {
	for {
		n := c.refs.Load()
		if n == 0 || c.closed.Load() {
			return errorf(op, FailedPrecondition, "the client is closed")
		}
		if c.refs.CompareAndSwap(n, n+1) {
			return nil
		}
	}
}

func (c *Client) release() error {
	if c.refs.Add(-1) > 0 {
		return nil
	}
	return c.Plugin.on(fnClientDestroy, c.handle)
}
