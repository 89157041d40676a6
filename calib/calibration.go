package calib

import (
	"fmt"
	"time"
)

// Calibration is what a calibration file holds.
type Calibration struct {
	Camera Camera
	Ground *Ground // nil while the mounting is unknown
}

// View is the map between pixels and the ground; ok is false while the mounting is unknown.
func (c *Calibration) View() (v View, ok bool) {
	if c.Ground == nil {
		return View{}, false
	}
	return NewView(&c.Camera, c.Ground), true
}

// KeyError says what is wrong with one key of a calibration.
type KeyError struct {
	Key     string // camera.fx
	Problem string
}

func (e *KeyError) Error() string { return e.Key + ": " + e.Problem }

// Validate says what cannot be, as a *KeyError.
func (c *Calibration) Validate() error {
	for _, e := range c.entries() {
		if problem := e.problem(); problem != "" {
			return &KeyError{e.key, problem}
		}
	}
	return c.Camera.checkLens()
}

// MismatchError says that frames are not what a calibration was made for. A lens does not scale with the picture unless
// all of the sensor is read in both sizes, which no frame tells: frames of another size are refused whatever the ratio.
type MismatchError struct {
	WantName                string
	WantWidth, WantHeight   int
	WantID                  uint64
	FrameWidth, FrameHeight int
	FrameID                 uint64 // the frame's CameraID
}

func (e *MismatchError) Error() string {
	if e.OtherSize() {
		return fmt.Sprintf("the calibration of %s is for pictures of %d×%d px, frames of %d×%d px came: calibrate at the size that "+
			"the camera is run at", e.WantName, e.WantWidth, e.WantHeight, e.FrameWidth, e.FrameHeight)
	}
	return fmt.Sprintf("the calibration is for the camera %s (%s), frames of another came (%s): calibrate that one, or name its file",
		e.WantName, FormatID(e.WantID), FormatID(e.FrameID))
}

// OtherSize says that the size differs; else the camera does.
func (e *MismatchError) OtherSize() bool {
	return e.WantWidth != e.FrameWidth || e.WantHeight != e.FrameHeight
}

// Fits says whether frames of this size from this camera are what the calibration was made for: nil, or a *MismatchError.
// A camera that either side does not know is taken to be the right one. It allocates only for the error.
func (c *Calibration) Fits(width, height int, cameraID uint64) error {
	k := &c.Camera
	if width == k.Width && height == k.Height && (cameraID == k.ID || cameraID == 0 || k.ID == 0) {
		return nil
	}
	return &MismatchError{k.Name, k.Width, k.Height, k.ID, width, height, cameraID}
}

// Today is a date as the file has it.
func Today(now time.Time) string { return now.Format(time.DateOnly) }
