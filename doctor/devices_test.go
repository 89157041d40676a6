package doctor

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/camera/v4l2"
)

// inGroup gives a tree's files the mode 0660 and the name to the group that a test's files have.
func inGroup(name string, paths ...string) func(s *System) {
	return func(s *System) {
		for _, path := range paths {
			if err := os.Chmod(s.path(path), 0o660); err != nil {
				panic(err)
			}
		}
		line := fmt.Sprintf("%s:x:%d:\n", name, os.Getegid())
		if err := errors.Join(os.MkdirAll(s.path("/etc"), 0o755), os.WriteFile(s.path("/etc/group"), []byte(line), 0o600)); err != nil {
			panic(err)
		}
	}
}

func TestCamera(t *testing.T) {
	webcam := v4l2.Info{Path: "/dev/video0", Driver: "uvcvideo", Card: "HD Webcam", Bus: "usb-1", Kind: v4l2.KindCapture}
	meta := v4l2.Info{Path: "/dev/video1", Driver: "uvcvideo", Card: "HD Webcam", Bus: "usb-1", Kind: v4l2.KindMetadata}
	// In the mode that libcamera uses, unicam lists formats that are no raw ones, so its kind is that of a camera.
	unicam := v4l2.Info{Path: "/dev/video0", Driver: "unicam", Card: "unicam", Kind: v4l2.KindCapture}
	tegra := v4l2.Info{Path: "/dev/video0", Driver: "tegra-video", Card: "vi-output, imx219 9-0010", Kind: v4l2.KindRawSensor}
	other := v4l2.Info{Path: "/dev/video0", Driver: "new", Card: "sensor", Kind: v4l2.KindRawSensor}
	codec := v4l2.Info{Path: "/dev/video10", Driver: "bcm2835-codec", Card: "bcm2835-codec-decode", Kind: v4l2.KindOther}
	isp := v4l2.Info{Path: "/dev/video14", Driver: "bcm2835-isp", Card: "bcm2835-isp", Kind: v4l2.KindCapture}
	planar := v4l2.Info{Path: "/dev/video2", Driver: "rkisp1", Kind: v4l2.KindPlanar}
	locked := v4l2.Info{Path: "/dev/video0", Err: unix.EACCES}
	broken := v4l2.Info{Path: "/dev/video0", Err: unix.EIO}
	nodes := func(more func(s *System), infos ...v4l2.Info) func(s *System) {
		return func(s *System) {
			s.Video = infos
			if more != nil {
				more(s)
			}
		}
	}
	node := files{"/dev/video0": ""}
	const none = "warn no camera: %s | " +
		"plug it in (a CSI one with the power off), then: sudo dmesg | tail; without one: sudo systemctl start lane-sim"
	const useless = "no /dev/video* gives pictures"
	const auxiliary = "ok no cameras: video10 codec or image processor (bcm2835-codec), video14 codec or image processor (bcm2835-isp)"
	try(t, checkCamera, []trial{
		{"a webcam", node, nodes(inGroup("video", "/dev/video0"), webcam, meta),
			[]string{"ok /dev/video0: HD Webcam (uvcvideo), source: usb", "ok no cameras: video1 metadata"}},
		{"a webcam of root's", node, nodes(inGroup("root", "/dev/video0"), webcam),
			[]string{"warn /dev/video0 has the group root and the mode 0660: the group video may not use it | " +
				`echo 'SUBSYSTEM=="video4linux", GROUP="video", MODE="0660"' | sudo tee /etc/udev/rules.d/70-lanekeeper-video.rules` +
				" && sudo udevadm control --reload && sudo udevadm trigger"}},
		{"a webcam for reading alone", node, func(s *System) {
			nodes(inGroup("video", "/dev/video0"), webcam)(s)
			if err := os.Chmod(s.path("/dev/video0"), 0o640); err != nil {
				panic(err)
			}
		}, []string{"warn /dev/video0 has the group video and the mode 0640: the group video may not use it | " +
			`echo 'SUBSYSTEM=="video4linux", GROUP="video", MODE="0660"' | sudo tee /etc/udev/rules.d/70-lanekeeper-video.rules` +
			" && sudo udevadm control --reload && sudo udevadm trigger"}},
		{"a CSI camera of a Raspberry Pi", pi, nodes(nil, unicam, codec, isp),
			[]string{"ok /dev/video0 (unicam): CSI sensor, whose node gives no pictures; use source: picamera (libcamerasrc)", auxiliary}},
		{"a CSI camera of a Jetson", files{}, nodes(nil, tegra),
			[]string{"ok /dev/video0 (vi-output, imx219 9-0010): CSI sensor, whose node gives no pictures; use source: jetson-csi (nvarguscamerasrc)"}},
		{"a CSI camera elsewhere", files{}, nodes(nil, other), []string{"ok /dev/video0 (sensor): CSI sensor, whose node gives no pictures; " +
			"use source: picamera (libcamerasrc) on a Raspberry Pi, jetson-csi (nvarguscamerasrc) on a Jetson"}},
		{"a Raspberry Pi without a camera", pi, nodes(nil, codec, isp), []string{auxiliary, fmt.Sprintf(none, useless)}},
		{"nothing", files{}, nil, []string{fmt.Sprintf(none, "there is no /dev/video*")}},
		{"multi-planar", files{}, nodes(nil, planar),
			[]string{"ok no cameras: video2 multi-planar (rkisp1, perhaps a camera for source: gstreamer)", fmt.Sprintf(none, useless)}},
		{"one that may not be opened", accounts, nodes(nil, locked), []string{"skip not checked: /dev/video0: permission denied; " +
			"use sudo, or: sudo usermod -aG video lino, then log in again"}},
		{"a broken one", files{}, nodes(nil, broken), []string{
			"warn /dev/video0: input/output error | unplug it and plug it in again, then: sudo dmesg | tail", fmt.Sprintf(none, useless)}},
		{"unseen", files{}, func(s *System) { s.VideoErr = errors.New("no answer") }, []string{"skip not checked: no answer"}},
	})
}

