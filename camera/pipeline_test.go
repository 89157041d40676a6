package camera

import "testing"

func TestPipelines(t *testing.T) {
	base := Config{Width: 640, Height: 480, FPS: 60, Sensor: 1}
	named := Config{Camera: `/base/soc/i2c0mux/i2c@1/imx219@10`}
	const sink = "videoconvert ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1 sync=false"
	for _, c := range []struct{ name, got, want string }{
		{"picamera", piCameraPipeline(base), "libcamerasrc ! video/x-raw,format=NV12,width=640,height=480,framerate=60/1 ! " + sink},
		{"picamera by name", piCameraPipeline(named), `libcamerasrc camera-name="/base/soc/i2c0mux/i2c@1/imx219@10" ! ` +
			"video/x-raw,format=NV12,width=1280,height=720,framerate=30/1 ! " + sink},
		{"jetson", jetsonPipeline(base), "nvarguscamerasrc sensor-id=1 ! video/x-raw(memory:NVMM),format=NV12,width=640,height=480," +
			"framerate=60/1 ! nvvidconv ! video/x-raw,format=BGRx ! " + sink},
		{"jetson by default", jetsonPipeline(Config{}), "nvarguscamerasrc sensor-id=0 ! video/x-raw(memory:NVMM),format=NV12," +
			"width=1280,height=720,framerate=30/1 ! nvvidconv ! video/x-raw,format=BGRx ! " + sink},
	} {
		if c.got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, c.got, c.want)
		}
	}
}
