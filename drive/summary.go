package drive

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanekeeper/msg"
)

// The files of a drive.
const (
	traceName   = "trace.csv"
	reportName  = "truth.json"
	pictureName = "drive.png"
)

func (o *Options) file(name string) string { return filepath.Join(o.OutDir, name) }

// Truth is what the simulator reports of a drive.
type Truth struct {
	TimeS      float64 `json:"time_s"`
	DistanceM  float64 `json:"distance_m"`
	ProgressM  float64 `json:"progress_m"`
	Departures int     `json:"departures"`
	MaxOffsetM float64 `json:"max_offset_m"`
	RMSOffsetM float64 `json:"rms_offset_m"`
	Published  uint64  `json:"frames_published"`
	LateFrames uint64  `json:"late_frames"`
	FPSWanted  float64 `json:"fps_wanted"`
}

// Summary is what came of a drive.
type Summary struct {
	Title     string
	Truth     *Truth // nil with a recording
	Published uint64 // frames
	Evaluated uint64
	Overrun   uint64
	Skipped   uint64
	Both      int // frames in which both lines were seen, of those looked at
	One       int
	None      int
	P50       time.Duration // capture to command
	P99       time.Duration
	Max       time.Duration
	Stops     []msg.Reason // why the vehicle was stopped while it drove
	Restarts  int          // daemons that died and were started again
	Files     []string
	LogDir    string
	Stopped   bool // by the onlooker, before the end
}

func readTruth(path string) (*Truth, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the simulator's report: %w", err)
	}
	t := &Truth{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("reading the simulator's report %s: %w", path, err)
	}
	return t, nil
}

// Unaccounted is how many published frames were neither evaluated, overrun nor skipped.
func (s *Summary) Unaccounted() int64 {
	return int64(s.Published) - int64(s.Evaluated+s.Overrun+s.Skipped)
}

// Err says why the drive was not a good one; nil when it was.
func (s *Summary) Err() error {
	switch {
	case s.Evaluated == 0:
		return fmt.Errorf("no frame went through the pipeline; the daemons' logs are in %s", s.LogDir)
	case s.Restarts > 0:
		return fmt.Errorf("daemons died %d times; their logs are in %s", s.Restarts, s.LogDir)
	case s.Truth != nil && s.Truth.Departures > 0:
		return fmt.Errorf("the vehicle left its lane %d times", s.Truth.Departures)
	}
	return nil
}

// Write tells it in words.
func (s *Summary) Write(w io.Writer) {
	fmt.Fprintln(w, s.Title)
	if t := s.Truth; t != nil {
		verdict := "The vehicle kept its lane"
		switch {
		case t.Departures == 0 && s.Stopped:
			verdict = "Stopped before the end; until then the vehicle kept its lane"
		case t.Departures > 0:
			verdict = fmt.Sprintf("The vehicle LEFT ITS LANE %d times", t.Departures)
		}
		fmt.Fprintf(w, "  %s: %.0f m in %.1f s, at most %.2f m from the centre, RMS %.3f m.\n",
			verdict, t.DistanceM, t.TimeS, t.MaxOffsetM, t.RMSOffsetM)
	}
	seen := max(s.Both+s.One+s.None, 1)
	fmt.Fprintf(w, "  lanes     both lines in %.1f %% of the frames, one in %.1f %%, none in %.1f %%\n",
		100*float64(s.Both)/float64(seen), 100*float64(s.One)/float64(seen), 100*float64(s.None)/float64(seen))
	fmt.Fprintf(w, "  frames    %d published = %d evaluated + %d overrun + %d skipped as older",
		s.Published, s.Evaluated, s.Overrun, s.Skipped)
	if n := s.Unaccounted(); n != 0 {
		fmt.Fprintf(w, " + %d on their way when the drive ended", n)
	}
	fmt.Fprintln(w)
	fmt.Fprintf(w, "  latency   capture → command p50 %.1f ms, p99 %.1f ms, most %.1f ms", msOf(s.P50), msOf(s.P99), msOf(s.Max))
	if s.Truth != nil && s.Truth.FPSWanted > 0 {
		fmt.Fprintf(w, "; a frame period is %.1f ms", 1000/s.Truth.FPSWanted)
	}
	fmt.Fprintln(w)
	if len(s.Stops) > 0 {
		fmt.Fprintf(w, "  stops     %s\n", s.stops())
	}
	if s.Restarts > 0 {
		fmt.Fprintf(w, "  restarts  %d; frames and way are counted from the last one on\n", s.Restarts)
	}
	for _, f := range s.Files {
		fmt.Fprintf(w, "  wrote     %s\n", f)
	}
}

// stops counts the stops by their reasons, in the order in which these first came.
func (s *Summary) stops() string {
	var order []msg.Reason
	count := map[msg.Reason]int{}
	for _, r := range s.Stops {
		if count[r]++; count[r] == 1 {
			order = append(order, r)
		}
	}
	parts := make([]string, len(order))
	for i, r := range order {
		parts[i] = fmt.Sprintf("%d × %v", count[r], r)
	}
	return strings.Join(parts, ", ")
}

func msOf(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
