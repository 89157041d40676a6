package calib

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// entry is one key of the file and where its value lives: reading, writing and checking go by the same table.
type entry struct {
	key    string // camera.fx
	value  any    // *float64, *int, *uint64 for an id, *string for a text, *date
	lo, hi float64
	unit   string // for people
}

// date is a text that is a day, or nothing.
type date string

const (
	maxSide   = 16384 // px, of a picture: msg.MaxFrameSide
	maxText   = 256   // bytes
	maxFocal  = 1e6
	maxCount  = 1e9
	maxRMSPx  = 1e6
	maxCoeff  = 100.0
	unknownID = "unknown"
)

// entries is the table, in the order of the file.
func (c *Calibration) entries() []entry {
	k := &c.Camera
	list := []entry{
		{"camera.name", &k.Name, 0, maxText, "for people"},
		{"camera.id", &k.ID, 0, 0, "CameraID of its frames"},
		{"camera.width_px", &k.Width, 1, maxSide, ""},
		{"camera.height_px", &k.Height, 1, maxSide, ""},
		{"camera.fx", &k.FX, 1, maxFocal, "px"},
		{"camera.fy", &k.FY, 1, maxFocal, "px"},
		{"camera.cx", &k.CX, 0, maxSide, "px"},
		{"camera.cy", &k.CY, 0, maxSide, "px"},
		{"camera.k1", &k.K1, -maxCoeff, maxCoeff, ""},
		{"camera.k2", &k.K2, -maxCoeff, maxCoeff, ""},
		{"camera.p1", &k.P1, -1, 1, ""},
		{"camera.p2", &k.P2, -1, 1, ""},
		{"camera.k3", &k.K3, -maxCoeff, maxCoeff, ""},
		{"camera.rms_px", &k.RMSPx, 0, maxRMSPx, "reprojection error"},
		{"camera.pictures", &k.Pictures, 0, maxCount, "that it rests on; 0: not measured"},
		{"camera.date", (*date)(&k.Date), 0, 0, ""},
	}
	if g := c.Ground; g != nil {
		list = append(list,
			entry{"ground.height_m", &g.HeightM, 0.01, 5, "above the ground"},
			entry{"ground.pitch_deg", &g.PitchDeg, -30, 80, "looks down"},
			entry{"ground.roll_deg", &g.RollDeg, -45, 45, "right side lowered"},
			entry{"ground.yaw_deg", &g.YawDeg, -45, 45, "looks left"},
			entry{"ground.forward_m", &g.ForwardM, -5, 5, "ahead of the rear axle"},
			entry{"ground.left_m", &g.LeftM, -5, 5, "left of the vehicle's middle"},
			entry{"ground.method", &g.Method, 0, maxText, ""},
			entry{"ground.points", &g.Points, 0, maxCount, "that it rests on"},
			entry{"ground.rms_px", &g.RMSPx, 0, maxRMSPx, "of these points"},
			entry{"ground.rms_m", &g.RMSM, 0, maxRMSPx, "of these points, on the ground"},
			entry{"ground.date", (*date)(&g.Date), 0, 0, ""},
		)
	}
	return list
}

// problem says what is wrong with the value, if anything is.
func (e *entry) problem() string {
	switch v := e.value.(type) {
	case *float64:
		if !(*v >= e.lo && *v <= e.hi) { // NaN is neither
			return fmt.Sprintf("%v, %v to %v expected", *v, e.lo, e.hi)
		}
	case *int:
		if float64(*v) < e.lo || float64(*v) > e.hi {
			return fmt.Sprintf("%v, %v to %v expected", *v, e.lo, e.hi)
		}
	case *string:
		if len(*v) > maxText || !utf8.ValidString(*v) {
			return fmt.Sprintf("a text of %d bytes, at most %d of UTF-8 expected", len(*v), maxText)
		}
	case *date:
		if _, err := time.Parse(time.DateOnly, string(*v)); *v != "" && err != nil {
			return fmt.Sprintf("%q, a date such as 2026-01-31 expected", *v)
		}
	}
	return ""
}

// read takes the value from the file and says what is wrong with its type.
func (e *entry) read(n *yaml.Node) (problem string) {
	if n.Kind != yaml.ScalarNode {
		return "one value expected"
	}
	var err error
	want := "a text"
	switch v := e.value.(type) {
	case *float64:
		want = "a number"
		if err = tagged(n, "!!int", "!!float"); err == nil {
			err = n.Decode(v)
		}
	case *int:
		want = "a whole number"
		if err = tagged(n, "!!int"); err == nil {
			err = n.Decode(v)
		}
	case *uint64:
		want = `"0x" and hexadecimal digits, or "` + unknownID + `",`
		if *v, err = 0, nil; n.Value != unknownID {
			*v, err = parseID(n.Value)
		}
	case *string:
		*v = n.Value
	case *date:
		*v = date(n.Value)
	}
	if err != nil {
		return fmt.Sprintf("%q, %s expected", n.Value, want)
	}
	return ""
}

// tagged refuses what YAML would convert from another type, quoted texts too.
func tagged(n *yaml.Node, tags ...string) error {
	if !slices.Contains(tags, n.ShortTag()) {
		return strconv.ErrSyntax
	}
	return nil
}

// text is the value as the file has it.
func (e *entry) text() string {
	switch v := e.value.(type) {
	case *float64:
		return strconv.FormatFloat(*v, 'g', -1, 64)
	case *int:
		return strconv.Itoa(*v)
	case *uint64:
		return strconv.Quote(FormatID(*v))
	case *string:
		return strconv.Quote(*v)
	case *date:
		return strconv.Quote(string(*v))
	}
	return ""
}

func parseID(text string) (uint64, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(digits, 16, 64)
}

// FormatID is a CameraID as the file has it.
func FormatID(id uint64) string {
	if id == 0 {
		return unknownID
	}
	return fmt.Sprintf("0x%016x", id)
}
