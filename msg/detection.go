package msg

import (
	"fmt"
	"math"
)

// NoNetwork is Detection.NetworkAgeMs where no network has a say.
const NoNetwork = math.MaxUint32

// MaxPoints is the most points that a lane line's polyline holds.
const MaxPoints = 64

// Method says how lanes were found.
type Method uint32

// The methods.
const (
	MethodNone  Method = 0
	MethodCV    Method = 1 // classical image processing
	MethodDL    Method = 2 // a neural network
	MethodFused Method = 3 // both
)

func (m Method) String() string {
	switch m {
	case MethodNone:
		return "none"
	case MethodCV:
		return "cv"
	case MethodDL:
		return "dl"
	case MethodFused:
		return "cv+dl"
	}
	return fmt.Sprintf("method %d", uint32(m))
}

// Departure is how the vehicle lies in its lane.
type Departure uint32

// The departure states.
const (
	DepartureUnknown Departure = 0
	DepartureNone    Departure = 1 // inside the lane
	DepartureLeft    Departure = 2 // leaving it to the left
	DepartureRight   Departure = 3 // leaving it to the right
)

func (d Departure) String() string {
	switch d {
	case DepartureUnknown:
		return "unknown"
	case DepartureNone:
		return "none"
	case DepartureLeft:
		return "left"
	case DepartureRight:
		return "right"
	}
	return fmt.Sprintf("departure %d", uint32(d))
}

// Detection flags.
const (
	// DetectionUncalibrated: lengths are in lane widths of one, not in metres.
	DetectionUncalibrated uint32 = 1 << 0
	// DetectionLockstep carries FrameLockstep on.
	DetectionLockstep uint32 = 1 << 1
	// DetectionFrozen: the frame's pixels equal those of the frame before.
	DetectionFrozen uint32 = 1 << 2
	// DetectionSourceReset: SourceNs began anew with this frame.
	DetectionSourceReset uint32 = 1 << 3
	// DetectionCalibrationRefused: the detector has a calibration, for frames of another size or camera than this one.
	// DetectionUncalibrated is set with it.
	DetectionCalibrationRefused uint32 = 1 << 4
)

// Line flags.
const (
	// LineTracked: not seen in this frame, carried on from earlier ones.
	LineTracked uint32 = 1 << 0
	// LineInferred: placed from the other line and the known lane width.
	LineInferred uint32 = 1 << 1
	// LineNetwork: placed where the network saw it, NetworkAgeMs before; tracked is set with it unless that was in this frame.
	LineNetwork uint32 = 1 << 2
	// LineAgreed: both methods see it.
	LineAgreed uint32 = 1 << 3
)

// Lane is a lane line as a straight segment of the image, from its near end to its far one.
type Lane struct {
	X1, Y1, X2, Y2 int32   // px; (X1, Y1) is the near end
	Confidence     float64 // 0…1
}

// Point is a place in the image, in pixels of the frame; the centre of the top left pixel is (0, 0).
type Point struct{ X, Y float32 }

// Line is a lane line in full.
type Line struct {
	Count        uint32 // points in use
	Flags        uint32 // LineTracked, LineInferred, LineNetwork, LineAgreed
	Extrapolated uint64 // bit i is set when point i was not seen but extrapolated
	// Poly is the line on the ground in the vehicle frame: y = Poly[0] + Poly[1]·x + Poly[2]·x² + Poly[3]·x³, in metres,
	// for FromM ≤ x ≤ ToM. All zero, with ToM = 0, when there is none.
	Poly       [4]float64
	FromM, ToM float64
	Confidence float64
	PolySigmaM float64          // m, standard error of y over the range; 0 unknown
	Points     [MaxPoints]Point // from near to far
}

// Detection is what was found in one frame. Its first 88 bytes are the record that existing clients read.
type Detection struct {
	FrameID          int64   // the frame it was found in
	Timestamp        float64 // s, wall clock, that of the frame
	ProcessingTimeMs float64 // ms from taking the frame to having the lanes
	HasLeftLane      int32   // 1 or 0
	HasRightLane     int32   // 1 or 0
	Ready            int32   // 1 in a whole record
	_                int32
	LeftLane         Lane
	RightLane        Lane

	CaptureNs     int64 // ns, CLOCK_MONOTONIC: when the frame was captured
	SourceNs      int64 // ns in the source's own time
	SourceID      uint64
	Method        Method
	Flags         uint32
	Width, Height int32 // px, size of the frame that the points refer to

	OffsetM         float64 // m, the vehicle left of the lane centre is positive; NaN unknown
	HeadingRad      float64 // rad, the vehicle pointing left of the lane's direction is positive; NaN unknown
	CurvaturePerM   float64 // 1/m, the lane bending left is positive; NaN unknown
	LaneWidthM      float64 // m; NaN unknown
	Departure       Departure
	NetworkAgeMs    uint32 // ms of source time from the frame that the network saw last to this one; 4294967295 none that counts
	FramesEvaluated uint64 // frames evaluated since the detector started, this one included
	FramesOverrun   uint64 // frames that were overwritten while being looked at
	FramesSkipped   uint64 // frames passed over for a newer one
	Left, Right     Line
}

// DetectionBytes is the size of a Detection.
const DetectionBytes = 1376

// Bytes is the record's memory.
func (d *Detection) Bytes() []byte { return wire(d) }

// Decode reads a payload into d.
func (d *Detection) Decode(payload []byte) error {
	if err := decode(d, payload, KindDetection); err != nil {
		return err
	}
	if d.Ready != 1 {
		return fmt.Errorf("decoding a detection whose ready field is %d, 1 expected: %w", d.Ready, ErrMalformed)
	}
	if d.Left.Count > MaxPoints || d.Right.Count > MaxPoints {
		return fmt.Errorf("decoding a detection with %d and %d points, at most %d allowed: %w",
			d.Left.Count, d.Right.Count, MaxPoints, ErrMalformed)
	}
	return nil
}

// Clear empties d to a whole record in which nothing was found.
func (d *Detection) Clear() {
	nan := math.NaN()
	*d = Detection{Ready: 1, NetworkAgeMs: NoNetwork, OffsetM: nan, HeadingRad: nan, CurvaturePerM: nan, LaneWidthM: nan}
}
