package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// existing is the calibration that is in the file; nil when there is no file.
func existing(path string) (*calib.Calibration, error) {
	c, err := calib.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return c, err
}

// cameraID reads a CameraID as /status and calibration files have it.
func cameraID(text string) (uint64, error) {
	if text == "" || text == "unknown" {
		return 0, nil
	}
	digits, ok := strings.CutPrefix(text, "0x")
	id, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("%q: 0x and up to 16 hexadecimal digits expected, as lanectl status --json shows it", text)
	}
	return id, nil
}

// pair reads two numbers with an x between them: 9x6, 1280x720.
func pair(text string) (a, b int, err error) {
	left, right, ok := strings.Cut(text, "x")
	a, errA := strconv.Atoi(left)
	b, errB := strconv.Atoi(right)
	if !ok || errA != nil || errB != nil || a < 1 || b < 1 || a > msg.MaxFrameSide || b > msg.MaxFrameSide {
		return 0, 0, fmt.Errorf("%q: two numbers with an x between them expected, such as 9x6", text)
	}
	return a, b, nil
}
