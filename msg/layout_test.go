package msg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"unsafe"
)

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want uintptr
	}{
		{"frame header", unsafe.Sizeof(FrameHeader{}), FrameHeaderBytes},
		{"detection", unsafe.Sizeof(Detection{}), DetectionBytes},
		{"command", unsafe.Sizeof(Command{}), CommandBytes},
		{"frame extension", unsafe.Offsetof(FrameHeader{}.PixelFormat), 32},
		{"camera", unsafe.Offsetof(FrameHeader{}.CameraID), 72},
		{"detection lanes", unsafe.Offsetof(Detection{}.LeftLane), 40},
		{"detection right lane", unsafe.Offsetof(Detection{}.RightLane), 64},
		{"detection extension", unsafe.Offsetof(Detection{}.CaptureNs), 88},
		{"detection lines", unsafe.Offsetof(Detection{}.Left), 192},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}

// TestCameraIDOf holds the hash to FNV-1a's own test vectors: calibration files keep it.
func TestCameraIDOf(t *testing.T) {
	for text, want := range map[string]uint64{"": 0, "a": 0xaf63dc4c8601ec8c, "foobar": 0x85944171f73967e8} {
		if got := CameraIDOf(text); got != want {
			t.Errorf("%q: %#x, want %#x", text, got, want)
		}
	}
}

// The image header as the predecessor packs it: struct '<qdiiii'.
func TestImageHeaderBytes(t *testing.T) {
	h := NewFrameHeader(800, 600, RGB24)
	h.FrameID, h.Timestamp = 0x0102030405060708, 1.5
	var want []byte
	want = binary.LittleEndian.AppendUint64(want, 0x0102030405060708)
	want = binary.LittleEndian.AppendUint64(want, math.Float64bits(1.5))
	for _, v := range []uint32{800, 600, 3, 1} {
		want = binary.LittleEndian.AppendUint32(want, v)
	}
	if len(want) != 32 || !bytes.Equal(h.Bytes()[:32], want) {
		t.Errorf("image header\n got %x\nwant %x", h.Bytes()[:32], want)
	}
}

// The detection record as the predecessor packs it: struct '<qddiii4xiiiidiiiid'.
func TestDetectionRecordBytes(t *testing.T) {
	var d Detection
	d.Clear()
	d.FrameID, d.Timestamp, d.ProcessingTimeMs = -7, 2.25, 0.875
	d.HasLeftLane, d.HasRightLane = 1, 0
	d.LeftLane = Lane{X1: -1, Y1: 599, X2: 300, Y2: 310, Confidence: 0.5}
	d.RightLane = Lane{X1: 700, Y1: 598, X2: 500, Y2: 311, Confidence: 0.25}
	var want []byte
	u32 := func(vs ...int32) {
		for _, v := range vs {
			want = binary.LittleEndian.AppendUint32(want, uint32(v))
		}
	}
	f64 := func(vs ...float64) {
		for _, v := range vs {
			want = binary.LittleEndian.AppendUint64(want, math.Float64bits(v))
		}
	}
	want = binary.LittleEndian.AppendUint64(want, math.MaxUint64-6)
	f64(2.25, 0.875)
	u32(1, 0, 1, 0)
	u32(-1, 599, 300, 310)
	f64(0.5)
	u32(700, 598, 500, 311)
	f64(0.25)
	if len(want) != 88 || !bytes.Equal(d.Bytes()[:88], want) {
		t.Errorf("detection record\n got %x\nwant %x", d.Bytes()[:88], want)
	}
}

func TestRoundTrip(t *testing.T) {
	var d, e Detection
	d.Clear()
	d.Left.Count, d.Left.Extrapolated, d.Left.Points[3] = 5, 0b101, Point{X: 1.5, Y: 2.5}
	d.Right.Poly[3] = -0.25
	if err := e.Decode(append(bytes.Clone(d.Bytes()), 9, 9)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Bytes(), e.Bytes()) {
		t.Error("a detection changed on its way through its bytes")
	}
	c, k := Neutral(ModeStopped, ReasonStale), Command{}
	if err := k.Decode(c.Bytes()); err != nil || !bytes.Equal(c.Bytes(), k.Bytes()) {
		t.Errorf("a command changed on its way through its bytes (%v)", err)
	}
}

