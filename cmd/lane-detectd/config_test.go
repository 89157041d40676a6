package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanekeeper/calib"
	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
)

func TestShippedConfiguration(t *testing.T) { daemontest.ShippedConfiguration(t, program()) }

// TestNestedProblem is told once, by the section that has it.
func TestNestedProblem(t *testing.T) {
	cfg := defaults()
	err := daemon.Load(&cfg, daemon.Set("--set", "detect.camera.height_m=0.2", "detect.camera.hfov_deg=0"))
	want := "configuration: detect.camera: camera.hfov_deg: 0, 10 to 170 expected"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// TestCalibrationFile is used when it is good, an error when it is not or when the one that is named is missing, and not
// needed in the default place.
func TestCalibrationFile(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml")
	c := calib.Calibration{Camera: calib.FromHFOV(60, 640, 480)}
	if err := c.Save(good); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, append(c.Bytes(), "  fx: .nan\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		good:                            "",
		bad:                             "configuration: calibration: reading the calibration " + bad + ": line 20: camera.fx: stands there twice",
		filepath.Join(dir, "none.yaml"): "configuration: calibration: reading the calibration: open " + filepath.Join(dir, "none.yaml") + ": no such file or directory",
	} {
		var out strings.Builder
		code := program().Exec(t.Context(), []string{"--config", "", "--calibration", path, "--check-config"}, &out, io.Discard)
		got := ""
		if code != nil {
			got = code.Error()
		}
		if got != want {
			t.Errorf("%s: %v\nwant %s", path, got, want)
		}
	}
	cfg := defaults()
	none := config{}
	if k, err := none.calibration(); k != nil || err != nil {
		t.Errorf("no file: %v, %v", k, err)
	}
	if k, err := cfg.calibration(); cfg.Calibration != calib.DefaultPath || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the default: %q, %v, %v", cfg.Calibration, k, err)
	}
}
