package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gocv.io/x/gocv"
)

// drawLane is a picture of 320×240 px with two bright lines that converge upwards.
func drawLane(t *testing.T) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(60, 60, 60, 0), 240, 320, gocv.MatTypeCV8UC3)
	t.Cleanup(func() { _ = m.Close() })
	white := color.RGBA{R: 230, G: 230, B: 230}
	for _, side := range []int{-1, 1} {
		for w := -8; w <= 8; w++ {
			gocv.Line(&m, image.Pt(160+side*100+w, 239), image.Pt(160+side*20+w/5, 50), white, 1)
		}
	}
	return m
}

// pictures makes a folder with pictures and what is none.
func pictures(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	m := drawLane(t)
	for _, name := range []string{"b.png", "a.jpg", "c.bmp"} {
		if !gocv.IMWrite(filepath.Join(dir, name), m) {
			t.Fatalf("writing %s", name)
		}
	}
	for name, from := range map[string]string{"cut.png": "b.png", "cut.jpg": "a.jpg", "cut.bmp": "c.bmp"} {
		data, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "bad", name), data[:len(data)/2])
	}
	write(t, filepath.Join(dir, "bad", "text.png"), []byte("no picture"))
	write(t, filepath.Join(dir, "bad", "text.txt"), []byte("no picture"))
	write(t, filepath.Join(dir, "bad", "text.mp4"), []byte("no video"))
	write(t, filepath.Join(dir, "bad", "nothing.png"), nil)
	return dir
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
		t.Fatal(err)
	}
}

// detectLines runs lanectl detect and returns the lines that it wrote, and the exit code.
func detectLines(args ...string) (out []string, stderr string, code int) {
	var o, e bytes.Buffer
	err := run(context.Background(), append([]string{"detect"}, args...), &o, &e)
	code = exitCode(err, &e)
	for l := range strings.Lines(o.String()) {
		out = append(out, strings.TrimSuffix(l, "\n"))
	}
	return out, e.String(), code
}

func TestDetectJSON(t *testing.T) {
	dir := pictures(t)
	out, stderr, code := detectLines("--json", dir, filepath.Join(dir, "b.png"))
	if code != 0 || stderr != "" || len(out) != 4 {
		t.Fatalf("code %d, %d lines, %s", code, len(out), stderr)
	}
	for i, name := range []string{"a.jpg", "b.png", "c.bmp", "b.png"} {
		var keys map[string]json.RawMessage
		if err := json.Unmarshal([]byte(out[i]), &keys); err != nil {
			t.Fatal(err)
		}
		var got []string
		for k := range keys {
			got = append(got, k)
		}
		slices.Sort(got)
		if want := []string{"file", "height", "left", "processing_ms", "right", "width"}; !slices.Equal(got, want) {
			t.Errorf("%s: keys %v, want %v", name, got, want)
		}
		var f foundFrame
		if err := json.Unmarshal([]byte(out[i]), &f); err != nil {
			t.Fatal(err)
		}
		if f.File != filepath.Join(dir, name) || f.Width != 320 || f.Height != 240 || f.ProcessingMs <= 0 || f.Left == nil || f.Right == nil {
			t.Fatalf("%s: %s", name, out[i])
		}
		// At row 145 the lines' middles are 60 px from the picture's.
		for side, l := range map[float64]*foundLine{-1: f.Left, 1: f.Right} {
			nearest := l.Points[0]
			for k, p := range l.Points {
				if k > 0 && p[1] >= l.Points[k-1][1] {
					t.Errorf("%s: point %v after %v: near to far expected", name, p, l.Points[k-1])
				}
				if diff(p[1], 145) < diff(nearest[1], 145) {
					nearest = p
				}
			}
			if want := 160 + side*60; diff(nearest[0], want) > 3 || l.Confidence < 0.8 || l.Confidence > 1 {
				t.Errorf("%s: at %v with confidence %v, want x %v", name, nearest, l.Confidence, want)
			}
		}
	}
}

func diff(a, b float64) float64 { return max(a-b, b-a) }

func TestDetectTable(t *testing.T) {
	dir := pictures(t)
	out, _, code := detectLines(filepath.Join(dir, "b.png"))
	if code != 0 || len(out) != 2 || !strings.HasPrefix(strings.TrimSpace(out[0]), "left right") || !strings.HasSuffix(out[1], "b.png") {
		t.Errorf("code %d: %q", code, out)
	}
}

