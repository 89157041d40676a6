package guest

import (
	"os"
	"strings"
	"testing"
	"time"
)

// vivid loads the kernel's virtual camera, with one device of one input.
func (v *vehicle) vivid() {
	v.t.Helper()
	v.module("vivid", "n_devs=1", "node_types=0x1", "num_inputs=1", "input_types=0")
}

// slow has the daemons do what an emulated processor can do often enough.
func (v *vehicle) slow() {
	v.t.Helper()
	v.write("/etc/lanekeeper/camerad.yaml", "camera: {width: 320, height: 180, fps: 15}\n")
	v.write("/etc/lanekeeper/lane-detectd.yaml", "detect: {work_width: 96}\n")
}

// TestCamera runs the whole stack as shipped, with a camera of the kernel's: its frames go through all daemons.
func TestCamera(t *testing.T) {
	v := newVehicle(t)
	v.slow()
	v.vivid()
	command(t, "systemctl", "start", target)
	awaitStatus(v, camerad, "frames are published", func(_ string, d eye) bool { return d.Published > 0 })
	first := status[eye](v, camerad)
	_, found := awaitStatus(v, detectd, "50 frames are looked at", func(_ string, d finder) bool { return d.Evaluated >= 50 })
	_, answered := awaitStatus(v, controld, "the 50th frame is answered", func(_ string, d driver) bool { return d.FrameID >= 50 })
	more := status[eye](v, camerad)
	if more.Published < first.Published+20 {
		t.Errorf("frames published: %d, then %d", first.Published, more.Published)
	}
	if answered.State != "standby" || answered.Armed {
		t.Errorf("nobody has armed it: %+v", answered)
	}
	t.Logf("camerad: %d frames, then %d, %.1f Hz", first.Published, more.Published, more.FPS)
	t.Logf("lane-detectd: %d frames, %.1f Hz, %.1f ms each", found.Evaluated, found.FPS, found.P50Ms)
	t.Logf("controld: frame %d answered, %.1f Hz, capture to command %.1f ms, p99 %.1f ms", answered.FrameID, answered.RateHz,
		answered.P50Ms, answered.P99Ms)
	v.keptRunning(camerad, detectd, controld)
}

// TestCameraComesLater has camerad running before there is any camera, which DeviceAllow= has to let in all the same.
func TestCameraComesLater(t *testing.T) {
	v := newVehicle(t)
	v.slow()
	command(t, "systemctl", "start", camerad)
	pid := v.number(camerad, "MainPID")
	line, _ := awaitStatus(v, camerad, "there is no camera", waiting)
	t.Log(line)
	v.vivid()
	plugged := time.Now()
	awaitStatus(v, camerad, "frames are published", func(_ string, d eye) bool { return d.Published > 0 })
	t.Logf("first frame %v after the camera came", time.Since(plugged).Round(time.Millisecond))
	v.same(camerad, pid)
}

// TestCameraUnplugged takes the camera away while it streams, and gives it back.
func TestCameraUnplugged(t *testing.T) {
	const segment = "/dev/shm/camera_feed"
	v := newVehicle(t)
	v.slow()
	v.vivid()
	command(t, "systemctl", "start", target)
	_, before := awaitStatus(v, camerad, "10 frames are published", func(_ string, d eye) bool { return d.Published >= 10 })
	pid, file := v.number(camerad, "MainPID"), inode(t, segment)

	plug(t, "unbind")
	unplugged := time.Now()
	line, _ := awaitStatus(v, camerad, "the camera is gone", waiting)
	t.Logf("said %v after it was unplugged: %s", time.Since(unplugged).Round(time.Millisecond), line)
	v.said(camerad, "the camera failed")
	if !os.SameFile(file, inode(t, segment)) {
		t.Error("camerad has made its segment anew")
	}
	_, gone := awaitStatus(v, camerad, "no frames", func(_ string, d eye) bool { return d.FPS == 0 })

	plug(t, "bind")
	replugged := time.Now()
	_, after := awaitStatus(v, camerad, "frames again", func(_ string, d eye) bool { return d.Published >= gone.Published+10 })
	t.Logf("frames: %d, %d when it was gone, %d %v after it was back", before.Published, gone.Published, after.Published,
		time.Since(replugged).Round(time.Millisecond))
	v.same(camerad, pid)
	if !os.SameFile(file, inode(t, segment)) {
		t.Error("camerad has made its segment anew")
	}
	for line := range strings.Lines(v.journal(camerad)) {
		if strings.Contains(line, "camerad[") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// waiting is what camerad says without a camera.
func waiting(line string, _ eye) bool { return strings.HasPrefix(line, "waiting for the camera: ") }

// plug binds the camera to its driver, or unbinds it.
func plug(t *testing.T, what string) {
	t.Helper()
	if err := os.WriteFile("/sys/bus/platform/drivers/vivid/"+what, []byte("vivid.0"), 0o200); err != nil {
		t.Fatal(err)
	}
}

// same checks that a service has not been restarted.
func (v *vehicle) same(unit string, pid int) {
	v.t.Helper()
	if now, n := v.number(unit, "MainPID"), v.number(unit, "NRestarts"); now != pid || n != 0 {
		v.t.Errorf("%s was pid %d and is pid %d, restarted %d times", unit, pid, now, n)
	}
}
