package camera

import (
	"context"
	"errors"
	"fmt"

	"lanekeeper/msg"
)

// Source gives frames one after another. It is for one goroutine at a time.
type Source interface {
	// Format is what the source settled on when it was opened.
	Format() Format
	// Grab takes the next frame and returns when it is due. It may block for as long as a driver does. It returns io.EOF
	// at the end of a recording, and an ErrDamaged when one frame is lost and the next may be taken; after any other error
	// the source is to be closed.
	Grab(ctx context.Context) error
	// Retrieve writes the frame that Grab took to dst, at the size and in the format of Format, and describes it in h: all
	// fields but FrameID, SourceID and CameraID. dst needs room for Format().DataBytes(). It does not block, and the frame stays
	// until the next Grab. An ErrDamaged costs this frame alone.
	Retrieve(h *msg.FrameHeader, dst []byte) error
	// Lost is the number of frames so far that the driver dropped or that were passed over for a newer one.
	Lost() uint64
	// Close releases the source. It is not to be called during Grab.
	Close() error
}

// ErrDamaged marks an error that costs one frame and leaves the source usable.
var ErrDamaged = errors.New("damaged picture")

// Format is what frames look like.
type Format struct {
	Width, Height int             // px
	Pixel         msg.PixelFormat // of the frames that Retrieve writes
	FPS           float64         // 1/s; 0 unknown
	Origin        string          // where they come from and how, for people: "/dev/video0 (YUYV 640×480 at 30 fps)"
	// Camera describes the camera and what shapes its pictures besides their size, alike from run to run; empty for a
	// recording, which does not tell what camera made it.
	Camera string
}

// DataBytes is the room that a frame needs.
func (f Format) DataBytes() int {
	return f.Pixel.DataBytes(f.Width, f.Height, f.Pixel.RowBytes(f.Width))
}

func (f Format) String() string {
	return fmt.Sprintf("%s → %v %d×%d at %.4g fps", f.Origin, f.Pixel, f.Width, f.Height, f.FPS)
}

// Open opens the source that the configuration names.
func Open(c Config) (Source, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	switch c.Source {
	case SourceFile:
		return openVideo(c, realClock())
	case SourceImages:
		return openImages(c, realClock())
	case SourceV4L2:
		return openDevice(c, c.Device, realClock())
	case SourceUSB:
		return openUSB(c, realClock())
	case SourcePiCamera:
		return openGStreamer(c, piCameraPipeline(c), realClock())
	case SourceJetsonCSI:
		return openGStreamer(c, jetsonPipeline(c), realClock())
	}
	return openGStreamer(c, c.Pipeline, realClock())
}
