package detect

import (
	"fmt"
	"time"
)

// Params are the detector's parameters: the section "detect" of lane-detectd's configuration. Shares are of the
// picture's width or height, so that they hold at every resolution.
type Params struct {
	WorkWidth    int     `yaml:"work_width" range:"96..480" unit:"px" live:"true" doc:"width of the reduced picture that lines are sought in"`
	SearchTop    float64 `yaml:"search_top" range:"0..0.9" live:"true" doc:"share of the height, from the top, in which nothing is sought"`
	LineWidth    float64 `yaml:"line_width" range:"0.01..0.2" live:"true" doc:"width of the widest line at the bottom row, as a share of the picture's width"`
	VanishingRow float64 `yaml:"vanishing_row" range:"-1..0.8" live:"true" doc:"row at which the widest line's width reaches nothing, as a share of the height"`
	MinContrast  int     `yaml:"min_contrast" range:"1..100" live:"true" doc:"least contrast of a line against both of its sides, of 255"`
	MinSeen      float64 `yaml:"min_seen" range:"0.01..0.5" live:"true" doc:"least part of a line that must be seen, as a share of the height"`

	LaneWidthM    float64 `yaml:"lane_width_m" range:"0..10" unit:"m" live:"true" doc:"width of the lane between the middles of its lines; 0 = learned from frames with both"`
	VehicleWidthM float64 `yaml:"vehicle_width_m" range:"0..5" unit:"m" live:"true" doc:"width of the vehicle, for telling when it leaves the lane"`
	Camera        Camera  `yaml:"camera" doc:"where the camera sits; without it lengths are in lane widths"`

	Smoothing time.Duration `yaml:"smoothing" range:"0s..1s" live:"true" doc:"time constant that lines are smoothed with; 0s = none"`
	Hold      time.Duration `yaml:"hold" range:"0s..1s" live:"true" doc:"how long a line that is not seen is carried on"`
}

// DefaultParams are the parameters that suit tape tracks and marked roads alike.
func DefaultParams() Params {
	return Params{
		WorkWidth: 224, SearchTop: 0.2, LineWidth: 0.075, VanishingRow: 0, MinContrast: 8, MinSeen: 0.08,
		VehicleWidthM: 0.2, Smoothing: 60 * time.Millisecond, Hold: 300 * time.Millisecond,
	}
}

// Validate says what is out of range, by the parameter's name in the configuration.
func (p *Params) Validate() error {
	for _, c := range []struct {
		name      string
		v, lo, hi float64
	}{
		{"work_width", float64(p.WorkWidth), 96, 480},
		{"search_top", p.SearchTop, 0, 0.9},
		{"line_width", p.LineWidth, 0.01, 0.2},
		{"vanishing_row", p.VanishingRow, -1, 0.8},
		{"min_contrast", float64(p.MinContrast), 1, 100},
		{"min_seen", p.MinSeen, 0.01, 0.5},
		{"lane_width_m", p.LaneWidthM, 0, 10},
		{"vehicle_width_m", p.VehicleWidthM, 0, 5},
		{"smoothing", p.Smoothing.Seconds(), 0, 1},
		{"hold", p.Hold.Seconds(), 0, 1},
	} {
		if !(c.v >= c.lo && c.v <= c.hi) {
			return fmt.Errorf("%s: %v, %v to %v expected", c.name, c.v, c.lo, c.hi)
		}
	}
	return p.Camera.Validate()
}
