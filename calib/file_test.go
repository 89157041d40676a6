package calib

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func example() *Calibration {
	c := lenses()["curves"]
	c.Name, c.ID, c.RMSPx, c.Pictures, c.Date = "left \"eye\": ü\n", 0x0123456789abcdef, 0.81, 17, "2026-11-26"
	return &Calibration{Camera: c, Ground: &Ground{
		HeightM: 1.25, PitchDeg: 4.5, RollDeg: -0.25, YawDeg: 1, ForwardM: 1.5, LeftM: -0.02,
		Method: "points", Points: 6, RMSPx: 0.4, RMSM: 0.011, Date: "2026-11-27",
	}}
}

func TestFileRoundTrip(t *testing.T) {
	for name, edit := range map[string]func(*Calibration){
		"whole":        func(*Calibration) {},
		"no ground":    func(c *Calibration) { c.Ground = nil },
		"unknown ID":   func(c *Calibration) { c.Camera.ID = 0 },
		"empty texts":  func(c *Calibration) { c.Camera.Name, c.Camera.Date = "", "" },
		"tiny numbers": func(c *Calibration) { c.Camera.K3, c.Camera.P1 = 1e-300, -5e-324 },
	} {
		want := example()
		edit(want)
		path := filepath.Join(t.TempDir(), "calibration.yaml")
		if err := want.Save(path); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := Load(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	text := string(example().Bytes())
	swap := func(old, with string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in\n%s", old, text)
		}
		return strings.Replace(text, old, with, 1)
	}
	for _, k := range []struct{ text, want string }{
		{"", "empty: write it with lanectl calibrate camera"},
		{"# nothing\n", "empty: write it with lanectl calibrate camera"},
		{"[1]", "line 1: the file: keys and values expected"},
		{"\x00", "yaml: control characters are not allowed"},
		{"a: [", "yaml: line 1: did not find expected node content"},
		{text + "---\n" + text, "more than one YAML document"},
		{strings.Repeat("#", maxFile+1), "more than 65536 bytes: not a calibration file"},
		{"camera: {}", "version: missing, 1 expected: not a calibration file?"},
		{"version: 1", "camera: missing: lanectl calibrate camera writes it"},
		{"version: 1\ncamera:\n", "line 2: camera: keys and values expected"},
		{"version: 1\ncamera: {}\n", "line 2: camera.name: missing"},
		{swap("version: 1", "version: 2"), "line 2: version: 2, this program reads version 1: calibrate again, or use the program that wrote the file"},
		{swap("version: 1", "version: one"), `line 2: version: "one", the number 1 expected`},
		{swap("  k1:", "  k9:"), "line 12: camera.k9: unknown key; there are name, id, width_px, height_px, fx, fy, cx, cy, k1, k2, p1, p2, k3, rms_px, pictures, date"},
		{swap("  k2:", "  k1:"), "line 13: camera.k1: stands there twice"},
		{swap("ground:", "earth:"), "line 20: earth: unknown key; there are version, camera, ground"},
		{swap("fx: 1157", "fx: .nan"), "line 8: camera.fx: NaN, 1 to 1e+06 expected"},
		{swap("fx: 1157", "fx: .inf"), "line 8: camera.fx: +Inf, 1 to 1e+06 expected"},
		{swap("fx: 1157", "fx: 1e308"), "line 8: camera.fx: 1e+308, 1 to 1e+06 expected"},
		{swap("fx: 1157", "fx: 0"), "line 8: camera.fx: 0, 1 to 1e+06 expected"},
		{swap("fx: 1157", `fx: "1157"`), `line 8: camera.fx: "1157", a number expected`},
		{swap("fx: 1157", "fx: wide"), `line 8: camera.fx: "wide", a number expected`},
		{swap("fx: 1157", "fx: true"), `line 8: camera.fx: "true", a number expected`},
		{swap("fx: 1157", "fx:"), `line 8: camera.fx: "", a number expected`},
		{swap("fx: 1157", "fx: [1]"), "line 8: camera.fx: one value expected"},
		{swap("width_px: 1280", "width_px: 1280.5"), `line 6: camera.width_px: "1280.5", a whole number expected`},
		{swap("width_px: 1280", "width_px: 99999999999999999999"), `line 6: camera.width_px: "99999999999999999999", a whole number expected`},
		{swap("width_px: 1280", "width_px: 0"), "line 6: camera.width_px: 0, 1 to 16384 expected"},
		{swap("id: \"0x0123456789abcdef\"", "id: 12"), `line 5: camera.id: "12", "0x" and hexadecimal digits, or "unknown", expected`},
		{swap("date: \"2026-11-26\"", "date: yesterday"), `line 19: camera.date: "yesterday", a date such as 2026-01-31 expected`},
		{swap("height_m: 1.25", "height_m: -1"), "line 21: ground.height_m: -1, 0.01 to 5 expected"},
		{swap("pitch_deg: 4.5", "pitch_deg: 91"), "line 22: ground.pitch_deg: 91, -30 to 80 expected"},
		{swap("cx: 667", "cx: 1300"), "line 10: camera.cx: 1300, a column of the picture, 0 to 1280, expected"},
		{swap("fy: 1152", "fy: 100"), "line 9: camera.fy: 100 with an fx of 1157: pixels four times as wide as high are not believed"},
		{swap("fx: 1157", "fx: 2"), "line 9: camera.fy: 1152 with an fx of 2: pixels four times as wide as high are not believed"},
		{swap("k1: -0.247", "k1: -2"), "line 12: camera.k1: with k1 to k3, p1 and p2 no ray is seen at pixel (0, 0): the distortion folds the picture over; calibrate with boards that reach into its corners"},
	} {
		_, err := Parse([]byte(k.text))
		if err == nil || k.want != "" && err.Error() != k.want {
			t.Errorf("%.60q: %v\nwant %s", k.text, err, k.want)
		}
	}
}

func TestFits(t *testing.T) {
	c := example()
	for _, k := range []struct {
		width, height int
		id            uint64
		want          string
	}{
		{1280, 720, 0x0123456789abcdef, ""},
		{1280, 720, 0, ""},
		{640, 360, 0, "the calibration of cam is for pictures of 1280×720 px, frames of 640×360 px came: calibrate at the size that the camera is run at"},
		{1280, 720, 1, "the calibration is for the camera cam (0x0123456789abcdef), frames of another came (0x0000000000000001): calibrate that one, or name its file"},
	} {
		c.Camera.Name = "cam"
		got := ""
		if err := c.Fits(k.width, k.height, k.id); err != nil {
			got = err.Error()
			if m := new(MismatchError); !errors.As(err, &m) || m.OtherSize() != (k.width != 1280) {
				t.Errorf("%v", err)
			}
		}
		if got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}

// TestSave holds that a file is replaced whole or not at all, that a link stays one, and that nothing else is left behind.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	if err := os.Symlink("a.yaml", link); err != nil {
		t.Fatal(err)
	}
	c := example()
	if err := c.Save(path); err != nil {
		t.Fatal(err)
	}
	c.Ground = nil
	if err := c.Save(link); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path); err != nil || got.Ground != nil {
		t.Errorf("through a link: %+v, %v", got, err)
	}
	bad := *c
	bad.Camera.FX = 0
	if err := bad.Save(path); err == nil || !strings.HasPrefix(err.Error(), "writing the calibration: camera.fx: 0, ") {
		t.Errorf("%v", err)
	}
	if got, err := Load(path); err != nil || got.Camera.FX != c.Camera.FX {
		t.Errorf("after a refused one: %+v, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
	if err := c.Save(filepath.Join(dir, "no", "such", "folder.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := c.Save(dir); err == nil {
		t.Error("a folder was overwritten")
	}
	if err := Writable(dir); err == nil || !strings.Contains(err.Error(), "a file expected") {
		t.Errorf("%v", err)
	}
	if err := Writable(filepath.Join(dir, "no", "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := Writable(path); err != nil {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(dir, "c.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("a folder was read")
	}
}

// FuzzParse holds that what is read can be used and written, and reads the same again.
func FuzzParse(f *testing.F) {
	f.Add(example().Bytes())
	f.Add([]byte("version: 1\ncamera: {name: &a x, id: *a}\n"))
	f.Add([]byte("version: 1\ncamera: {<<: {fx: 1}}\nground: ~\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		again, err := Parse(c.Bytes())
		if err != nil || !reflect.DeepEqual(again, c) || !bytes.Equal(again.Bytes(), c.Bytes()) {
			t.Fatalf("%v\n%s", err, c.Bytes())
		}
	})
}
