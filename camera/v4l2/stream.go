package v4l2

import (
	"context"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pollMs is how often a wait looks at its context.
const pollMs = 50

// Next gives the frame taken before back to the driver and waits for the newest one: where several are ready, the older
// ones are passed over and counted as lost, since a late picture of the road is worth less than the next.
func (d *Device) Next(ctx context.Context) error {
	if d.closed {
		return fmt.Errorf("capturing from %s: %w", d.opts.Path, os.ErrClosed)
	}
	if d.held >= 0 {
		index := d.held
		d.held = -1
		if err := d.queue(index); err != nil {
			return err
		}
	}
	for broken := false; ; {
		switch err := d.dequeue(); {
		case err != nil:
			return err
		case d.held >= 0:
			return d.newest()
		case broken: // and dequeueing did not say why
			return d.opts.explain("waiting for a frame of", unix.EIO)
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("capturing from %s: %w", d.opts.Path, err)
		}
		events, err := d.k.poll(d.fd, pollMs)
		if err != nil {
			return d.opts.explain("waiting for a frame of", err)
		}
		broken = events&(unix.POLLERR|unix.POLLHUP) != 0
	}
}

// Frame is the one that Next took.
func (d *Device) Frame() Frame { return d.frame }

// newest passes over the frame held for as long as there is a newer one.
func (d *Device) newest() error {
	for {
		older := d.held
		d.held = -1
		if err := d.dequeue(); err != nil {
			return err
		}
		if d.held < 0 {
			d.held = older
			break
		}
		if err := d.queue(older); err != nil {
			return err
		}
	}
	if d.begun {
		d.frame.Lost = uint64(d.frame.Sequence - d.last - 1) // the count wraps, and so does the difference
	}
	d.last, d.begun = d.frame.Sequence, true
	return nil
}

// dequeue takes a frame that is ready; without one, held stays −1. Damaged frames go straight back.
func (d *Device) dequeue() error {
	for {
		d.buf = buffer{Type: bufTypeVideoCapture, Memory: memoryMmap}
		err := d.k.ioctl(d.fd, vidiocDqbuf, unsafe.Pointer(&d.buf))
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			return d.opts.explain("taking a frame of", err)
		}
		index, used := int(d.buf.Index), int(d.buf.BytesUsed)
		if index >= len(d.bufs) {
			return fmt.Errorf("taking a frame of %s: the driver names buffer %d of %d", d.opts.Path, index, len(d.bufs))
		}
		need := d.mode.Format.dataBytes(d.mode.Height, d.stride)
		if d.buf.Flags&bufFlagError != 0 || used == 0 || used < need || used > len(d.bufs[index]) {
			if err := d.queue(index); err != nil {
				return err
			}
			continue
		}
		d.held = index
		d.frame = Frame{Data: d.bufs[index][:used:used], Sequence: d.buf.Sequence}
		if d.buf.Flags&bufFlagTimestampMask == bufFlagTimestampMonotonic {
			d.frame.CaptureNs = d.buf.Sec*1e9 + d.buf.Usec*1e3
		}
		return nil
	}
}

func (d *Device) queue(index int) error {
	d.buf = buffer{Index: uint32(index), Type: bufTypeVideoCapture, Memory: memoryMmap}
	if err := d.k.ioctl(d.fd, vidiocQbuf, unsafe.Pointer(&d.buf)); err != nil {
		return d.opts.explain("giving a buffer back to", err)
	}
	return nil
}
