package drive

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"sync"

	"gocv.io/x/gocv"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/overlay"
	"lanekeeper/shm"
)

// waiting is how many frames are kept until their lanes come. A detector that takes longer leaves them bare.
const waiting = 32

// recorder brings frames and the lanes found in them together: for a few stills, and for a video where one is wanted.
type recorder struct {
	place daemon.Place
	album album
	video *video // nil: none

	mu     sync.Mutex
	frames []shot          // not yet matched, oldest first
	found  []msg.Detection // of late, oldest first: lanes may be seen before their frame is
	newest uint64          // number of the newest record seen
	err    error
}

// shot is a frame's own copy of its pixels.
type shot struct {
	header msg.FrameHeader
	bgr    gocv.Mat
	still  bool // for the album
}

// run collects frames until ctx ends.
func (r *recorder) run(ctx context.Context) error {
	in, err := shm.Open(shm.ReaderOptions{Dir: r.place.ShmDir, Prefix: r.place.Prefix, Name: msg.CameraFeed, Kind: msg.KindFrame})
	if err != nil {
		return err
	}
	defer in.Close()
	for {
		err := in.Next(ctx)
		if ctx.Err() != nil {
			break
		}
		if err == nil {
			err = in.View(r.take)
		}
		if err != nil && !passing(err) {
			return errors.Join(fmt.Errorf("recording: %w", err), r.finish())
		}
	}
	return r.finish()
}

// passing tells whether an error costs one frame: the camera has just gone, or is faster than a copy.
func passing(err error) bool {
	for _, e := range []error{shm.ErrNoSegment, shm.ErrNoRecord, shm.ErrTruncated, shm.ErrOverrun} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// take runs while the frame lies in shared memory; a second run for another frame is as good.
func (r *recorder) take(rec shm.Record) error {
	h, pixels, err := msg.DecodeFrame(rec.Payload)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.newest = max(r.newest, rec.N)
	still := r.album.wants(h.SourceNs)
	if r.video == nil && !still {
		return nil
	}
	bgr, err := toBGR(&h, pixels)
	if err != nil {
		return err
	}
	r.frames = append(r.frames, shot{h, bgr, still})
	if len(r.frames) > waiting {
		return r.develop(&r.frames[0], nil)
	}
	return r.match()
}

func toBGR(h *msg.FrameHeader, pixels []byte) (gocv.Mat, error) {
	code := map[msg.PixelFormat]gocv.ColorConversionCode{
		msg.RGB24: gocv.ColorBGRToRGB, msg.Gray8: gocv.ColorGrayToBGR,
	}
	types := map[int]gocv.MatType{3: gocv.MatTypeCV8UC3, 1: gocv.MatTypeCV8UC1}
	conversion, ok := code[h.PixelFormat]
	if !ok || int(h.Stride) != h.PixelFormat.RowBytes(int(h.Width)) {
		return gocv.Mat{}, fmt.Errorf("recording: frames are %v, rgb24 or gray8 expected", h.PixelFormat)
	}
	// The Mat aliases shared memory and lives for this call only.
	m, err := gocv.NewMatFromBytes(int(h.Height), int(h.Width), types[h.PixelFormat.Channels()], pixels)
	if err != nil {
		return gocv.Mat{}, err
	}
	defer m.Close()
	bgr := gocv.NewMat()
	gocv.CvtColor(m, &bgr, conversion)
	return bgr, nil
}

// lanes takes note of a detection.
func (r *recorder) lanes(d *msg.Detection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.found) == waiting {
		r.found = append(r.found[:0], r.found[1:]...)
	}
	r.found = append(r.found, *d)
	if err := r.match(); r.err == nil {
		r.err = err
	}
}

// match develops the oldest frames as far as it is known what was found in them. A frame that a later one was looked at
// instead of stays bare.
func (r *recorder) match() error {
	for len(r.frames) > 0 {
		s := &r.frames[0]
		i := slices.IndexFunc(r.found, func(d msg.Detection) bool {
			return d.SourceID == s.header.SourceID && d.FrameID >= s.header.FrameID
		})
		if i < 0 {
			return nil
		}
		d := &r.found[i]
		if d.FrameID != s.header.FrameID {
			d = nil
		}
		if err := r.develop(s, d); err != nil {
			return err
		}
	}
	return nil
}

// develop draws the oldest frame and puts it where it belongs.
func (r *recorder) develop(s *shot, d *msg.Detection) error {
	defer func() {
		s.bgr.Close()
		r.frames = r.frames[1:]
	}()
	text := []string{fmt.Sprintf("frame %d  %.1f s", s.header.FrameID, float64(s.header.SourceNs)/1e9)}
	if d != nil {
		text = append(text, fmt.Sprintf("left %.2f  right %.2f", d.LeftLane.Confidence, d.RightLane.Confidence))
		overlay.Draw(&s.bgr, d, overlay.Options{Text: text})
		if s.still {
			r.album.add(s)
		}
	}
	if r.video == nil {
		return nil
	}
	return r.video.add(s)
}

// finish develops what is left and closes the video.
func (r *recorder) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.err
	for len(r.frames) > 0 && err == nil {
		err = r.develop(&r.frames[0], nil)
	}
	for _, s := range r.frames {
		s.bgr.Close()
	}
	r.frames = nil
	if r.video != nil {
		err = errors.Join(err, r.video.close())
	}
	return err
}

// stills are the pictures kept, in the order of time; the caller closes the album.
func (r *recorder) stills() []image.Image { return r.album.pictures() }
