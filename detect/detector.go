package detect

import (
	"errors"
	"fmt"
	"strings"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// Detector finds the two lines of the vehicle's lane.
type Detector interface {
	// Take makes the detector's own picture of a frame. It is the only call that reads pixels, which need to hold still
	// only while it runs; bytes that change meanwhile give a wrong picture, never a fault. A header that the pixels
	// cannot fulfil, or a picture that cannot be decoded, is an error that leaves the last picture in place.
	Take(h *msg.FrameHeader, pixels []byte) error
	// Detect writes the lanes of the picture last taken to out. It fills everything but the frame counts and
	// ProcessingTimeMs, which the caller knows. Before the first Take it returns ErrNoFrame.
	Detect(out *msg.Detection) error
	// SetParams changes the parameters, from the next Take on. What was tracked is kept where trails still have their places
	// in the same rows, else forgotten. An error says what is out of range, and changes nothing.
	SetParams(p Params) error
	// Reset forgets the frames before: the next one stands alone.
	Reset()
	// Close releases what the detector holds. It may be called twice.
	Close() error
}

// ErrNoFrame says that Detect was called before a frame was taken.
var ErrNoFrame = errors.New("no frame taken yet")

// Methods lists the detection methods that this build has, as New takes them.
func Methods() []string { return []string{"cv", "dl", "cv+dl"} }

// Options is what a detector is made of.
type Options struct {
	Params Params
	// Calibration says which pixel sees which place of the ground; nil = none. It takes the place of Params.Camera, but for
	// the mounting, where Ground is nil. For frames that it does not fit, of another size or camera, lengths are in lane
	// widths, with the flag msg.DetectionCalibrationRefused.
	Calibration *calib.Calibration
	// Of the methods dl and cv+dl.
	Model Model
	GPU   int // number of a CUDA device, from 0; −1 for none
	// Trial is asked to have another process run the network before this one loads it; nil for none. Its error is New's.
	Trial func(t *Trial) error
	// Wait has the method cv+dl wait for the network in each frame, as it does in lock-step, where it would else go on without
	// an answer: for pictures and recordings, never for a camera.
	Wait bool
}

// New makes the detector of a method. An error is for a person to mend, in the configuration or by another network, unless
// it is ErrNotTried.
func New(method string, o Options) (Detector, error) {
	if o.Calibration != nil {
		if err := o.Calibration.Validate(); err != nil {
			return nil, fmt.Errorf("setting up the detector: calibration: %w", err)
		}
	}
	switch method {
	case "cv":
		return NewCV(o)
	case "dl":
		return NewDL(o)
	case "cv+dl":
		return NewFused(o)
	}
	return nil, fmt.Errorf("method %q: one of %s expected", method, strings.Join(Methods(), ", "))
}
