package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// feed is a camera that shows two bright lines on dark ground.
type feed struct {
	out     *shm.Writer
	payload []byte
	header  msg.FrameHeader
}

const feedContrast = 60 // of its lines

func newFeed(t *testing.T, dir string) *feed {
	t.Helper()
	const w, h = 320, 240
	f := &feed{header: msg.NewFrameHeader(w, h, msg.Gray8)}
	f.header.SourceID = 1
	f.payload = append(f.payload, f.header.Bytes()...)
	for y := range h {
		for x := range w {
			v := byte(50)
			for _, foot := range []int{40, 280} { // lines that meet in row 40
				if at := 160 + (foot-160)*(y-40)/200; y > 60 && 2*max(x-at, at-x) < (y-40)/10 {
					v += feedContrast
				}
			}
			f.payload = append(f.payload, v)
		}
	}
	var err error
	if f.out, err = shm.Create(shm.WriterOptions{
		Dir: dir, Name: msg.CameraFeed, Kind: msg.KindFrame, Slots: 8, PayloadBytes: len(f.payload),
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.out.Close() })
	return f
}

// show publishes the next frame, 40 ms after the one before.
func (f *feed) show(t *testing.T) {
	t.Helper()
	f.header.FrameID++
	f.header.SourceNs += 4e7
	f.header.CaptureNs = shm.NowNs()
	copy(f.payload, f.header.Bytes())
	if err := f.out.Write(f.payload); err != nil {
		t.Fatal(err)
	}
}

// running is lane-detectd in this process, with what it sees and says.
type running struct {
	*feed
	t      *testing.T
	ctx    context.Context // ends when the daemon does, or when patience is over
	socket string
	in     *shm.Reader
	buffer [msg.DetectionBytes]byte
	args   []string
}

func startRunning(t *testing.T, args ...string) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "detectd") // short: a socket's path may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := &running{feed: newFeed(t, dir), t: t, socket: daemon.SocketPath(dir, "", "lane-detectd"), args: []string{"--run-dir", dir}}
	if r.in, err = shm.Open(shm.ReaderOptions{Dir: dir, Name: msg.DetectionResults, Kind: msg.KindDetection}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.in.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	ended := make(chan error, 1)
	r.ctx = ctx
	go func() {
		defer cancel()
		ended <- program().Exec(ctx, append([]string{"--run-dir", dir, "--shm-dir", dir}, args...), io.Discard, io.Discard)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("lane-detectd: %v", err)
		}
	})
	return r
}

// see shows a frame and waits for what is found in it.
func (r *running) see() msg.Detection {
	r.t.Helper()
	r.show(r.t)
	for {
		var d msg.Detection
		err := r.in.Next(r.ctx)
		if err == nil {
			var rec shm.Record
			if rec, err = r.in.Latest(r.buffer[:]); err == nil {
				err = d.Decode(rec.Payload)
			}
		}
		if err != nil {
			r.t.Fatalf("waiting for a detection: %v", err)
		}
		if d.FrameID == r.header.FrameID {
			return d
		}
	}
}

func (r *running) change(values map[string]any) error {
	return daemon.Patch(r.ctx, r.socket, "/params", values, nil)
}

func lines(d *msg.Detection) int { return int(d.HasLeftLane + d.HasRightLane) }

// TestLiveParams changes parameters of the running daemon, and sees them in the next detection.
func TestLiveParams(t *testing.T) {
	r := startRunning(t, "--config", "")
	if d := r.see(); lines(&d) != 2 || d.Flags&msg.DetectionUncalibrated == 0 {
		t.Fatalf("%d lines, flags %b", lines(&d), d.Flags)
	}
	for _, k := range []struct {
		name  string
		set   map[string]any
		lines int
		flags uint32
	}{
		{"contrast", map[string]any{"detect.min_contrast": 100, "detect.hold": "0s"}, 0, msg.DetectionUncalibrated},
		{"contrast back", map[string]any{"detect.min_contrast": 8}, 2, msg.DetectionUncalibrated},
		{"width", map[string]any{"detect.work_width": 160}, 2, msg.DetectionUncalibrated},
		{"camera", map[string]any{"detect.camera.hfov_deg": 60, "detect.camera.height_m": 0.2, "detect.camera.pitch_deg": 18}, 2, 0},
	} {
		if err := r.change(k.set); err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		if d := r.see(); lines(&d) != k.lines || d.Flags&msg.DetectionUncalibrated != k.flags {
			t.Errorf("%s: %d lines, flags %b", k.name, lines(&d), d.Flags)
		}
	}
}