func TestMalformed(t *testing.T) {
	frame := func(edit func(*FrameHeader)) []byte {
		h := NewFrameHeader(4, 2, RGB24)
		edit(&h)
		return append(bytes.Clone(h.Bytes()), make([]byte, 24)...)
	}
	if _, pix, err := DecodeFrame(frame(func(*FrameHeader) {})); err != nil || len(pix) != 24 {
		t.Fatalf("a good frame: %d bytes of pixels, %v", len(pix), err)
	}
	for name, payload := range map[string][]byte{
		"empty":          nil,
		"short header":   make([]byte, FrameHeaderBytes-1),
		"not ready":      frame(func(h *FrameHeader) { h.Ready = 0 }),
		"no format":      frame(func(h *FrameHeader) { h.PixelFormat = 0 }),
		"unknown format": frame(func(h *FrameHeader) { h.PixelFormat = 99 }),
		"negative":       frame(func(h *FrameHeader) { h.Width = -4 }),
		"huge":           frame(func(h *FrameHeader) { h.Width, h.Height = math.MaxInt32, math.MaxInt32 }),
		"narrow stride":  frame(func(h *FrameHeader) { h.Stride = 11 }),
		"wide stride":    frame(func(h *FrameHeader) { h.Stride = math.MaxUint32 }),
		"long jpeg":      frame(func(h *FrameHeader) { h.PixelFormat, h.DataBytes = JPEG, math.MaxUint32 }),
	} {
		if _, _, err := DecodeFrame(payload); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
	}
	var d Detection
	if err := d.Decode(make([]byte, DetectionBytes)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a detection that is not ready: %v", err)
	}
	d.Clear()
	d.Left.Count = MaxPoints + 1
	if err := new(Detection).Decode(d.Bytes()); !errors.Is(err, ErrMalformed) {
		t.Errorf("a detection with too many points: %v", err)
	}
}

// FuzzDecode holds that no bytes make a decoder panic or hand out pixels beyond the payload.
func FuzzDecode(f *testing.F) {
	h := NewFrameHeader(4, 2, NV12)
	f.Add(append(bytes.Clone(h.Bytes()), make([]byte, 24)...))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if h, pix, err := DecodeFrame(payload); err == nil && len(pix) > len(payload)-FrameHeaderBytes {
			t.Errorf("%+v: %d bytes of pixels in a payload of %d", h, len(pix), len(payload))
		}
		var d Detection
		_ = d.Decode(payload)
		var c Command
		_ = c.Decode(payload)
	})
}

func TestDrive(t *testing.T) {
	c := Command{Ready: 1, Mode: ModeActive, ValidUntilNs: 100, Steering: 3, Throttle: math.NaN(), Brake: 0.5}
	for _, k := range []struct {
		name                      string
		edit                      func(*Command)
		now                       int64
		steering, throttle, brake float64
	}{
		{"held in range", func(*Command) {}, 100, 1, 0, 0.5},
		{"expired", func(*Command) {}, 101, 0, 0, 0},
		{"standby", func(c *Command) { c.Mode = ModeStandby }, 0, 0, 0, 0.5},
		{"stopped", func(c *Command) { c.Mode, c.Throttle = ModeStopped, 1 }, 0, 0, 0, 0.5},
		{"no mode", func(c *Command) { c.Mode, c.Throttle = 0, 1 }, 0, 0, 0, 0.5},
		{"not whole", func(c *Command) { c.Ready = 0 }, 0, 0, 0, 0},
	} {
		d := c
		k.edit(&d)
		if s, th, b := d.Drive(k.now); s != k.steering || th != k.throttle || b != k.brake {
			t.Errorf("%s: %v %v %v, want %v %v %v", k.name, s, th, b, k.steering, k.throttle, k.brake)
		}
	}
}
