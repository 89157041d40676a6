package v4l2

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func openFake(t *testing.T) (*Device, *fakeDevice) {
	t.Helper()
	cam := camera("usb-1", Mode{GREY, 16, 4, 30})
	k, dir := newFakeKernel(t, map[string]*fakeDevice{"video0": cam})
	d, err := Open(Options{Path: filepath.Join(dir, "video0"), Width: 16, Height: 4, Prefer: everything, kern: k})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, cam
}

func TestNext(t *testing.T) {
	type delivery struct {
		sequence uint32
		value    byte
		flags    uint32
	}
	const mono = bufFlagTimestampMonotonic
	for _, c := range []struct {
		name  string
		given []delivery
		value byte
		ns    int64
		seq   uint32
		lost  uint64
	}{
		{"in order", []delivery{{11, 7, mono}}, 7, 11_250_000_000, 11, 0},
		{"the driver dropped three", []delivery{{14, 8, mono}}, 8, 14_250_000_000, 14, 3},
		{"the newest of three", []delivery{{11, 1, mono}, {12, 2, mono}, {13, 3, mono}}, 3, 13_250_000_000, 13, 2},
		{"a damaged one goes back", []delivery{{11, 1, mono | bufFlagError}, {12, 2, mono}}, 2, 12_250_000_000, 12, 1},
		{"damaged after a good one", []delivery{{11, 1, mono}, {12, 2, mono | bufFlagError}}, 1, 11_250_000_000, 11, 0},
		{"another clock", []delivery{{11, 5, 0}}, 5, 0, 11, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, cam := openFake(t)
			cam.deliver(10, 0xff, mono)
			if err := d.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d.Frame().Lost != 0 {
				t.Errorf("the first frame has %d lost before it", d.Frame().Lost)
			}
			cam.onPoll = func() {
				cam.onPoll = nil
				for _, g := range c.given {
					cam.deliver(g.sequence, g.value, g.flags)
				}
			}
			if err := d.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			f := d.Frame()
			if want := bytes.Repeat([]byte{c.value}, 64); !bytes.Equal(f.Data, want) {
				t.Errorf("picture of %d bytes %d…, want 64 of %d", len(f.Data), f.Data[0], c.value)
			}
			if f.CaptureNs != c.ns || f.Sequence != c.seq || f.Lost != c.lost {
				t.Errorf("captured at %d, number %d, %d lost, want %d, %d, %d", f.CaptureNs, f.Sequence, f.Lost, c.ns, c.seq, c.lost)
			}
			if len(cam.queued)+len(cam.done) != 3 {
				t.Errorf("the driver has %d of 4 buffers while one is held", len(cam.queued)+len(cam.done))
			}
		})
	}
}

func TestSequenceWraps(t *testing.T) {
	d, cam := openFake(t)
	cam.deliver(0xffffffff, 1, 0)
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	cam.deliver(2, 1, 0)
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.Frame().Lost; got != 2 {
		t.Errorf("%d lost, want 2 (numbers 0 and 1)", got)
	}
}

// A short frame is a damaged one, also where the driver does not say so.
func TestShortFrameIsPassedOver(t *testing.T) {
	d, cam := openFake(t)
	cam.deliver(1, 1, 0)
	cam.done[0].BytesUsed = 63
	cam.deliver(2, 2, 0)
	if err := d.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.Frame().Sequence != 2 {
		t.Errorf("frame %d taken, want 2", d.Frame().Sequence)
	}
}

func TestNextErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fakeDevice)
		is     error
		want   string
	}{
		{"unplugged", func(d *fakeDevice) { d.errs[vidiocDqbuf] = unix.ENODEV }, ErrUnplugged,
			"taking a frame of DIR: the device is gone (unplugged?)"},
		{"signal lost", func(d *fakeDevice) { d.errs[vidiocDqbuf] = unix.EIO }, unix.EIO, "taking a frame of DIR: input/output error"},
		{"an error that only poll tells", func(d *fakeDevice) { d.pollBits = unix.POLLERR }, unix.EIO,
			"waiting for a frame of DIR: input/output error"},
		{"buffer out of range", func(d *fakeDevice) { d.deliver(1, 1, 0); d.done[0].Index = 9 }, nil,
			"taking a frame of DIR: the driver names buffer 9 of 4"},
		{"giving back", func(d *fakeDevice) { d.deliver(1, 1, bufFlagError); d.errs[vidiocQbuf] = unix.EINVAL }, unix.EINVAL,
			"giving a buffer back to DIR: invalid argument"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, cam := openFake(t)
			c.change(cam)
			err := d.Next(t.Context())
			if err == nil || strings.ReplaceAll(err.Error(), d.opts.Path, "DIR") != c.want || !(c.is == nil || errors.Is(err, c.is)) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	d, cam := openFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	cam.onPoll = cancel
	if err := d.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	d, cam := openFake(t)
	ctx := t.Context()
	sequence := uint32(0)
	cam.done, cam.queued = make([]buffer, 0, 1024), append(make([]uint32, 0, 4096), cam.queued...)
	allocs := testing.AllocsPerRun(200, func() {
		sequence++
		cam.deliver(sequence, 1, 0)
		if err := d.Next(ctx); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a frame", allocs)
	}
}
