package drive

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gocv.io/x/gocv"
)

// video writes annotated frames to a file that opens with the first one.
type video struct {
	path   string
	fps    float64
	w      *gocv.VideoWriter
	frames int
}

func (v *video) add(s *shot) error {
	if v.w == nil {
		w, err := gocv.VideoWriterFile(v.path, "mp4v", v.fps, s.bgr.Cols(), s.bgr.Rows(), true)
		if err != nil || !w.IsOpened() {
			return fmt.Errorf("writing %s: the folder must be writable and the disk have room", v.path)
		}
		v.w = w
	}
	if err := v.w.Write(s.bgr); err != nil {
		return fmt.Errorf("writing %s: %w", v.path, err)
	}
	v.frames++
	return nil
}

func (v *video) close() error {
	if v.w == nil {
		return nil
	}
	return v.w.Close()
}

// videoPath is where the annotated copy of a source goes: beside it, or into out where that folder is not to be written to.
func videoPath(source, out string) string {
	name := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source)) + ".lanes.mp4"
	dir := filepath.Dir(source)
	// A folder without a single write bit is meant to stay as it is, even for root.
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm()&0o222 == 0 {
		return filepath.Join(out, name)
	}
	probe, err := os.CreateTemp(dir, ".lanes-*")
	if err != nil {
		return filepath.Join(out, name)
	}
	probe.Close()
	os.Remove(probe.Name())
	return filepath.Join(dir, name)
}

// rate is that of a video's frames; a source that knows none gets a usual one.
func rate(fps float64) float64 {
	if fps > 1 && fps < 1000 {
		return fps
	}
	return 30
}