// TestDetectBadFiles holds that each bad file is named and the good ones are still looked at.
func TestDetectBadFiles(t *testing.T) {
	dir := pictures(t)
	bad := []string{"cut.png", "cut.jpg", "cut.bmp", "text.png", "text.txt", "text.mp4", "nothing.png", "missing.png"}
	var args []string
	for _, name := range bad {
		args = append(args, filepath.Join(dir, "bad", name))
	}
	out, stderr, code := detectLines(append(args, filepath.Join(dir, "b.png"))...)
	if code != 1 || len(out) != 2 {
		t.Errorf("code %d, want 1; %d lines, want 2", code, len(out))
	}
	for _, name := range bad {
		if !strings.Contains(stderr, name) {
			t.Errorf("no word about %s", name)
		}
	}
	if !strings.Contains(stderr, "8 of 9 files failed") {
		t.Errorf("no sum of the failures in\n%s", stderr)
	}
}

func TestDetectUsage(t *testing.T) {
	for _, k := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "no file given"},
		{[]string{"--method", "magic", "x.png"}, 2, "one of cv, dl, cv+dl expected"},
		{[]string{"--method", "dl", "--model", "/nonexistent.onnx", "x.png"}, 1, "there is no network /nonexistent.onnx: put an ONNX file there"},
		{[]string{"--method", "dl", "--gpu", "0", "x.png"}, 1, "gpu: 0: there is no CUDA device"},
		{[]string{"--nonsense"}, 2, "flag provided but not defined"},
		{[]string{"-h"}, 0, "usage: lanectl detect"},
		{[]string{"--config", "/nonexistent.yaml", "x.png"}, 1, "reading the configuration"},
	} {
		_, stderr, code := detectLines(k.args...)
		if code != k.code || !strings.Contains(stderr, k.want) {
			t.Errorf("%v: code %d, want %d with %q in\n%s", k.args, code, k.code, k.want, stderr)
		}
	}
}

func TestDetectConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, []byte("detect:\n  work_width: 128\n  hold: 200ms\n  camera: {hfov_deg: 60, height_m: 0.2}\nmodel: {lane_class: 0}\n"))
	o, err := detectOptions(path)
	if p := o.Params; err != nil || p.WorkWidth != 128 || p.Hold.Milliseconds() != 200 || p.Camera.HFOVDeg != 60 || p.MinContrast == 0 || o.Model.LaneClass != 0 || o.Model.Output != "ll" {
		t.Errorf("%+v, %v", o, err)
	}
	write(t, path, []byte("detect: {work_width: 5}"))
	if _, err := detectOptions(path); err == nil || !strings.Contains(err.Error(), "detect.work_width: 5, 96 to 480 expected") {
		t.Errorf("%v", err)
	}
}

// TestDetectVideo holds that frames of a video are numbered, and that annotated pictures are written.
func TestDetectVideo(t *testing.T) {
	dir := t.TempDir()
	clip := filepath.Join(dir, "clip.avi")
	out, err := gocv.VideoWriterFile(clip, "MJPG", 20, 320, 240, true)
	if err != nil {
		t.Fatal(err)
	}
	m := drawLane(t)
	for range 5 {
		if err := out.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	still := filepath.Join(dir, "still.png")
	gocv.IMWrite(still, m)
	to := filepath.Join(dir, "annotated")
	lines, stderr, code := detectLines("--json", "--annotate", to, clip, still)
	if code != 0 || len(lines) != 6 {
		t.Fatalf("code %d, %d lines, %s", code, len(lines), stderr)
	}
	for i := range 5 {
		var f foundFrame
		if err := json.Unmarshal([]byte(lines[i]), &f); err != nil || f.Frame == nil || *f.Frame != i || f.File != clip || f.Left == nil {
			t.Errorf("line %d: %s", i, lines[i])
		}
	}
	drawn, err := readImage(filepath.Join(to, "still.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer drawn.Close()
	if v := drawn.GetVecbAt(145, 100); v[2] < 200 || v[0] > 100 {
		t.Errorf("%v on the left line, red expected", v)
	}
	in, err := gocv.VideoCaptureFile(filepath.Join(to, "clip.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if n := in.Get(gocv.VideoCaptureFrameCount); n != 5 {
		t.Errorf("%v frames in the annotated video, want 5", n)
	}
}

func TestUnknownCommand(t *testing.T) {
	var stderr bytes.Buffer
	if code := exitCode(run(context.Background(), []string{"fly"}, &stderr, &stderr), &stderr); code != 2 || !strings.Contains(stderr.String(), `no command "fly"`) {
		t.Errorf("code %d: %s", code, stderr.String())
	}
	if code := exitCode(flag.ErrHelp, &stderr); code != 0 {
		t.Errorf("code %d for help", code)
	}
}
