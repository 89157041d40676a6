package e2e

import (
	"bytes"
	"os"
	"path/filepath"

	"lanekeeper/control"
	"lanekeeper/daemon"
)

// cameraSettings and detectSettings are what lane-detectd has to know of the scenario.
type (
	cameraSettings struct {
		HFOVDeg  float64 `yaml:"hfov_deg"`
		HeightM  float64 `yaml:"height_m"`
		PitchDeg float64 `yaml:"pitch_deg"`
		ForwardM float64 `yaml:"forward_m"`
	}
	detectSettings struct {
		LaneWidthM    float64        `yaml:"lane_width_m"`
		VehicleWidthM float64        `yaml:"vehicle_width_m"`
		Camera        cameraSettings `yaml:"camera"`
	}
)

// detectorFile writes lane-detectd's configuration for the rig's scenario.
func (r *rig) detectorFile() string {
	c := r.scenario.Camera
	return r.write(detectd, struct {
		Detect detectSettings `yaml:"detect"`
	}{detectSettings{r.scenario.Lane.WidthM, r.scenario.Vehicle.WidthM, cameraSettings{c.HFOVDeg, c.HeightM, c.PitchDeg, c.ForwardM}}})
}

// controllerFile writes controld's configuration for the rig's scenario.
func (r *rig) controllerFile() string {
	v := r.scenario.Vehicle
	preset := control.PresetRoad
	switch {
	case v.WheelbaseM < 0.5:
		preset = control.PresetModel
	case v.CruiseSpeedMps >= 20:
		preset = control.PresetHighway
	}
	p, err := control.Preset(preset)
	if err != nil {
		r.t.Fatal(err)
	}
	p.Vehicle = control.Vehicle{
		WheelbaseM: v.WheelbaseM, WidthM: v.WidthM, MaxSteerRad: v.MaxSteerRad,
	}
	p.Lane.WidthM = r.scenario.Lane.WidthM
	p.Speed.CruiseMps, p.Speed.CruiseThrottle = v.CruiseSpeedMps, v.CruiseThrottle()
	return r.write(controld, struct {
		Control control.Params `yaml:"control"`
	}{p})
}

// write leaves sections of a daemon's configuration in a file.
func (r *rig) write(name string, sections any) string {
	r.t.Helper()
	var b bytes.Buffer
	if err := daemon.WriteDefaults(&b, name+" in a test", sections); err != nil {
		r.t.Fatal(err)
	}
	path := filepath.Join(r.state, name+".yaml")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}
