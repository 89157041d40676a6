package v4l2

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unsafe"
)

// Kind is what a video node is for.
type Kind int

// The kinds.
const (
	KindUnknown   Kind = iota // it could not be opened
	KindCapture               // gives pictures in at least one format
	KindRawSensor             // gives unprocessed sensor pictures only
	KindPlanar                // gives pictures through the multi-planar interface, which is not spoken here
	KindMetadata              // describes another node's pictures
	KindOther                 // codec, output, radio, touch pad
)

func (k Kind) String() string {
	return [...]string{"unknown", "capture", "raw sensor", "multi-planar", "metadata", "other"}[k]
}

// Info describes a video node.
type Info struct {
	Path    string
	Driver  string
	Card    string // the device's name
	Bus     string // where it is attached; "usb-…" for a USB device
	Kind    Kind
	Formats []FourCC // what a capture node offers
	Err     error    // why Kind is unknown
}

// USB says whether the node belongs to a USB device.
func (i Info) USB() bool { return strings.HasPrefix(i.Bus, "usb-") }

// List describes every /dev/video node, in the order of their numbers.
func List() ([]Info, error) { return list("/dev", linux{}) }

// FirstUSB picks the first USB node that gives pictures, passing over metadata and raw ones.
func FirstUSB(infos []Info) (Info, error) {
	var seen []string
	for _, i := range infos {
		if i.Kind == KindCapture && i.USB() {
			return i, nil
		}
		what := i.Kind.String()
		if i.Err != nil {
			what = i.Err.Error()
		}
		seen = append(seen, fmt.Sprintf("%s (%s, %s)", i.Path, i.Card, what))
	}
	if len(seen) == 0 {
		return Info{}, fmt.Errorf("looking for a USB camera: %w; no video device at all: plug it in and see whether dmesg mentions it",
			os.ErrNotExist)
	}
	return Info{}, fmt.Errorf("looking for a USB camera: %w; the video devices there: %s", os.ErrNotExist, strings.Join(seen, ", "))
}

func list(dir string, k kernel) ([]Info, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "video[0-9]*"))
	if err != nil {
		return nil, fmt.Errorf("listing video devices in %s: %w", dir, err)
	}
	number := func(path string) int {
		n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), "video"))
		if err != nil {
			return 1 << 30
		}
		return n
	}
	sort.Slice(paths, func(a, b int) bool { return number(paths[a]) < number(paths[b]) })
	infos := make([]Info, 0, len(paths))
	for _, path := range paths {
		infos = append(infos, describe(path, k))
	}
	return infos, nil
}

func describe(path string, k kernel) Info {
	info := Info{Path: path}
	fd, err := k.open(path)
	if err != nil {
		info.Err = err
		return info
	}
	defer k.close(fd)
	var c capability
	if err := k.ioctl(fd, vidiocQuerycap, unsafe.Pointer(&c)); err != nil {
		info.Err = err
		return info
	}
	info.Driver, info.Card, info.Bus = text(c.Driver[:]), text(c.Card[:]), text(c.BusInfo[:])
	info.Formats = formats(fd, k)
	info.Kind = classify(c, info.Formats)
	return info
}

// classify tells what a node is for from its capabilities and formats.
func classify(c capability, formats []FourCC) Kind {
	caps := c.Capabilities
	if caps&capDeviceCaps != 0 {
		caps = c.DeviceCaps // of this node, not of the device as a whole
	}
	switch {
	case caps&(capVideoM2m|capVideoM2mMplane) != 0:
		return KindOther
	case caps&capVideoCapture != 0 && caps&capStreaming != 0 && len(formats) > 0:
		for _, f := range formats {
			if !f.Raw() {
				return KindCapture
			}
		}
		return KindRawSensor
	case caps&capVideoCaptureMplane != 0:
		return KindPlanar
	case caps&capMetaCapture != 0:
		return KindMetadata
	}
	return KindOther
}

// formats lists what a capture node offers, in its own order.
func formats(fd int, k kernel) []FourCC {
	var found []FourCC
	for i := uint32(0); i < 256; i++ {
		d := fmtDesc{Index: i, Type: bufTypeVideoCapture}
		if k.ioctl(fd, vidiocEnumFmt, unsafe.Pointer(&d)) != nil {
			break
		}
		found = append(found, d.PixelFormat)
	}
	return found
}

func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
