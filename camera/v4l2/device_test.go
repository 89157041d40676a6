package v4l2

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var everything = []FourCC{RGB24, BGR24, YUYV, NV12, GREY, MJPEG}

func TestOpenSettlesOnAMode(t *testing.T) {
	cam := camera("usb-1", Mode{YUYV, 640, 480, 30}, Mode{MJPEG, 640, 480, 60})
	cam.stride = 1344
	k, dir := newFakeKernel(t, map[string]*fakeDevice{"video0": cam})
	d, err := Open(Options{Path: filepath.Join(dir, "video0"), Width: 640, Height: 480, FPS: 25, Prefer: everything, kern: k})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Mode(), (Mode{YUYV, 640, 480, 25}); got != want || d.Stride() != 1344 {
		t.Errorf("mode %v, stride %d, want %v, 1344", got, d.Stride(), want)
	}
	if !cam.streaming || len(cam.queued) != 4 || k.mapped != 4 {
		t.Errorf("streaming %v, %d buffers queued, %d mapped", cam.streaming, len(cam.queued), k.mapped)
	}
	for range 2 { // closing twice is as good as once
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if cam.streaming || k.mapped != 0 || len(k.fds) != 0 {
		t.Errorf("after closing: streaming %v, %d buffers mapped, %d descriptors", cam.streaming, k.mapped, len(k.fds))
	}
	if err := d.Next(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("next after close: %v", err)
	}
}

func TestOpenErrors(t *testing.T) {
	good := func() *fakeDevice { return camera("usb-1", Mode{YUYV, 640, 480, 30}) }
	with := func(change func(d *fakeDevice)) *fakeDevice {
		d := good()
		change(d)
		return d
	}
	for _, c := range []struct {
		name string
		dev  *fakeDevice
		is   error
		want string
	}{
		{"missing", nil, fs.ErrNotExist, "opening DIR/video0: file does not exist; capture devices there: DIR/video7 (Test Cam)"},
		{"gone while opening", with(func(d *fakeDevice) { d.openErr = unix.ENODEV }), ErrUnplugged,
			"opening DIR/video0: the device is gone (unplugged?)"},
		{"no permission", with(func(d *fakeDevice) { d.openErr = unix.EACCES }), fs.ErrPermission,
			"opening DIR/video0: permission denied; its group may open it: sudo usermod -aG video USER, then log in anew"},
		{"not in the unit", with(func(d *fakeDevice) { d.openErr = unix.EPERM }), fs.ErrPermission,
			"opening DIR/video0: operation not permitted; a control group forbids it: the service's unit needs a DeviceAllow= for it"},
		{"raw sensor", camera("platform:unicam", Mode{FourCC('p' | 'B'<<8 | 'A'<<16 | 'A'<<24), 1640, 1232, 0}), ErrRawSensor,
			"opening DIR/video0 (Test Cam): it gives raw sensor pictures only, so it is a CSI camera, which needs its image " +
				"processor: use source picamera (Raspberry Pi) or jetson-csi (Jetson)"},
		{"metadata", with(func(d *fakeDevice) { d.caps.DeviceCaps = capMetaCapture | capStreaming }), ErrNotCapture,
			"opening DIR/video0 (Test Cam, kind: metadata): it is not a video capture device; capture devices there: DIR/video7 (Test Cam)"},
		{"multi-planar", with(func(d *fakeDevice) { d.caps.DeviceCaps = capVideoCaptureMplane | capStreaming }), ErrNotCapture,
			"opening DIR/video0 (Test Cam): it speaks the multi-planar interface only: use source gstreamer with a v4l2src " +
				"pipeline: it is not a video capture device"},
		{"not a video node", with(func(d *fakeDevice) { d.errs[vidiocQuerycap] = unix.ENOTTY }), ErrNotCapture,
			"asking the capabilities of DIR/video0: it is not a video capture device"},
		{"no readable format", camera("usb-1", Mode{FourCC('H' | '2'<<8 | '6'<<16 | '4'<<24), 640, 480, 30}), ErrFormat,
			"choosing a format of DIR/video0: no pixel format that can be read: it offers H264; readable are RGB3, BGR3, YUYV, " +
				"NV12, GREY, MJPG"},
		{"format substituted", with(func(d *fakeDevice) { d.substitute = MJPEG }), ErrFormat,
			"setting YUYV 640×480 at 30 fps on DIR/video0: no pixel format that can be read: the driver chose MJPG instead"},
		{"busy", with(func(d *fakeDevice) { d.errs[vidiocSFmt] = unix.EBUSY }), unix.EBUSY,
			"setting YUYV 640×480 at 30 fps on DIR/video0: device or resource busy; process 4711 (guvcview) uses it: end that one first"},
		{"bandwidth", with(func(d *fakeDevice) { d.errs[vidiocStreamon] = unix.ENOSPC }), unix.ENOSPC,
			"starting the stream of DIR/video0: no space left on device"},
		{"no buffers", with(func(d *fakeDevice) { d.errs[vidiocReqbufs] = unix.ENOMEM }), unix.ENOMEM,
			"asking for buffers of DIR/video0: cannot allocate memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			devices := map[string]*fakeDevice{"video7": good()}
			if c.dev != nil {
				devices["video0"] = c.dev
			}
			k, dir := newFakeKernel(t, devices)
			path := filepath.Join(dir, "video0")
			_, err := Open(Options{
				Path: path, Width: 640, Height: 480, FPS: 30, Prefer: everything, kern: k, dev: dir, proc: procWithHolder(t, path),
			})
			if err == nil {
				t.Fatal("opened")
			}
			if got := strings.ReplaceAll(err.Error(), dir, "DIR"); got != c.want || !errors.Is(err, c.is) {
				t.Errorf("error\n got %s\nwant %s", got, c.want)
			}
			if len(k.fds) != 0 || k.mapped != 0 {
				t.Errorf("%d descriptors, %d buffers left", len(k.fds), k.mapped)
			}
		})
	}
}