// TestTrackingReset has lines that are held, though nothing shows them any more, and forgets them.
func TestTrackingReset(t *testing.T) {
	r := startRunning(t, "--config", "")
	r.see()
	if err := r.change(map[string]any{"detect.min_contrast": 100, "detect.hold": "1s"}); err != nil {
		t.Fatal(err)
	}
	if d := r.see(); lines(&d) != 2 {
		t.Fatalf("%d lines are held", lines(&d))
	}
	var answer *daemon.AnswerError
	if err := daemon.Post(r.ctx, r.socket, "/tracking/reset", map[string]any{"by": ""}, nil); !errors.As(err, &answer) || answer.Status != 400 {
		t.Errorf("%v, a refusal of the empty name expected", err)
	}
	if d := r.see(); lines(&d) != 2 {
		t.Errorf("%d lines after a request that was refused", lines(&d))
	}
	if err := daemon.Post(r.ctx, r.socket, "/tracking/reset", map[string]any{"by": "ann"}, nil); err != nil {
		t.Fatal(err)
	}
	if d := r.see(); lines(&d) != 0 {
		t.Errorf("%d lines are still tracked", lines(&d))
	}
}

// TestLiveParamsRefused names what is wrong, and changes nothing.
func TestLiveParamsRefused(t *testing.T) {
	r := startRunning(t, "--config", "")
	r.see()
	for want, set := range map[string]map[string]any{
		"detect.min_contrast: 101 given, a whole number from 1 to 100 expected":               {"detect.min_contrast": 101, "detect.hold": "0s"},
		`detect.hold: "2s" given, a time with its unit, such as 80ms, from 0s to 1s expected`: {"detect.hold": "2s"},
		"detect.min_contrst: unknown key":                                                     {"detect.min_contrst": 3},
		"method: cannot change while running":                                                 {"method": "dl"},
		"detect.camera: camera.height_m: 0, 0.01 to 5 expected":                               {"detect.camera.hfov_deg": 60},
	} {
		var answer *daemon.AnswerError
		if err := r.change(set); !errors.As(err, &answer) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v\nwant %s", set, err, want)
		}
	}
	var list []daemon.Param
	if err := daemon.Get(t.Context(), r.socket, "/params", &list); err != nil {
		t.Fatal(err)
	}
	live := 0
	for _, p := range list {
		if p.Live != strings.HasPrefix(p.Name, "detect.") {
			t.Errorf("%s: live %v", p.Name, p.Live)
		}
		if p.Live {
			live++
			if p.Value != p.Default || p.Min == "" || p.Max == "" || p.Doc == "" {
				t.Errorf("%+v", p)
			}
		}
	}
	if live == 0 {
		t.Error("nothing can be changed")
	}
	if d := r.see(); lines(&d) != 2 {
		t.Errorf("%d lines", lines(&d))
	}
}

// TestReload takes live keys over from the file, and tells which others wait for a restart.
func TestReload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lane-detectd.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("detect: {hold: 0s}\n")
	r := startRunning(t, "--config", file)
	if d := r.see(); lines(&d) != 2 {
		t.Fatalf("%d lines", lines(&d))
	}
	write("slots: 32\ndetect: {hold: 0s, min_contrast: 100}\n")
	var said strings.Builder
	if err := program().Exec(t.Context(), append(r.args, "--reload"), &said, io.Discard); err != nil {
		t.Fatal(err)
	}
	if want := "changed: detect.min_contrast\nwaiting for a restart: slots\n"; said.String() != want {
		t.Errorf("%q, want %q", said.String(), want)
	}
	if d := r.see(); lines(&d) != 0 {
		t.Errorf("%d lines", lines(&d))
	}
	write("detect: {min_contrast: 0}\n")
	if err := program().Exec(t.Context(), append(r.args, "--reload"), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "from 1 to 100") {
		t.Errorf("a bad file: %v", err)
	}
}

// TestFrameAllocations holds that a frame's way through the daemon costs no memory, before a change and after it.
func TestFrameAllocations(t *testing.T) {
	p := program()
	dir := t.TempDir()
	p.Run = func(ctx context.Context, d *daemon.Daemon[config]) (err error) {
		f := newFeed(t, dir)
		cfg := d.Config()
		detector, err := detect.New(cfg.Method, detect.Options{Params: cfg.Detect})
		if err != nil {
			return err
		}
		s := &stage{detector: detector, report: newReport(d, cfg)}
		if s.out, err = shm.Create(shm.WriterOptions{
			Dir: dir, Name: msg.DetectionResults, Kind: msg.KindDetection, Slots: 16, PayloadBytes: msg.DetectionBytes,
		}); err != nil {
			return err
		}
		defer s.out.Close()
		if s.in, err = shm.Open(shm.ReaderOptions{Dir: dir, Name: msg.CameraFeed, Kind: msg.KindFrame}); err != nil {
			return err
		}
		defer s.in.Close()
		take := s.take
		step := func() {
			f.show(t)
			if err := errors.Join(s.in.Next(ctx), s.frame(take)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			for range 30 {
				step()
			}
			if n := testing.AllocsPerRun(200, step); n != 0 {
				t.Errorf("%v allocations a frame", n)
			}
			cfg.Detect.WorkWidth = 180
			if err := s.change(cfg); err != nil {
				return err
			}
		}
		cfg.Detect.WorkWidth = 1
		if err := s.change(cfg); err == nil {
			t.Error("a picture 1 px wide was taken")
		}
		return nil
	}
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", dir, "--shm-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}
