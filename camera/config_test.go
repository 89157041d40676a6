package camera

import "testing"

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"default", func(*Config) {}, ""},
		{"own size", func(c *Config) { c.Width, c.Height, c.FPS = 0, 0, 0 }, ""},
		{"source", func(c *Config) { c.Source = "webcam" },
			`camera source "webcam": one of file, images, v4l2, usb, gstreamer, picamera, jetson-csi expected`},
		{"no path", func(c *Config) { c.Source = SourceFile }, "camera source file: path is empty"},
		{"no folder", func(c *Config) { c.Source = SourceImages }, "camera source images: path is empty"},
		{"no device", func(c *Config) { c.Device = "" }, "camera source v4l2: device is empty"},
		{"no pipeline", func(c *Config) { c.Source = SourceGStreamer }, "camera source gstreamer: pipeline is empty"},
		{"no sink", func(c *Config) { c.Source, c.Pipeline = SourceGStreamer, "videotestsrc" },
			`camera pipeline "videotestsrc": it must end in an appsink, such as: … ! videoconvert ! video/x-raw,format=BGR ! ` + appsink},
		{"format", func(c *Config) { c.PixelFormat = "rgb" },
			`camera pixel format "rgb": one of rgb24, bgr24, gray8, yuyv, nv12, jpeg expected`},
		{"half a size", func(c *Config) { c.Height = 0 },
			"camera size 800×0 px: give both, or 0 for both to have the source's own"},
		{"size", func(c *Config) { c.Width = 20000 }, "camera size 20000×600 px: 1 to 16384 expected"},
		{"odd", func(c *Config) { c.Width, c.PixelFormat = 801, "yuyv" }, "camera size 801×600 px: even numbers expected for yuyv"},
		{"odd height", func(c *Config) { c.Height, c.PixelFormat = 601, "nv12" }, "camera size 800×601 px: even numbers expected for nv12"},
		{"rate", func(c *Config) { c.FPS = -1 }, "camera rate -1 fps: 0 to 1000 expected"},
		{"rotation", func(c *Config) { c.Rotate = 90 }, "camera rotation 90°: 0 or 180 expected"},
		{"pacing", func(c *Config) { c.Pacing = "slow" }, `camera pacing "slow": one of realtime, asap expected`},
		{"start", func(c *Config) { c.Start = -1 }, "camera start -1ns: 0s or more expected"},
	} {
		config := DefaultConfig()
		c.change(&config)
		got := ""
		if err := config.Validate(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
		if _, err := Open(config); c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%s: open says %v", c.name, err)
		}
	}
}
