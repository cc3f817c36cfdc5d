package xla

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/backend/xla/internal/stablehlo"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func init() { backend.Register("xla", open) }

var errClosed = errors.New("xla: used after Close")

// device is one device of a plugin's client. All devices opened with the same name share the client:
// a second client would reserve the GPU's memory again.
type device struct {
	config
	key       string
	client    *pjrt.Client
	device    pjrt.Device
	overrides map[string]any
	closed    atomic.Bool
}

type shared struct {
	*pjrt.Client
	users int
}

var (
	clientsMu sync.Mutex
	clients   = map[string]*shared{}
)

func open(text string) (backend.Device, error) {
	c, err := parse(text)
	if err != nil {
		return nil, err
	}
	path, err := c.library()
	if err != nil {
		return nil, err
	}
	index := c.device
	if c.isGPU() {
		// Plugins have opened a different GPU when the requested one did not exist.
		if n, known := pjrt.GPUs(filepath.Base(c.plugin)); known && c.device >= n {
			return nil, fmt.Errorf("xla: no device %d: %s has %d, from 0", c.device, c.plugin, n)
		}
		// A client that sees only one GPU does not allocate memory on the others.
		c.client["visible_devices"] = []int64{int64(c.device)}
	}
	d := &device{config: c, key: path + fmt.Sprint(c.client)}
	if d.client, err = join(d.key, path, c.client); err != nil {
		return nil, err
	}
	if c.isGPU() && len(d.client.Devices) == 1 {
		index = 0
	}
	if index >= len(d.client.Devices) {
		d.Close()
		return nil, fmt.Errorf("xla: no device %d: %s has %d, from 0", c.device, c.plugin, len(d.client.Devices))
	}
	d.device = d.client.Devices[index]
	d.overrides = c.overrides(d.client.Platform, path)
	return d, nil
}

// join returns the client with the given key, creating it if there is none.
func join(key, path string, opts pjrt.Options) (*pjrt.Client, error) {
	clientsMu.Lock()
	defer clientsMu.Unlock()
	s := clients[key]
	if s == nil {
		quiet()
		p, err := pjrt.Load(path)
		if err != nil {
			return nil, fmt.Errorf("xla: %w", err)
		}
		c, err := p.NewClient(opts)
		if err != nil {
			return nil, fmt.Errorf("xla: %s: %w", path, err)
		}
		s = &shared{Client: c}
		clients[key] = s
	}
	s.users++
	return s.Client, nil
}

// quiet makes plugins log only errors, unless the user has set the log level. It must run before
// the first plugin is loaded.
func quiet() {
	const level = "TF_CPP_MIN_LOG_LEVEL"
	if _, set := os.LookupEnv(level); !set {
		os.Setenv(level, "2")
	}
}

// Caps returns the capabilities of the device.
func (d *device) Caps() backend.Caps {
	return backend.Caps{Name: fmt.Sprintf("xla (%s, %s)", d.client.Platform, d.device.Kind), Memory: d.memory}
}

// memory queries the plugin's allocator. CPU plugins do not have one.
func (d *device) memory() (backend.Memory, error) {
	m, err := d.device.MemoryStats()
	if err != nil {
		return backend.Memory{}, fmt.Errorf("xla: memory: %w", err)
	}
	return backend.Memory{InUse: max(m.InUse, 0), Peak: max(m.PeakInUse, 0), Limit: max(m.Limit, 0)}, nil
}

// Compile compiles g with XLA.
func (d *device) Compile(g *graph.Graph) (backend.Executable, error) {
	if d.closed.Load() {
		return nil, errClosed
	}
	m, err := stablehlo.Emit(g, stablehlo.Options{TF32: d.tf32})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, backend.ErrUnsupported)
	}
	e, err := d.client.Compile(m.Text, pjrt.CompileOptions{Device: d.device.ID, Overrides: d.overrides})
	if err != nil {
		return nil, fmt.Errorf("xla: compile: %w", err)
	}
	return newExecutable(d, g, m, e)
}

// NewBuffer returns a value of zeros. Its device memory is allocated on first use.
func (d *device) NewBuffer(t graph.Type) (backend.Buffer, error) {
	if d.closed.Load() {
		return nil, errClosed
	}
	if _, ok := elements[t.DType]; !ok {
		return nil, fmt.Errorf("xla: no buffers of %v", t.DType)
	}
	if err := t.Shape.Check(); err != nil {
		return nil, fmt.Errorf("xla: buffer: %w", err)
	}
	return newBuffer(d, t), nil
}

// Close releases the device. Its buffers and executables remain usable until they are closed.
func (d *device) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	clientsMu.Lock()
	defer clientsMu.Unlock()
	s := clients[d.key]
	if s.users--; s.users > 0 {
		return nil
	}
	delete(clients, d.key)
	return s.Client.Close()
}

var elements = map[graph.DType]pjrt.ElementType{
	tensor.Bool: pjrt.Pred, tensor.Uint8: pjrt.U8, tensor.Int32: pjrt.S32, tensor.Int64: pjrt.S64,
	tensor.BFloat16: pjrt.BF16, tensor.Float16: pjrt.F16, tensor.Float32: pjrt.F32, tensor.Float64: pjrt.F64,
}
