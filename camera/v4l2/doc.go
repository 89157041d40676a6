// Package v4l2 captures from a Video4Linux2 device: it picks the mode that fits best, streams into memory that the
// driver shares with the process, and hands out the newest frame in place. It speaks to the kernel by ioctl alone, so it
// needs neither cgo nor a library.
//
//	dev, err := v4l2.Open(v4l2.Options{Path: "/dev/video0", Width: 800, Height: 600, FPS: 30, Prefer: formats})
//	for dev.Next(ctx) == nil {
//	        frame := dev.Frame() // valid until the next call of Next or Close
//	}
//
// The interface is that of the kernel's documentation, "Video for Linux API", streaming I/O with memory mapping:
// https://www.kernel.org/doc/html/v6.1/userspace-api/media/v4l/mmap.html. Only the single-planar capture interface is
// spoken, which is what webcams and capture cards offer.
package v4l2