// procWithHolder is a /proc in which process 4711 has path open.
func procWithHolder(t *testing.T, path string) string {
	t.Helper()
	proc := t.TempDir()
	fds := filepath.Join(proc, "4711", "fd")
	if err := os.MkdirAll(fds, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(fds, "3")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(proc, "4711", "comm"), []byte("guvcview\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return proc
}

func TestHolderUnknown(t *testing.T) {
	got := holderAdvice(t.TempDir(), "/dev/video9")
	if want := "another process uses it: sudo fuser /dev/video9 names it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListAndFirstUSB(t *testing.T) {
	raw := camera("platform:unicam", Mode{FourCC('R' | 'G'<<8 | '1'<<16 | '0'<<24), 1920, 1080, 0})
	meta := camera("usb-1")
	meta.caps.DeviceCaps = capMetaCapture | capStreaming
	codec := camera("platform:bcm2835-codec", Mode{NV12, 640, 480, 0})
	codec.caps.DeviceCaps = capVideoM2mMplane | capStreaming
	shut := camera("usb-3")
	shut.openErr = unix.EACCES
	isp := camera("platform:bcm2835-isp", Mode{YUYV, 640, 480, 30})
	k, dir := newFakeKernel(t, map[string]*fakeDevice{
		"video0": raw, "video2": meta, "video10": codec, "video11": camera("usb-2", Mode{MJPEG, 640, 480, 30}), "video9": shut,
		"video3": isp,
	})
	infos, err := list(dir, k)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range infos {
		got = append(got, fmt.Sprintf("%s %v", filepath.Base(i.Path), i.Kind))
	}
	want := "[video0 raw sensor video2 metadata video3 capture video9 unknown video10 other video11 capture]"
	if fmt.Sprint(got) != want {
		t.Errorf("list\n got %v\nwant %s", got, want)
	}
	if len(k.fds) != 0 {
		t.Errorf("%d descriptors left", len(k.fds))
	}
	first, err := FirstUSB(infos)
	if err != nil || filepath.Base(first.Path) != "video11" {
		t.Errorf("first USB camera: %v, %v", first.Path, err)
	}
	_, err = FirstUSB(infos[:4])
	const none = "looking for a USB camera: file does not exist; the video devices there: DIR/video0 (Test Cam, raw sensor), " +
		"DIR/video2 (Test Cam, metadata), DIR/video3 (Test Cam, capture), DIR/video9 (, permission denied)"
	if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != none {
		t.Errorf("without a USB camera\n got %v\nwant %s", err, none)
	}
	if _, err := FirstUSB(nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without any: %v", err)
	}
}
