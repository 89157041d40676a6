package e2e

import (
	"bytes"
	"os"
	"path/filepath"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/drive"
)

// detectorFile writes lane-detectd's configuration for the rig's scenario.
func (r *rig) detectorFile() string {
	return r.write(detectd, struct {
		Detect detect.Params `yaml:"detect"`
	}{drive.DetectParams(r.scenario)})
}

// controllerFile writes controld's configuration for the rig's scenario.
func (r *rig) controllerFile() string {
	r.t.Helper()
	p, err := drive.ControlParams(r.scenario, false)
	if err != nil {
		r.t.Fatal(err)
	}
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
