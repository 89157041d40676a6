package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"lanekeeper/camera"
	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// assumedFPS sizes the segment for a source that does not know its rate: too many slots cost memory, too few cost frames.
const assumedFPS = 60

// run publishes frames until ctx ends or a recording is over. It is ready without a camera, which may come later; the segment
// is made as soon as the size of the frames is known.
func run(ctx context.Context, d *daemon.Daemon[config]) (err error) {
	cfg := d.Config()
	f := &feed{cfg: cfg, place: d.Place, report: newReport(d, cfg), sourceID: rand.Uint64()}
	f.keeper = &camera.Keeper{
		Open:   func() (camera.Source, error) { return camera.Open(cfg.Camera) },
		Notify: f.report.event,
		Idle:   f.idle,
	}
	defer func() { err = errors.Join(f.report.segment.Owned(err), f.keeper.Close(), f.close()) }()
	if err := f.prepare(); err != nil {
		return err
	}
	f.report.starting()
	d.Notify.Ready()
	f.letAttach(ctx)
	return f.loop(ctx)
}

// feed is the path of a frame from its source to the segment.
type feed struct {
	cfg    config
	place  daemon.Place
	keeper *camera.Keeper
	out    *shm.Writer
	shape  camera.Format // that the segment was made for
	report *report

	header   msg.FrameHeader
	sourceID uint64
	camera   string // as the source last described it, and the ID of that
	cameraID uint64
	frameID  int64
}

// prepare makes the segment before the camera is there, when the configuration says what its frames will be like.
func (f *feed) prepare() error {
	c := f.cfg.Camera
	if c.Width == 0 || c.Height == 0 {
		return nil
	}
	format, err := msg.ParsePixelFormat(c.PixelFormat)
	if err != nil {
		return err
	}
	return f.shapeFor(camera.Format{Width: c.Width, Height: c.Height, Pixel: format, FPS: c.FPS})
}

// shapeFor makes a segment that frames of the given format fit in. A segment never changes its size: frames that need
// another get another segment, which readers find by themselves.
func (f *feed) shapeFor(format camera.Format) error {
	if f.out != nil && format.Width == f.shape.Width && format.Height == f.shape.Height && format.Pixel == f.shape.Pixel {
		return nil
	}
	if err := f.close(); err != nil {
		return err
	}
	fps := format.FPS
	if fps <= 0 {
		fps = assumedFPS
	}
	slots := shm.SlotsFor(f.cfg.Hold, time.Duration(float64(time.Second)/fps))
	out, err := shm.Create(shm.WriterOptions{
		Dir: f.place.ShmDir, Prefix: f.place.Prefix, Name: f.cfg.ImageShmName, Kind: msg.KindFrame, Slots: slots,
		PayloadBytes: msg.FramePayloadBytes(format.Width, format.Height, format.Pixel),
	})
	if err != nil {
		return err
	}
	f.out, f.shape = out, format
	f.report.slots.Store(int64(slots))
	return nil
}

func (f *feed) close() error {
	if f.out == nil {
		return nil
	}
	return f.out.Close()
}

func (f *feed) loop(ctx context.Context) error {
	fill := f.fill // made once: a method value made in the loop is an allocation a frame
	for {
		switch err := f.keeper.Grab(ctx); {
		case errors.Is(err, io.EOF):
			f.report.ended()
			return nil
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		if format := f.keeper.Format(); format.Camera != f.camera {
			f.camera, f.cameraID = format.Camera, msg.CameraIDOf(format.Camera)
		}
		made := f.out
		if err := f.shapeFor(f.keeper.Format()); err != nil {
			return err
		}
		if f.out != made {
			f.letAttach(ctx)
		}
		switch err := f.out.WriteFunc(fill); {
		case errors.Is(err, shm.ErrLost):
			return err
		case err != nil:
			f.report.lost(err, f.frameID+1)
		default:
			f.frameID++
			f.report.frame(&f.header, f.keeper)
		}
		f.report.alive()
	}
}

// attachTime is how long readers may take to find a new segment: they look for it every 50 ms.
const attachTime = 100 * time.Millisecond

// letAttach waits until readers can have found a segment just made. Only a recording waits: its frames are wanted, all of
// them, where a camera's would grow old.
func (f *feed) letAttach(ctx context.Context) {
	source := f.cfg.Camera.Source
	if f.out == nil || source != camera.SourceFile && source != camera.SourceImages {
		return
	}
	t := time.NewTimer(attachTime)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// fill decodes or copies the frame straight into its slot.
func (f *feed) fill(payload []byte) (int, error) {
	f.header = msg.FrameHeader{}
	if err := f.keeper.Retrieve(&f.header, payload[msg.FrameHeaderBytes:]); err != nil {
		return 0, err
	}
	f.header.FrameID, f.header.SourceID, f.header.CameraID = f.frameID+1, f.sourceID, f.cameraID
	copy(payload, f.header.Bytes())
	return msg.FrameHeaderBytes + int(f.header.DataBytes), nil
}

func (f *feed) idle(why error) {
	if f.out != nil {
		if err := f.out.Check(); err != nil {
			f.report.segment.Disorder(err)
		}
	}
	f.report.waiting(why)
}
