package msg

import (
	"fmt"
	"hash/fnv"
)

// PixelFormat is how a frame's pixels are laid out.
type PixelFormat uint32

// The pixel formats. RGB24 is the default.
const (
	RGB24 PixelFormat = 1 // 3 bytes a pixel: red, green, blue
	BGR24 PixelFormat = 2 // 3 bytes a pixel: blue, green, red
	Gray8 PixelFormat = 3 // 1 byte a pixel
	YUYV  PixelFormat = 4 // 2 bytes a pixel: Y0 U Y1 V for each two pixels of a row
	NV12  PixelFormat = 5 // a plane of Y, then one of U V at half the width and height
	JPEG  PixelFormat = 6 // one JPEG picture of DataBytes bytes; Stride is 0
)

var pixelFormatNames = [...]string{RGB24: "rgb24", BGR24: "bgr24", Gray8: "gray8", YUYV: "yuyv", NV12: "nv12", JPEG: "jpeg"}

// String is the format's name as configuration files spell it.
func (f PixelFormat) String() string {
	if f >= 1 && int(f) < len(pixelFormatNames) {
		return pixelFormatNames[f]
	}
	return fmt.Sprintf("pixel format %d", uint32(f))
}

// ParsePixelFormat is the inverse of String.
func ParsePixelFormat(name string) (PixelFormat, error) {
	for f := RGB24; f <= JPEG; f++ {
		if pixelFormatNames[f] == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("pixel format %q: one of rgb24, bgr24, gray8, yuyv, nv12, jpeg expected", name)
}

// Channels is the number of interleaved channels, which the image header states: 3, 2 or 1.
func (f PixelFormat) Channels() int {
	switch f {
	case RGB24, BGR24, JPEG:
		return 3
	case YUYV:
		return 2
	}
	return 1
}

// RowBytes is the length of a row of width pixels without padding; 0 for JPEG.
func (f PixelFormat) RowBytes(width int) int {
	if f == JPEG {
		return 0
	}
	return width * f.Channels()
}

// DataBytes is the number of bytes that a picture takes with the given stride. For JPEG it is the capacity that any
// picture of this size is promised to fit: that of RGB24.
func (f PixelFormat) DataBytes(width, height, stride int) int {
	switch f {
	case JPEG:
		return width * height * 3
	case NV12:
		return stride * (height + (height+1)/2)
	}
	return stride * height
}

// Frame flags.
const (
	// FrameLockstep marks a frame of a source that waits for the command with this frame's id before it makes the next:
	// time then passes only from frame to frame, and SourceNs is the one clock that means anything.
	FrameLockstep uint32 = 1 << 0
	// FrameLoopStart marks the first frame after a recording began anew: what was tracked does not carry over.
	FrameLoopStart uint32 = 1 << 1
)

// FrameHeaderBytes is the size of FrameHeader; the pixels follow it at once, 64-byte aligned in shared memory.
const FrameHeaderBytes = 128

// MaxFrameSide bounds a frame's width and height.
const MaxFrameSide = 16384

// FrameHeader precedes the pixels in a frame's payload. Its first 32 bytes are the image header that existing clients
// read.
type FrameHeader struct {
	FrameID   int64   // grows by one with each frame of a source
	Timestamp float64 // s, wall clock, when the frame was captured
	Width     int32   // px
	Height    int32   // px
	Channels  int32   // interleaved channels of the pixel format
	Ready     int32   // 1 in a whole record

	PixelFormat PixelFormat
	Stride      uint32 // bytes from one row to the next; 0 for JPEG
	DataBytes   uint32 // bytes of pixel data that follow the header
	Flags       uint32 // FrameLockstep, …
	CaptureNs   int64  // ns, CLOCK_MONOTONIC: when the picture was taken
	SourceNs    int64  // ns in the source's own time, from 0: position in a recording, simulated time
	SourceID    uint64 // tells one run of one source from any other
	CameraID    uint64 // names the camera, with how its pictures are made, from run to run; 0 unknown
	_           [48]byte
}

// CameraIDOf is the CameraID of a camera that is described so: FNV-1a of 64 bits; 0 for no description.
func CameraIDOf(description string) uint64 {
	if description == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(description)) // a hash does not fail
	return max(h.Sum64(), 1)
}

// Bytes is the header's memory, to be copied to the start of a payload.
func (h *FrameHeader) Bytes() []byte { return wire(h) }

// NewFrameHeader describes an unpadded picture, all but its times and ids.
func NewFrameHeader(width, height int, f PixelFormat) FrameHeader {
	stride := f.RowBytes(width)
	return FrameHeader{
		Width: int32(width), Height: int32(height), Channels: int32(f.Channels()), Ready: 1, PixelFormat: f,
		Stride: uint32(stride), DataBytes: uint32(f.DataBytes(width, height, stride)),
	}
}

// FramePayloadBytes is the payload capacity that frames of this size and format need.
func FramePayloadBytes(width, height int, f PixelFormat) int {
	return FrameHeaderBytes + f.DataBytes(width, height, f.RowBytes(width))
}

// DecodeFrame reads the header of a frame's payload and finds its pixels, which alias the payload. Every length is
// checked against the payload, since a payload read in place may be torn.
func DecodeFrame(payload []byte) (h FrameHeader, pixels []byte, err error) {
	if err := decode(&h, payload, KindFrame); err != nil {
		return h, nil, err
	}
	if h.Ready != 1 {
		return h, nil, fmt.Errorf("decoding a frame whose ready field is %d, 1 expected: %w", h.Ready, ErrMalformed)
	}
	if h.PixelFormat < RGB24 || h.PixelFormat > JPEG {
		return h, nil, fmt.Errorf("decoding a frame of %v: %w", h.PixelFormat, ErrMalformed)
	}
	w, ht, stride := int(h.Width), int(h.Height), int(h.Stride)
	if w < 1 || ht < 1 || w > MaxFrameSide || ht > MaxFrameSide {
		return h, nil, fmt.Errorf("decoding a frame of %d×%d px: %w", w, ht, ErrMalformed)
	}
	need := int(h.DataBytes)
	if h.PixelFormat != JPEG {
		need = h.PixelFormat.DataBytes(w, ht, stride)
		if stride < h.PixelFormat.RowBytes(w) {
			return h, nil, fmt.Errorf("decoding a %v frame %d px wide with a stride of %d bytes: %w", h.PixelFormat, w, stride, ErrMalformed)
		}
	}
	if rest := len(payload) - FrameHeaderBytes; need > rest {
		return h, nil, fmt.Errorf("decoding a %d×%d %v frame: %d bytes of pixels, %d needed: %w", w, ht, h.PixelFormat, rest, need, ErrMalformed)
	}
	return h, payload[FrameHeaderBytes : FrameHeaderBytes+need : FrameHeaderBytes+need], nil
}
