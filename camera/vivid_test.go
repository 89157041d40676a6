package camera

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"lanekeeper/camera/v4l2"
	"lanekeeper/msg"
)

// The tests in this file run against vivid, the kernel's virtual camera, in the machine that e2e/vm/v4l2.sh boots.

func vividConfig(t *testing.T) Config {
	t.Helper()
	if os.Getenv("V4L2_TEST_VIVID") == "" {
		t.Skip("needs the kernel's virtual camera: run e2e/vm/v4l2.sh")
	}
	c := DefaultConfig()
	c.Width, c.Height = 640, 360
	return c
}

// The camera shows the eight bars of 75 %, in every format, at its own size and scaled.
func TestVividBars(t *testing.T) {
	base := vividConfig(t)
	const on = 191
	bars := [8][3]byte{{on, on, on}, {on, on, 0}, {0, on, on}, {0, on, 0}, {on, 0, on}, {on, 0, 0}, {0, 0, on}, {0, 0, 0}}
	for format := msg.RGB24; format <= msg.JPEG; format++ {
		for _, rotate := range []int{0, 180} {
			c := base
			c.PixelFormat, c.Rotate = format.String(), rotate
			if rotate == 180 {
				c.Width, c.Height = 320, 180
			}
			t.Run(fmt.Sprintf("%v turned %d", format, rotate), func(t *testing.T) {
				s := opened(t, c)
				t.Log(s.Format())
				h, data := read(t, s)
				if h.Width != int32(c.Width) || h.Height != int32(c.Height) || h.SourceNs != 0 {
					t.Errorf("header %+v", h)
				}
				back := newConverter(Format{Width: c.Width, Height: c.Height, Pixel: msg.RGB24}, rotate)
				defer back.close()
				rgb := make([]byte, back.to.DataBytes())
				p := picture{format, c.Width, c.Height, format.RowBytes(c.Width), data}
				if err := back.write(p, &msg.FrameHeader{}, rgb); err != nil {
					t.Fatal(err)
				}
				for i, want := range bars {
					at := 3 * ((c.Height-8)*c.Width + c.Width*(2*i+1)/16) // below the text
					if format == msg.Gray8 {
						// Without colour the bars are in order of brightness alone.
						if i > 0 && rgb[at] >= rgb[at-3*c.Width/8] {
							t.Errorf("bar %d: %d is not darker than the one before, %d", i, rgb[at], rgb[at-3*c.Width/8])
						}
						continue
					}
					if err := near(rgb[at:at+3], want[:], 5); err != nil {
						t.Errorf("bar %d: %v", i, err)
					}
				}
				first := h
				if h, _ = read(t, s); h.SourceNs <= 0 || h.CaptureNs-first.CaptureNs != h.SourceNs {
					t.Errorf("second frame at %d ns, captured %d ns after the first", h.SourceNs, h.CaptureNs-first.CaptureNs)
				}
				if h.CaptureNs > realClock().monotonicNs() {
					t.Error("captured in the future")
				}
			})
		}
	}
}

// The camera is pulled out while it is being read, and plugged in again.
func TestVividKeeperSurvivesUnplugging(t *testing.T) {
	c := vividConfig(t)
	var events []Event
	k := &Keeper{Open: func() (Source, error) { return Open(c) }, Notify: func(e Event) { events = append(events, e) }}
	frame := func() msg.FrameHeader {
		var h msg.FrameHeader
		if err := k.Grab(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := k.Retrieve(&h, make([]byte, k.Format().DataBytes())); err != nil {
			t.Fatal(err)
		}
		return h
	}
	frame()
	disconnect(t, c.Device)
	var flags []uint32
	for range 3 {
		flags = append(flags, frame().Flags)
	}
	if want := []uint32{msg.FrameLoopStart, 0, 0}; !slices.Equal(flags, want) {
		t.Errorf("flags %v, want %v", flags, want)
	}
	if len(events) != 3 || events[1].Kind != EventFailed || !errors.Is(events[1].Err, v4l2.ErrUnplugged) || events[2].Kind != EventOpened {
		t.Errorf("events %v", events)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}

// disconnect presses vivid's button of that name.
func disconnect(t *testing.T, path string) {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	const setControl = 0xc008561c // VIDIOC_S_CTRL
	control := struct{ id, value uint32 }{id: 0x00f0f000 + 65}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), setControl, uintptr(unsafe.Pointer(&control))); errno != 0 {
		t.Fatal(errno)
	}
}
