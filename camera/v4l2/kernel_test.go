package v4l2

import (
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fakeKernel answers for simulated devices, by the file name of their node.
type fakeKernel struct {
	devices map[string]*fakeDevice
	fds     map[int]*fakeDevice
	next    int
	mapped  int
}

// fakeDevice behaves as a driver on videobuf2 does.
type fakeDevice struct {
	caps       capability
	offers     []Mode
	substitute FourCC // what S_FMT puts in place of what was asked for
	stride     uint32 // bytes a row, 0 for unpadded
	errs       map[uintptr]unix.Errno
	openErr    unix.Errno

	set       pixFormat
	interval  fraction
	bufs      [][]byte
	queued    []uint32
	done      []buffer
	streaming bool
	pollBits  int16
	onPoll    func()
}

func camera(bus string, offers ...Mode) *fakeDevice {
	d := &fakeDevice{offers: offers, errs: map[uintptr]unix.Errno{}, set: pixFormat{Width: 640, Height: 480}, interval: fraction{1, 30}}
	copy(d.caps.Driver[:], "uvcvideo")
	copy(d.caps.Card[:], "Test Cam")
	copy(d.caps.BusInfo[:], bus)
	d.caps.Capabilities = capDeviceCaps | capVideoCapture | capStreaming | capMetaCapture
	d.caps.DeviceCaps = capVideoCapture | capStreaming
	return d
}

// newFakeKernel also makes a folder with a file for each device, for listing.
func newFakeKernel(t *testing.T, devices map[string]*fakeDevice) (*fakeKernel, string) {
	t.Helper()
	dir := t.TempDir()
	for name := range devices {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &fakeKernel{devices: devices, fds: map[int]*fakeDevice{}}, dir
}

func (k *fakeKernel) open(path string) (int, error) {
	d := k.devices[filepath.Base(path)]
	if d == nil {
		return -1, unix.ENOENT
	}
	if d.openErr != 0 {
		return -1, d.openErr
	}
	k.next++
	k.fds[k.next] = d
	return k.next, nil
}

func (k *fakeKernel) close(fd int) error { delete(k.fds, fd); return nil }

func (k *fakeKernel) mmap(fd int, offset int64, length int) ([]byte, error) {
	k.mapped++
	return k.fds[fd].bufs[offset/4096][:length], nil
}

func (k *fakeKernel) munmap([]byte) error { k.mapped--; return nil }

func (k *fakeKernel) poll(fd, _ int) (int16, error) {
	d := k.fds[fd]
	if d.onPoll != nil {
		d.onPoll()
	}
	return d.pollBits, nil
}

func (k *fakeKernel) ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	d := k.fds[fd]
	if errno := d.errs[request]; errno != 0 {
		return errno
	}
	if errno := d.answer(request, arg); errno != 0 {
		return errno
	}
	return nil
}

func (d *fakeDevice) answer(request uintptr, arg unsafe.Pointer) unix.Errno {
	switch request {
	case vidiocQuerycap:
		*(*capability)(arg) = d.caps
	case vidiocEnumFmt:
		e := (*fmtDesc)(arg)
		all := d.formats()
		if int(e.Index) >= len(all) {
			return unix.EINVAL
		}
		e.PixelFormat = all[e.Index]
	case vidiocEnumFramesizes:
		e := (*frmSizeEnum)(arg)
		m, ok := d.nth(int(e.Index), func(m Mode) bool { return m.Format == e.PixelFormat })
		if !ok || m.Width == 0 {
			return unix.EINVAL
		}
		e.Type, e.MinWidth, e.MaxWidth = sizeDiscrete, uint32(m.Width), uint32(m.Height)
	case vidiocEnumFrameintervals:
		e := (*frmIvalEnum)(arg)
		m, ok := d.nth(int(e.Index), func(m Mode) bool {
			return m.Format == e.PixelFormat && m.Width == int(e.Width) && m.Height == int(e.Height)
		})
		if !ok || m.FPS == 0 {
			return unix.EINVAL
		}
		e.Type, e.Min = sizeDiscrete, fraction{1, uint32(m.FPS)}
	case vidiocGFmt:
		(*format)(arg).Pix = d.set
	case vidiocSFmt:
		p := &(*format)(arg).Pix
		if d.substitute != 0 {
			p.PixelFormat = d.substitute
		}
		p.BytesPerLine = max(d.stride, uint32(p.PixelFormat.rowBytes(int(p.Width))))
		p.SizeImage = uint32(p.PixelFormat.dataBytes(int(p.Height), int(p.BytesPerLine)))
		d.set = *p
	case vidiocGParm:
		p := (*streamParm)(arg)
		p.Capability, p.TimePerFrame = capTimePerFrame, d.interval
	case vidiocSParm:
		d.interval = (*streamParm)(arg).TimePerFrame
	case vidiocReqbufs:
		for range (*requestBuffers)(arg).Count {
			d.bufs = append(d.bufs, make([]byte, max(int(d.set.SizeImage), 64)))
		}
	case vidiocQuerybuf:
		b := (*buffer)(arg)
		b.Offset, b.Length = uint64(b.Index)*4096, uint32(len(d.bufs[b.Index]))
	case vidiocQbuf:
		d.queued = append(d.queued, (*buffer)(arg).Index)
	case vidiocDqbuf:
		if len(d.done) == 0 {
			return unix.EAGAIN
		}
		*(*buffer)(arg) = d.done[0]
		d.done = d.done[1:]
	case vidiocStreamon:
		d.streaming = true
	case vidiocStreamoff:
		d.streaming = false
	default:
		return unix.ENOTTY
	}
	return 0
}

// deliver fills the oldest queued buffer with value.
func (d *fakeDevice) deliver(sequence uint32, value byte, flags uint32) {
	index := d.queued[0]
	d.queued = d.queued[1:]
	mem := d.bufs[index]
	for i := range mem {
		mem[i] = value
	}
	d.done = append(d.done, buffer{
		Index: index, BytesUsed: uint32(len(mem)), Flags: flags, Sequence: sequence, Sec: int64(sequence), Usec: 250000,
	})
}

func (d *fakeDevice) formats() []FourCC {
	var all []FourCC
	for _, m := range d.offers {
		if len(all) == 0 || all[len(all)-1] != m.Format {
			all = append(all, m.Format)
		}
	}
	return all
}

func (d *fakeDevice) nth(n int, ok func(Mode) bool) (Mode, bool) {
	for _, m := range d.offers {
		if !ok(m) {
			continue
		}
		if n == 0 {
			return m, true
		}
		n--
	}
	return Mode{}, false
}
