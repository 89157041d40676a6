package v4l2

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The tests in this file run against vivid, the kernel's virtual camera, in the machine that e2e/vm/v4l2.sh boots.

// vivid's controls: drivers/media/test-drivers/vivid/vivid-ctrls.c, as of Linux 6.1.
const (
	vividBase        = 0x00f0f000
	vividPattern     = vividBase + 0 // 7 red, 8 green, 9 blue
	vividText        = vividBase + 1 // 2 none
	vividPercDropped = vividBase + 64
	vividDisconnect  = vividBase + 65
	vividDqbufError  = vividBase + 66
)

const vidiocSCtrl = 0xc008561c

// vividCamera is the path of vivid's single-planar capture node.
func vividCamera(t *testing.T) string {
	t.Helper()
	if os.Getenv("V4L2_TEST_VIVID") == "" {
		t.Skip("needs the kernel's virtual camera: run e2e/vm/v4l2.sh")
	}
	infos, err := List()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if i.Kind == KindCapture {
			return i.Path
		}
	}
	t.Fatalf("no capture device in %+v", infos)
	return ""
}

func setControl(t *testing.T, path string, id uint32, value int32) {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	control := struct {
		ID    uint32
		Value int32
	}{id, value}
	if err := (linux{}).ioctl(fd, vidiocSCtrl, unsafe.Pointer(&control)); err != nil {
		t.Fatalf("setting control %#x to %d: %v", id, value, err)
	}
}

func TestVividList(t *testing.T) {
	vividCamera(t)
	infos, err := List()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]int{}
	for _, i := range infos {
		t.Logf("%s: %s, %s, %s, %v", i.Path, i.Driver, i.Card, i.Bus, i.Kind)
		kinds[i.Kind]++
		if i.Kind == KindPlanar {
			if _, err := Open(Options{Path: i.Path, Prefer: everything}); !errors.Is(err, ErrNotCapture) {
				t.Errorf("opening the multi-planar node: %v", err)
			}
		}
		if i.Kind == KindMetadata {
			_, err := Open(Options{Path: i.Path, Prefer: everything})
			if !errors.Is(err, ErrNotCapture) || !strings.Contains(err.Error(), "capture devices there: /dev/video0 (vivid)") {
				t.Errorf("opening the metadata node: %v", err)
			}
		}
	}
	if kinds[KindCapture] != 1 || kinds[KindMetadata] != 1 || kinds[KindPlanar] != 1 || len(infos) != 3 {
		t.Errorf("kinds %v", kinds)
	}
	if _, err := FirstUSB(infos); err == nil {
		t.Error("found a USB camera")
	}
}

