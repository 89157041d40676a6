package v4l2

// Options says what to capture.
type Options struct {
	Path          string   // the device node, such as /dev/video0
	Width, Height int      // px, wanted; 0 for the size that the device is set to. What was settled on is Device.Mode
	FPS           float64  // 1/s, wanted; 0 for whatever the device gives
	Prefer        []FourCC // formats that can be read, the best first
	Buffers       int      // shared with the driver; 0 for 4

	kern      kernel // nil: the real one
	dev, proc string // "": /dev and /proc
}

func (o Options) kernel() kernel {
	if o.kern == nil {
		return linux{}
	}
	return o.kern
}

func (o Options) devDir() string {
	if o.dev == "" {
		return "/dev"
	}
	return o.dev
}

func (o Options) procDir() string {
	if o.proc == "" {
		return "/proc"
	}
	return o.proc
}

func (o Options) buffers() uint32 {
	if o.Buffers < 1 {
		return 4
	}
	return uint32(o.Buffers)
}