func TestI2C(t *testing.T) {
	const off = "warn no /dev/i2c-1: the bus on the pin header is off, as it is by default; a servo driver (PCA9685) needs it | " +
		"sudo raspi-config nonint do_i2c 0"
	try(t, checkI2C, []trial{
		{"a Raspberry Pi's, off", pi, nil, []string{off}},
		{"only that of the display", with(pi, files{"/dev/i2c-20": ""}), nil, []string{off}},
		{"a Raspberry Pi's, on", with(pi, files{"/dev/i2c-1": "", "/dev/i2c-20": ""}), inGroup("i2c", "/dev/i2c-1", "/dev/i2c-20"),
			[]string{"ok /dev/i2c-1, /dev/i2c-20"}},
		{"root's", with(pi, files{"/dev/i2c-1": ""}), inGroup("root", "/dev/i2c-1"),
			[]string{"warn /dev/i2c-1 has the group root and the mode 0660: the group i2c may not use it | " +
				`echo 'SUBSYSTEM=="i2c-dev", GROUP="i2c", MODE="0660"' | sudo tee /etc/udev/rules.d/70-lanekeeper-i2c.rules` +
				" && sudo udevadm control --reload && sudo udevadm trigger"}},
		{"another board", files{}, nil, []string{"skip no /dev/i2c-*: nothing to check; for a servo driver (PCA9685): sudo modprobe i2c-dev"}},
	})
}

func TestSerial(t *testing.T) {
	ports := files{"/dev/ttyACM0": "", "/dev/ttyUSB0": ""}
	manager := files{"/proc/77/comm": "ModemManager\n", "/proc/8/comm": "sh\n"}
	dialout := inGroup("dialout", "/dev/ttyACM0", "/dev/ttyUSB0")
	const good = "ok /dev/ttyACM0, /dev/ttyUSB0"
	try(t, checkSerial, []trial{
		{"none", manager, nil, []string{"skip no /dev/ttyACM* or ttyUSB*: nothing to check"}},
		{"two", ports, dialout, []string{good}},
		{"a modem manager", with(ports, manager), dialout,
			[]string{"warn ModemManager runs, and takes /dev/ttyACM0 for a modem | sudo systemctl disable --now ModemManager", good}},
		{"a modem manager that is told", with(ports, manager, files{"/lib/udev/rules.d/60-lanekeeper.rules": `ENV{ID_MM_DEVICE_IGNORE}="1"`}), dialout,
			[]string{good}},
		{"no modem", with(files{"/dev/ttyUSB0": ""}, manager), inGroup("dialout", "/dev/ttyUSB0"), []string{"ok /dev/ttyUSB0"}},
		{"of another group", files{"/dev/ttyUSB0": ""}, inGroup("tty", "/dev/ttyUSB0"),
			[]string{"warn /dev/ttyUSB0 has the group tty and the mode 0660: the group dialout may not use it | " +
				`echo 'SUBSYSTEM=="tty", GROUP="dialout", MODE="0660"' | sudo tee /etc/udev/rules.d/70-lanekeeper-dialout.rules` +
				" && sudo udevadm control --reload && sudo udevadm trigger"}},
	})
}
