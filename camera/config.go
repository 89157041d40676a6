package camera

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lanekeeper/msg"
)

// The sources by name.
const (
	SourceFile      = "file"
	SourceImages    = "images"
	SourceV4L2      = "v4l2"
	SourceUSB       = "usb"
	SourceGStreamer = "gstreamer"
	SourcePiCamera  = "picamera"
	SourceJetsonCSI = "jetson-csi"
)

// How a recording is played.
const (
	PacingRealtime = "realtime"
	PacingASAP     = "asap"
)

// Config says what to take pictures from and what they are to look like.
type Config struct {
	Source      string        `yaml:"source" flag:"source" oneof:"v4l2 usb picamera jetson-csi gstreamer file images" doc:"Where from."`
	Device      string        `yaml:"device" flag:"device" arg:"file" doc:"Device node, for source v4l2."`
	Pipeline    string        `yaml:"pipeline" flag:"pipeline" doc:"GStreamer pipeline that ends in an appsink, for source gstreamer."`
	Path        string        `yaml:"path" flag:"path" arg:"file" doc:"Video file or folder of JPEG and PNG images, for sources file and images."`
	Sensor      int           `yaml:"sensor" range:"0..7" doc:"Which CSI camera, for source jetson-csi."`
	Camera      string        `yaml:"camera" doc:"What libcamera calls the camera, for source picamera; empty for the first."`
	Width       int           `yaml:"width" flag:"width" range:"0..16384" unit:"px" doc:"Pictures are scaled to it; 0 for the source's own."`
	Height      int           `yaml:"height" flag:"height" range:"0..16384" unit:"px" doc:"Pictures are scaled to it; 0 for the source's own."`
	FPS         float64       `yaml:"fps" flag:"fps" range:"0..1000" unit:"1/s" doc:"0 for the source's own."`
	PixelFormat string        `yaml:"pixel_format" flag:"pixel-format" oneof:"rgb24 bgr24 gray8 yuyv nv12 jpeg" doc:"Of the published frames."`
	Rotate      int           `yaml:"rotate" range:"0..180" unit:"deg" doc:"0, or 180 for a camera mounted upside down."`
	Loop        bool          `yaml:"loop" flag:"loop" doc:"Begin a recording anew when it ends."`
	Pacing      string        `yaml:"pacing" flag:"pacing" oneof:"realtime asap" doc:"Play a recording at its own rate, or as fast as can be."`
	Start       time.Duration `yaml:"start" flag:"start" range:"0s..24h" doc:"Position in a video file to start from."`
}

// DefaultConfig is the first V4L2 device at the size that existing clients expect.
func DefaultConfig() Config {
	return Config{
		Source: SourceV4L2, Device: "/dev/video0", Width: 800, Height: 600, FPS: 30, PixelFormat: msg.RGB24.String(),
		Loop: true, Pacing: PacingRealtime,
	}
}

// Validate checks what can be checked without looking at the source.
func (c Config) Validate() error {
	sources := []string{SourceFile, SourceImages, SourceV4L2, SourceUSB, SourceGStreamer, SourcePiCamera, SourceJetsonCSI}
	if !slices.Contains(sources, c.Source) {
		return fmt.Errorf("camera source %q: one of %s expected", c.Source, strings.Join(sources, ", "))
	}
	needs := map[string]struct{ key, value string }{
		SourceFile: {"path", c.Path}, SourceImages: {"path", c.Path}, SourceV4L2: {"device", c.Device}, SourceGStreamer: {"pipeline", c.Pipeline},
	}
	if n, ok := needs[c.Source]; ok && n.value == "" {
		return fmt.Errorf("camera source %s: %s is empty", c.Source, n.key)
	}
	if c.Source == SourceGStreamer && !strings.Contains(c.Pipeline, "appsink") {
		return fmt.Errorf("camera pipeline %q: it must end in an appsink, such as: … ! videoconvert ! video/x-raw,format=BGR ! %s",
			c.Pipeline, appsink)
	}
	format, err := msg.ParsePixelFormat(c.PixelFormat)
	if err != nil {
		return fmt.Errorf("camera %w", err)
	}
	switch {
	case (c.Width == 0) != (c.Height == 0):
		return fmt.Errorf("camera size %d×%d px: give both, or 0 for both to have the source's own", c.Width, c.Height)
	case c.Width < 0 || c.Height < 0 || c.Width > msg.MaxFrameSide || c.Height > msg.MaxFrameSide:
		return fmt.Errorf("camera size %d×%d px: 1 to %d expected", c.Width, c.Height, msg.MaxFrameSide)
	case !(c.FPS >= 0 && c.FPS <= 1000):
		return fmt.Errorf("camera rate %v fps: 0 to 1000 expected", c.FPS)
	case c.Rotate != 0 && c.Rotate != 180:
		return fmt.Errorf("camera rotation %d°: 0 or 180 expected", c.Rotate)
	case c.Pacing != PacingRealtime && c.Pacing != PacingASAP:
		return fmt.Errorf("camera pacing %q: one of %s, %s expected", c.Pacing, PacingRealtime, PacingASAP)
	case c.Start < 0:
		return fmt.Errorf("camera start %v: 0s or more expected", c.Start)
	}
	return checkSize(format, c.Width, c.Height)
}

// checkSize refuses sizes that a format cannot have: chroma is shared by two columns in YUYV, by two rows as well in NV12.
func checkSize(f msg.PixelFormat, width, height int) error {
	if (f == msg.YUYV || f == msg.NV12) && width%2 != 0 || f == msg.NV12 && height%2 != 0 {
		return fmt.Errorf("camera size %d×%d px: even numbers expected for %v", width, height, f)
	}
	return nil
}

// camera describes a camera for Format.Camera: how it is told from others, the size of its own pictures, which says what
// part of the sensor they show, and how they are turned.
func (c Config) camera(what string, ownWidth, ownHeight int) string {
	return fmt.Sprintf("%s, %d×%d, turned by %d°", what, ownWidth, ownHeight, c.Rotate)
}

// target is what frames are to be converted to when the source's own pictures have the given size.
func (c Config) target(ownWidth, ownHeight int, fps float64, origin string) (Format, error) {
	pixel, err := msg.ParsePixelFormat(c.PixelFormat)
	if err != nil {
		return Format{}, err
	}
	f := Format{Width: c.Width, Height: c.Height, Pixel: pixel, FPS: fps, Origin: origin}
	if f.Width == 0 {
		f.Width, f.Height = ownWidth, ownHeight
	}
	if f.Width < 1 || f.Height < 1 || f.Width > msg.MaxFrameSide || f.Height > msg.MaxFrameSide {
		return Format{}, fmt.Errorf("opening %s: pictures of %d×%d px, 1 to %d expected", origin, f.Width, f.Height, msg.MaxFrameSide)
	}
	return f, checkSize(pixel, f.Width, f.Height)
}
