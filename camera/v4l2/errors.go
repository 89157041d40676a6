package v4l2

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// What can be wrong with a device, for errors.Is.
var (
	// ErrUnplugged: the device was there and is gone.
	ErrUnplugged = errors.New("the device is gone (unplugged?)")
	// ErrRawSensor: the device gives unprocessed sensor pictures only.
	ErrRawSensor = errors.New("it gives raw sensor pictures only, so it is a CSI camera, which needs its image processor: " +
		"use source picamera (Raspberry Pi) or jetson-csi (Jetson)")
	// ErrNotCapture: the node is of another kind (metadata, codec, output).
	ErrNotCapture = errors.New("it is not a video capture device")
	// ErrFormat: the device offers no format that can be read.
	ErrFormat = errors.New("no pixel format that can be read")
)

// explain turns the kernel's error number for what was done to the device at path into a sentence that says what to do.
func (o Options) explain(doing string, err error) error {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return fmt.Errorf("%s %s: %w", doing, o.Path, err)
	}
	switch errno {
	case unix.ENOENT:
		return fmt.Errorf("%s %s: %w; %s", doing, o.Path, fs.ErrNotExist, o.present())
	case unix.ENXIO:
		return fmt.Errorf("%s %s: %w; %s", doing, o.Path, ErrUnplugged, o.present())
	case unix.ENODEV:
		return fmt.Errorf("%s %s: %w", doing, o.Path, ErrUnplugged)
	case unix.EACCES:
		return fmt.Errorf("%s %s: %w; %s", doing, o.Path, err, groupAdvice(o.Path))
	case unix.EPERM: // what a control group answers, whatever the file's permissions
		return fmt.Errorf("%s %s: %w; a control group forbids it: the service's unit needs a DeviceAllow= for it", doing, o.Path, err)
	case unix.EBUSY:
		return fmt.Errorf("%s %s: %w; %s", doing, o.Path, err, holderAdvice(o.procDir(), o.Path))
	}
	return fmt.Errorf("%s %s: %w", doing, o.Path, err)
}

// present names the capture devices that there are.
func (o Options) present() string {
	infos, err := list(o.devDir(), o.kernel())
	var names []string
	for _, info := range infos {
		if info.Kind == KindCapture {
			names = append(names, fmt.Sprintf("%s (%s)", info.Path, info.Card))
		}
	}
	switch {
	case err != nil:
		return err.Error()
	case len(names) == 0:
		return "no capture device is there; plug the camera in and see whether dmesg mentions it"
	}
	return "capture devices there: " + strings.Join(names, ", ")
}

// groupAdvice says which group may open the device. In a user namespace, as PrivateUsers= makes one, it may be shown as nogroup.
func groupAdvice(path string) string {
	group := "video"
	if st, err := os.Stat(path); err == nil {
		if sys, ok := st.Sys().(*syscall.Stat_t); ok {
			if g, err := user.LookupGroupId(fmt.Sprint(sys.Gid)); err == nil && g.Name != "root" && g.Name != "nogroup" {
				group = g.Name
			}
		}
	}
	return fmt.Sprintf("its group may open it: sudo usermod -aG %s USER, then log in anew", group)
}
