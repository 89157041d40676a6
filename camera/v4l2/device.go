package v4l2

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Device is a capture device that streams.
type Device struct {
	opts   Options
	k      kernel
	fd     int
	name   string
	mode   Mode
	stride int
	bufs   [][]byte
	buf    buffer // argument of queueing calls, kept so that they do not allocate
	held   int    // index of the buffer that frame lies in; −1 none
	last   uint32 // sequence number of the last frame taken
	begun  bool   // last means something
	frame  Frame
	closed bool
}

// Open opens the device, sets the mode that fits the options best and starts to stream.
func Open(o Options) (*Device, error) {
	k := o.kernel()
	fd, err := k.open(o.Path)
	if err != nil {
		return nil, o.explain("opening", err)
	}
	d := &Device{opts: o, k: k, fd: fd, held: -1}
	if err := d.start(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Device) start() error {
	var c capability
	if err := d.k.ioctl(d.fd, vidiocQuerycap, unsafe.Pointer(&c)); err != nil {
		if errors.Is(err, unix.ENOTTY) {
			err = ErrNotCapture
		}
		return d.opts.explain("asking the capabilities of", err)
	}
	switch kind := classify(c, formats(d.fd, d.k)); kind {
	case KindCapture:
	case KindRawSensor:
		return fmt.Errorf("opening %s (%s): %w", d.opts.Path, text(c.Card[:]), ErrRawSensor)
	case KindPlanar:
		return fmt.Errorf("opening %s (%s): it speaks the multi-planar interface only: use source gstreamer with a v4l2src pipeline: %w",
			d.opts.Path, text(c.Card[:]), ErrNotCapture)
	default:
		return fmt.Errorf("opening %s (%s, kind: %v): %w; %s", d.opts.Path, text(c.Card[:]), kind, ErrNotCapture, d.opts.present())
	}
	d.name = fmt.Sprintf("%s at %s", text(c.Card[:]), text(c.BusInfo[:]))
	if err := d.setMode(); err != nil {
		return err
	}
	if err := d.setRate(); err != nil {
		return err
	}
	return d.share()
}

func (d *Device) setMode() error {
	f := format{Type: bufTypeVideoCapture}
	if err := d.k.ioctl(d.fd, vidiocGFmt, unsafe.Pointer(&f)); err != nil {
		return d.opts.explain("asking the format of", err)
	}
	want := Mode{Width: d.opts.Width, Height: d.opts.Height, FPS: d.opts.FPS}
	if want.Width == 0 || want.Height == 0 {
		want.Width, want.Height = int(f.Pix.Width), int(f.Pix.Height)
	}
	chosen, err := choose(modes(d.fd, d.k, want), want, d.opts.Prefer)
	if err != nil {
		return fmt.Errorf("choosing a format of %s: %w", d.opts.Path, err)
	}
	f = format{Type: bufTypeVideoCapture, Pix: pixFormat{
		Width: uint32(chosen.Width), Height: uint32(chosen.Height), PixelFormat: chosen.Format, Field: fieldNone,
	}}
	if err := d.k.ioctl(d.fd, vidiocSFmt, unsafe.Pointer(&f)); err != nil {
		return d.opts.explain(fmt.Sprintf("setting %v on", chosen), err)
	}
	if f.Pix.PixelFormat != chosen.Format { // the driver may put another one in its place
		return fmt.Errorf("setting %v on %s: %w: the driver chose %v instead", chosen, d.opts.Path, ErrFormat, f.Pix.PixelFormat)
	}
	d.mode = Mode{Format: chosen.Format, Width: int(f.Pix.Width), Height: int(f.Pix.Height)}
	d.stride = max(int(f.Pix.BytesPerLine), chosen.Format.rowBytes(d.mode.Width))
	if chosen.Format.compressed() {
		d.stride = 0
	}
	return nil
}

// setRate asks for the wanted rate and reads back the one that was set. A driver without rates is not an error.
func (d *Device) setRate() error {
	p := streamParm{Type: bufTypeVideoCapture}
	if d.k.ioctl(d.fd, vidiocGParm, unsafe.Pointer(&p)) != nil {
		return nil
	}
	if p.Capability&capTimePerFrame != 0 && d.opts.FPS > 0 {
		p.TimePerFrame = fraction{Numerator: 1000, Denominator: uint32(math.Round(d.opts.FPS * 1000))}
		if err := d.k.ioctl(d.fd, vidiocSParm, unsafe.Pointer(&p)); err != nil {
			return d.opts.explain(fmt.Sprintf("setting %g fps on", d.opts.FPS), err)
		}
	}
	d.mode.FPS = p.TimePerFrame.rate()
	return nil
}

// share maps the driver's buffers, queues them all and starts the stream.
func (d *Device) share() error {
	req := requestBuffers{Count: d.opts.buffers(), Type: bufTypeVideoCapture, Memory: memoryMmap}
	if err := d.k.ioctl(d.fd, vidiocReqbufs, unsafe.Pointer(&req)); err != nil {
		return d.opts.explain("asking for buffers of", err)
	}
	if req.Count < 2 {
		return fmt.Errorf("asking for buffers of %s: %d given, at least 2 needed", d.opts.Path, req.Count)
	}
	for i := range req.Count {
		d.buf = buffer{Index: i, Type: bufTypeVideoCapture, Memory: memoryMmap}
		if err := d.k.ioctl(d.fd, vidiocQuerybuf, unsafe.Pointer(&d.buf)); err != nil {
			return d.opts.explain("asking where the buffers are of", err)
		}
		mem, err := d.k.mmap(d.fd, int64(uint32(d.buf.Offset)), int(d.buf.Length))
		if err != nil {
			return d.opts.explain("mapping the buffers of", err)
		}
		d.bufs = append(d.bufs, mem)
		if err := d.queue(int(i)); err != nil {
			return err
		}
	}
	kind := uint32(bufTypeVideoCapture)
	if err := d.k.ioctl(d.fd, vidiocStreamon, unsafe.Pointer(&kind)); err != nil {
		return d.opts.explain("starting the stream of", err)
	}
	return nil
}

// Name is what the driver calls the device, and where it is attached: alike from run to run while it stays in its socket.
func (d *Device) Name() string { return d.name }

// Mode is what the device settled on.
func (d *Device) Mode() Mode { return d.mode }

// Stride is the distance in bytes from one row of the picture to the next; 0 for a compressed one.
func (d *Device) Stride() int { return d.stride }

// Close stops the stream and releases the device. The memory of the last Frame is gone then.
func (d *Device) Close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	kind := uint32(bufTypeVideoCapture)
	// Fails when the device is unplugged or never streamed, and there is nothing left to do about it then.
	_ = d.k.ioctl(d.fd, vidiocStreamoff, unsafe.Pointer(&kind))
	var errs []error
	for _, mem := range d.bufs {
		errs = append(errs, d.k.munmap(mem))
	}
	d.bufs, d.frame = nil, Frame{}
	if err := errors.Join(append(errs, d.k.close(d.fd))...); err != nil {
		return fmt.Errorf("closing %s: %w", d.opts.Path, err)
	}
	return nil
}
