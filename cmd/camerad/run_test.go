package main

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"lanekeeper/camera"
	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// small is what the frames of a fakeCamera look like.
var small = camera.Format{Width: 4, Height: 2, Pixel: msg.Gray8, FPS: 1000, Origin: "a test", Camera: "a test's camera"}

// fakeCamera always has a frame.
type fakeCamera struct{}

func (fakeCamera) Format() camera.Format                   { return small }
func (fakeCamera) Grab(ctx context.Context) error          { return ctx.Err() }
func (fakeCamera) Retrieve(*msg.FrameHeader, []byte) error { return nil }
func (fakeCamera) Lost() uint64                            { return 0 }
func (fakeCamera) Close() error                            { return nil }

// withFeed runs what is given with a feed of a fakeCamera.
func withFeed(t *testing.T, do func(context.Context, *daemon.Daemon[config], *feed)) {
	t.Helper()
	p, dir := program(), t.TempDir()
	p.Run = func(ctx context.Context, d *daemon.Daemon[config]) error {
		f := &feed{cfg: d.Config(), place: d.Place, report: newReport(d, d.Config())}
		f.keeper = &camera.Keeper{Open: func() (camera.Source, error) { return fakeCamera{}, nil }, Notify: f.report.event, Idle: f.idle}
		defer f.keeper.Close()
		if err := f.shapeFor(small); err != nil {
			return err
		}
		defer f.close()
		do(ctx, d, f)
		return nil
	}
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", dir, "--shm-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}

// TestWatchdogIsFedWhileWritesFail has a loop that goes round and publishes nothing.
func TestWatchdogIsFedWhileWritesFail(t *testing.T) {
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", manager.LocalAddr().String())
	t.Setenv("WATCHDOG_USEC", "1000")
	t.Setenv("WATCHDOG_PID", "")
	withFeed(t, func(ctx context.Context, _ *daemon.Daemon[config], f *feed) {
		if err := f.out.Close(); err != nil { // every write is refused from now on
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- f.loop(ctx) }()
		defer func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		if err := manager.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for message := make([]byte, 256); ; {
			n, err := manager.Read(message)
			if err != nil {
				t.Errorf("the watchdog is not fed: %v", err)
				return
			}
			if string(message[:n]) == "WATCHDOG=1" {
				return
			}
		}
	})
}

// TestRateFallsToZero when nothing comes, and when nothing can be published.
func TestRateFallsToZero(t *testing.T) {
	for name, silence := range map[string]func(*report){
		"waiting for a frame from file":     func(r *report) { r.waiting(nil) },
		"waiting for the camera: unplugged": func(r *report) { r.waiting(errors.New("unplugged")) },
		"frames cannot be published: full":  func(r *report) { r.lost(errors.New("full"), 8) },
	} {
		withFeed(t, func(_ context.Context, d *daemon.Daemon[config], f *feed) {
			r := f.report
			r.source = "file"
			r.newest.Store(&status{FrameID: 7, Published: 7, FPS: 30})
			r.cameNs = shm.NowNs() - silentNs
			silence(r)
			if s := *r.newest.Load(); s.FPS != 0 || s.Published != 7 {
				t.Errorf("%s: %+v, a rate of 0 and 7 frames expected", name, s)
			}
			if got := d.Notify.StatusLine(); got != name {
				t.Errorf("%q, want %q", got, name)
			}
		})
	}
}

// TestCameraID is in each frame, and in /status beside what it is made of.
func TestCameraID(t *testing.T) {
	withFeed(t, func(ctx context.Context, d *daemon.Daemon[config], f *feed) {
		in, err := shm.Open(shm.ReaderOptions{Dir: d.ShmDir, Prefix: d.Prefix, Name: f.cfg.ImageShmName, Kind: msg.KindFrame})
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- f.loop(ctx) }()
		var h msg.FrameHeader
		for h.FrameID == 0 {
			if err := in.Next(ctx); err != nil {
				t.Fatal(err)
			}
			err := in.View(func(rec shm.Record) error { copy(h.Bytes(), rec.Payload); return nil })
			if err != nil && !errors.Is(err, shm.ErrOverrun) {
				t.Fatal(err)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if want := msg.CameraIDOf("a test's camera"); h.CameraID != want {
			t.Errorf("camera %#x, want %#x", h.CameraID, want)
		}
	})
}