// Known colours in each format, by BT.601 in limited range where it is YUV.
func TestVividPixels(t *testing.T) {
	path := vividCamera(t)
	setControl(t, path, vividText, 2)
	for format, want := range map[FourCC][3][]byte{
		RGB24: {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}},
		BGR24: {{0, 0, 255}, {0, 255, 0}, {255, 0, 0}},
		YUYV:  {{81, 90, 81, 240}, {145, 54, 145, 34}, {41, 240, 41, 110}},
		NV12:  {{81, 81, 81, 81}, {145, 145, 145, 145}, {41, 41, 41, 41}},
		GREY:  {{54, 54, 54, 54}, {182, 182, 182, 182}, {18, 18, 18, 18}}, // full range, by BT.709
	} {
		for i, expect := range want {
			setControl(t, path, vividPattern, int32(7+i))
			d, err := Open(Options{Path: path, Width: 640, Height: 360, FPS: 30, Prefer: []FourCC{format}})
			if err != nil {
				t.Fatal(err)
			}
			if m := d.Mode(); m != (Mode{format, 640, 360, 30}) || d.Stride() != format.rowBytes(640) {
				t.Errorf("mode %v, stride %d", m, d.Stride())
			}
			if err := d.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			data := d.Frame().Data
			if len(data) != format.dataBytes(360, d.Stride()) {
				t.Errorf("%v: %d bytes", format, len(data))
			}
			for _, row := range []int{0, 100, 359} {
				for c, w := range expect {
					if got := data[row*d.Stride()+c]; int(got)-int(w) > 3 || int(w)-int(got) > 3 {
						t.Errorf("%v colour %d row %d byte %d: %d, want %d ± 3", format, i, row, c, got, w)
					}
				}
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Sizes and rates that the camera has are set as asked; others as near as it has them.
func TestVividModes(t *testing.T) {
	path := vividCamera(t)
	for _, c := range []struct {
		width, height int
		fps           float64
		want          Mode
	}{
		{640, 360, 30, Mode{YUYV, 640, 360, 30}}, {640, 480, 15, Mode{YUYV, 640, 480, 15}},
		{1280, 720, 10, Mode{YUYV, 1280, 720, 10}}, {960, 540, 10, Mode{YUYV, 1280, 720, 10}},
		{800, 600, 30, Mode{YUYV, 640, 480, 25}}, {1280, 720, 30, Mode{YUYV, 640, 360, 30}}, // larger ones are slower
	} {
		d, err := Open(Options{Path: path, Width: c.width, Height: c.height, FPS: c.fps, Prefer: []FourCC{YUYV}})
		if err != nil {
			t.Fatal(err)
		}
		if d.Mode() != c.want {
			t.Errorf("%d×%d at %v: %v, want %v", c.width, c.height, c.fps, d.Mode(), c.want)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := Open(Options{Path: path, Prefer: []FourCC{MJPEG}}); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "it offers YUYV, ") {
		t.Errorf("asking for MJPEG: %v", err)
	}
}

func monotonicNs(t *testing.T) int64 {
	t.Helper()
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		t.Fatal(err)
	}
	return ts.Nano()
}

func TestVividTimesAndLosses(t *testing.T) {
	path := vividCamera(t)
	d, err := Open(Options{Path: path, Width: 640, Height: 360, FPS: 30, Prefer: []FourCC{RGB24}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var lost uint64
	var first, last Frame
	take := func() Frame {
		if err := d.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := d.Frame()
		if last.CaptureNs != 0 && (f.CaptureNs <= last.CaptureNs || f.Sequence <= last.Sequence || f.Lost != uint64(f.Sequence-last.Sequence-1)) {
			t.Errorf("frame %d at %d ns with %d lost, after frame %d at %d ns", f.Sequence, f.CaptureNs, f.Lost, last.Sequence, last.CaptureNs)
		}
		// vivid stamps the end of an exposure that it does not wait for, so up to a period ahead.
		if age := monotonicNs(t) - f.CaptureNs; age < -34e6 || age > 10e9 {
			t.Errorf("frame %d is %d ns old", f.Sequence, age)
		}
		last = f
		lost += f.Lost
		return f
	}
	first = take()
	for range 29 {
		take()
	}
	t.Logf("30 frames: %.2f fps, %d lost", float64(last.Sequence-first.Sequence)/float64(last.CaptureNs-first.CaptureNs)*1e9, lost)

	lost = 0
	setControl(t, path, vividPercDropped, 50)
	for range 30 {
		take()
	}
	setControl(t, path, vividPercDropped, 0)
	t.Logf("30 frames while half of them are dropped: %d lost", lost)
	if lost == 0 {
		t.Error("no loss was noticed")
	}

	lost = 0
	for range 3 {
		setControl(t, path, vividDqbufError, 0)
		take()
	}
	if lost == 0 {
		t.Error("a damaged frame was not passed over")
	}
}

// The newest frame is taken after a pause, and those before it count as lost. The pause is made of the camera's own time.
func TestVividNewest(t *testing.T) {
	path := vividCamera(t)
	d, err := Open(Options{Path: path, Width: 640, Height: 480, FPS: 30, Prefer: []FourCC{GREY}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := d.Frame()
	for monotonicNs(t) < before.CaptureNs+int64(400*time.Millisecond) {
		if _, err := (linux{}).poll(-1, 10); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := d.Frame(); f.Lost < 2 {
		t.Errorf("frame %d after %d with %d lost; the three buffers of the pause were not passed over", f.Sequence, before.Sequence, f.Lost)
	}
}

// TestVividChild is not a test but what the next ones start as another process or user.
func TestVividChild(t *testing.T) {
	what := os.Getenv("V4L2_TEST_CHILD")
	if what == "" {
		t.Skip("started by other tests only")
	}
	d, err := Open(Options{Path: os.Getenv("V4L2_TEST_PATH"), Prefer: everything})
	if err != nil {
		fmt.Printf("child: %v\n", err)
		return
	}
	defer d.Close()
	fmt.Println("child: streaming")
	var b [1]byte
	if _, err := os.Stdin.Read(b[:]); err == nil { // until the parent closes it
		t.Error("unexpected input")
	}
}

func child(t *testing.T, path string, credential *syscall.Credential) (pid int, says string, end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestVividChild$")
	cmd.Env = append(os.Environ(), "V4L2_TEST_CHILD=1", "V4L2_TEST_PATH="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	says, _, _ = strings.Cut(string(buf[:n]), "\n")
	return cmd.Process.Pid, says, func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestVividBusy(t *testing.T) {
	path := vividCamera(t)
	pid, says, end := child(t, path, nil)
	defer end()
	if says != "child: streaming" {
		t.Fatal(says)
	}
	_, err := Open(Options{Path: path, Prefer: everything})
	if want := fmt.Sprintf("process %d (v4l2.test) uses it", pid); !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestVividPermission(t *testing.T) {
	path := vividCamera(t)
	_, says, end := child(t, path, &syscall.Credential{Uid: 65534, Gid: 65534})
	defer end()
	want := fmt.Sprintf("child: opening %s: permission denied; its group may open it: sudo usermod -aG video USER, then log in anew", path)
	if says != want {
		t.Errorf("got %s\nwant %s", says, want)
	}
}

func TestVividLeavesNothing(t *testing.T) {
	path := vividCamera(t)
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		maps, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries) + 1000*strings.Count(string(maps), "/dev/video")
	}
	before := count()
	for range 20 {
		d, err := Open(Options{Path: path, Prefer: everything})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.Next(t.Context()), d.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after != before {
		t.Errorf("descriptors + 1000 × mappings: %d, before %d", after, before)
	}
}

// vivid is plugged in again when the last one who has it open closes it.
func TestVividUnplugged(t *testing.T) {
	path := vividCamera(t)
	d, err := Open(Options{Path: path, Prefer: everything})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	setControl(t, path, vividDisconnect, 0)
	if err := d.Next(t.Context()); !errors.Is(err, ErrUnplugged) {
		t.Errorf("capturing after the camera was unplugged: %v", err)
	}
	if _, err := Open(Options{Path: path, Prefer: everything}); !errors.Is(err, ErrUnplugged) {
		t.Errorf("opening a camera that was unplugged: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	again, err := Open(Options{Path: path, Prefer: everything})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Next(t.Context()), again.Close()); err != nil {
		t.Error(err)
	}
}
