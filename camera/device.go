package camera

import (
	"context"
	"errors"
	"fmt"

	"lanekeeper/camera/v4l2"
	"lanekeeper/msg"
)

// stream is what device needs of a v4l2.Device.
type stream interface {
	Name() string
	Mode() v4l2.Mode
	Stride() int
	Next(ctx context.Context) error
	Frame() v4l2.Frame
	Close() error
}

// device captures from a V4L2 device.
type device struct {
	dev     stream
	name    string
	clock   clock
	convert *converter
	pixel   msg.PixelFormat // of the device's own pictures
	stamp   stamp
	firstNs int64
	lost    uint64
	to      Format
}

// readable pairs the device's formats with ours.
func readable() map[v4l2.FourCC]msg.PixelFormat {
	return map[v4l2.FourCC]msg.PixelFormat{
		v4l2.RGB24: msg.RGB24, v4l2.BGR24: msg.BGR24, v4l2.YUYV: msg.YUYV, v4l2.NV12: msg.NV12, v4l2.GREY: msg.Gray8,
		v4l2.MJPEG: msg.JPEG, v4l2.JPEG: msg.JPEG,
	}
}

// preference orders the device's formats by what it costs to get frames of the given format from them. The one that
// needs no conversion is first; grey is last unless grey is asked for, since it has no colour.
func preference(to msg.PixelFormat) []v4l2.FourCC {
	order := []v4l2.FourCC{v4l2.RGB24, v4l2.BGR24, v4l2.NV12, v4l2.YUYV, v4l2.MJPEG, v4l2.JPEG, v4l2.GREY}
	ours := readable()
	var first, rest []v4l2.FourCC
	for _, f := range order {
		if ours[f] == to {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

func openUSB(c Config, k clock) (Source, error) {
	infos, err := v4l2.List()
	if err != nil {
		return nil, err
	}
	usb, err := v4l2.FirstUSB(infos)
	if err != nil {
		return nil, err
	}
	return openDevice(c, usb.Path, k)
}

func openDevice(c Config, path string, k clock) (Source, error) {
	to, err := msg.ParsePixelFormat(c.PixelFormat)
	if err != nil {
		return nil, err
	}
	dev, err := v4l2.Open(v4l2.Options{Path: path, Width: c.Width, Height: c.Height, FPS: c.FPS, Prefer: preference(to)})
	if err != nil {
		return nil, err
	}
	return newDevice(c, path, dev, k)
}

func newDevice(c Config, path string, dev stream, k clock) (Source, error) {
	mode := dev.Mode()
	d := &device{dev: dev, name: path, clock: k, pixel: readable()[mode.Format]}
	var err error
	if d.to, err = c.target(mode.Width, mode.Height, mode.FPS, fmt.Sprintf("%s (%v)", path, mode)); err != nil {
		return nil, errors.Join(err, dev.Close())
	}
	d.to.Camera = c.camera(dev.Name(), mode.Width, mode.Height)
	d.convert = newConverter(d.to, c.Rotate)
	return d, nil
}

func (d *device) Format() Format { return d.to }

func (d *device) Lost() uint64 { return d.lost }

func (d *device) Grab(ctx context.Context) error {
	if err := d.dev.Next(ctx); err != nil {
		return err
	}
	f := d.dev.Frame()
	d.lost += f.Lost
	d.stamp.captureNs = d.clock.monotonicNs()
	if f.CaptureNs != 0 { // else the driver's clock is another one
		d.stamp.captureNs = min(f.CaptureNs, d.stamp.captureNs) // some drivers stamp the end of an exposure in advance
	}
	if d.firstNs == 0 {
		d.firstNs = d.stamp.captureNs
	}
	d.stamp.sourceNs = d.stamp.captureNs - d.firstNs
	return nil
}

func (d *device) Retrieve(h *msg.FrameHeader, dst []byte) error {
	mode := d.dev.Mode()
	p := picture{format: d.pixel, width: mode.Width, height: mode.Height, stride: d.dev.Stride(), data: d.dev.Frame().Data}
	if p.format == msg.JPEG {
		if w, h := imageSize(p.data); w != p.width || h != p.height {
			return fmt.Errorf("capturing from %s: a JPEG picture that says %d×%d px: %w", d.name, w, h, ErrDamaged)
		}
	}
	if err := d.convert.write(p, h, dst); err != nil {
		return fmt.Errorf("capturing from %s: %w", d.name, err)
	}
	d.stamp.write(h, d.clock)
	return nil
}

func (d *device) Close() error {
	if d.convert == nil {
		return nil
	}
	err := errors.Join(d.dev.Close(), d.convert.close())
	d.convert = nil
	return err
}
