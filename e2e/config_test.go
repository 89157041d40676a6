package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationMistakes gives every daemon configurations that it must refuse: with code 78, the file, the line and the key,
// before anything is made. --check-config says the same.
func TestConfigurationMistakes(t *testing.T) {
	for _, c := range []struct {
		daemon, yaml string
		says         []string // each with %s for the file
	}{
		{laneSim, "scenario: road\npacing: backwards\nhold: 3\n", []string{`%s:2: pacing: `, `%s:3: hold: `}},
		{laneSim, "scenario: moon\n", []string{`scenario: scenario "moon": not built in`}},
		{camerad, "camera:\n  source: file\n  pathh: clip.mp4\n", []string{`%s:3: camera.pathh: unknown key; did you mean camera.path?`}},
		{camerad, "camera:\n  source: file\n", []string{`camera source file: path is empty`}},
		{detectd, "method: cv\nslots: 2\ndetect:\n  work_width: wide\n", []string{`%s:2: slots: `, `%s:4: detect.work_width: `}},
		{detectd, "image_shm_name: a\ndetection_shm_name: a\n", []string{`detection_shm_name: "a" is also image_shm_name`}},
		{controld, "arm: auto\ncontrol:\n  steering:\n    kpp: 1\n", []string{`%s:4: control.steering.kpp: unknown key; did you mean control.steering.kp?`}},
		{controld, "actuator: rocket\n", []string{`actuator: choosing an actuator: there is no "rocket"`}},
		{controld, "control: [\n", []string{`%s:`}},
	} {
		t.Run(fmt.Sprintf("%s/%.20q", c.daemon, c.yaml), func(t *testing.T) {
			place := folder(t, "")
			file := filepath.Join(place, "mistake.yaml")
			if err := os.WriteFile(file, []byte(c.yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			run := folder(t, "")
			for _, check := range [][]string{nil, {"--check-config"}} {
				p := spawn(t, c.daemon, append([]string{"--config", file, "--run-dir", run, "--shm-dir", run}, check...)...)
				if code := p.wait(t, patience); code != 78 {
					t.Errorf("%v: code %d, 78 expected\n%s", check, code, p.output)
				}
				for _, want := range c.says {
					if strings.Contains(want, "%s") {
						want = fmt.Sprintf(want, file)
					}
					if !strings.Contains(p.output.String(), want) {
						t.Errorf("%v: %q expected:\n%s", check, want, p.output)
					}
				}
			}
			if left, err := os.ReadDir(run); err != nil || len(left) != 0 {
				t.Errorf("%v was made although the configuration is wrong: %v", left, err)
			}
		})
	}
}

// TestConfigurationChecked has every daemon check its built-in configuration, which is also what it prints.
func TestConfigurationChecked(t *testing.T) {
	for _, name := range []string{laneSim, camerad, detectd, controld} {
		printed := spawn(t, name, "--print-config")
		if code := printed.wait(t, patience); code != 0 {
			t.Fatalf("%s --print-config: code %d\n%s", name, code, printed.output)
		}
		file := filepath.Join(t.TempDir(), name+".yaml")
		if err := os.WriteFile(file, []byte(printed.output.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		checked := spawn(t, name, "--config", file, "--check-config")
		if code := checked.wait(t, patience); code != 0 || checked.output.String() != "" {
			t.Errorf("%s refuses what it printed: code %d\n%s", name, code, checked.output)
		}
	}
}
