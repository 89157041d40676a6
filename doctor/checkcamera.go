package doctor

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"lanekeeper/camera/v4l2"
)

// use is what a video node is good for.
type use int

const (
	useCamera use = iota
	useSensor     // a CSI sensor before its image processor: no picture yet, whatever formats the node lists
	useAuxiliary
	useUnknown
)

// useOf judges by the driver first: the receivers of CSI sensors that are set up through a media controller list formats
// that the sensor does not give, and an image processor's outputs look like cameras.
func useOf(i v4l2.Info) use {
	switch i.Driver {
	case "unicam", "rp1-cfe", "tegra-video":
		return useSensor
	case "bcm2835-isp", "pispbe", "bcm2835-codec", "rpivid", "rpi-hevc-dec":
		return useAuxiliary
	}
	switch i.Kind {
	case v4l2.KindCapture:
		return useCamera
	case v4l2.KindRawSensor:
		return useSensor
	case v4l2.KindUnknown:
		return useUnknown
	}
	return useAuxiliary
}

// checkCamera tells which video nodes are cameras, and what the others are.
func checkCamera(s *System) []Finding {
	if s.VideoErr != nil {
		return []Finding{skip("not checked: %v", s.VideoErr)}
	}
	var found []Finding
	var sensors, auxiliary, refused []string
	cameras := 0
	for _, i := range s.Video {
		switch useOf(i) {
		case useCamera:
			cameras++
			found = append(found, s.camera(i))
		case useSensor:
			sensors = append(sensors, i.Path+" ("+i.Card+")")
		case useAuxiliary:
			auxiliary = append(auxiliary, filepath.Base(i.Path)+" "+purpose(i))
		case useUnknown:
			if errors.Is(i.Err, fs.ErrPermission) {
				refused = append(refused, i.Path)
				continue
			}
			found = append(found, warn("unplug it and plug it in again, then: sudo dmesg | tail", "%s: %v", i.Path, i.Err))
		}
	}
	if len(sensors) > 0 {
		found = append(found, okay("%s: CSI sensor, whose node gives no pictures; %s", strings.Join(sensors, ", "), s.sensorSource()))
	}
	if len(refused) > 0 {
		found = append(found, skip("not checked: %s: permission denied; use sudo, or: sudo usermod -aG video %s, then log in again",
			strings.Join(refused, ", "), s.userName(s.Caller.UID)))
	}
	if len(auxiliary) > 0 {
		found = append(found, okay("no cameras: %s", strings.Join(auxiliary, ", ")))
	}
	if cameras+len(sensors)+len(refused) == 0 {
		seen := "there is no /dev/video*"
		if len(s.Video) > 0 {
			seen = "no /dev/video* gives pictures"
		}
		found = append(found, warn(
			"plug it in (a CSI one with the power off), then: sudo dmesg | tail; without one: sudo systemctl start lane-sim",
			"no camera: %s", seen))
	}
	return found
}

// camera judges a node that gives pictures.
func (s *System) camera(i v4l2.Info) Finding {
	source := "source: v4l2"
	if i.USB() {
		source = "source: usb"
	}
	if f, bad := s.deviceGroup(i.Path, "video", "video4linux"); bad {
		return f
	}
	return okay("%s: %s (%s), %s", i.Path, i.Card, i.Driver, source)
}

// sensorSource names the source that takes a sensor's pictures through its image processor.
func (s *System) sensorSource() string {
	const jetson, pi = "use source: jetson-csi (nvarguscamerasrc)", "use source: picamera (libcamerasrc)"
	for _, i := range s.Video {
		if i.Driver == "tegra-video" {
			return jetson
		}
	}
	if s.isRaspberryPi() {
		return pi
	}
	return pi + " on a Raspberry Pi, jetson-csi (nvarguscamerasrc) on a Jetson"
}

func purpose(i v4l2.Info) string {
	switch {
	case i.Kind == v4l2.KindPlanar && i.Driver != "pispbe":
		return "multi-planar (" + i.Driver + ", perhaps a camera for source: gstreamer)"
	case i.Kind == v4l2.KindMetadata:
		return "metadata"
	}
	return "codec or image processor (" + i.Driver + ")"
}
