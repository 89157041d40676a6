package drive

import (
	"testing"
	"time"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// An album keeps pictures spread evenly over a drive, however long it gets.
func TestAlbumSpreads(t *testing.T) {
	m := gocv.NewMatWithSize(2, 2, gocv.MatTypeCV8UC3)
	defer m.Close()
	for _, minutes := range []int{1, 10, 60} {
		var a album
		var at []int64
		end := int64(time.Duration(minutes) * time.Minute)
		for ns := int64(0); ns < end; ns += int64(time.Second / 30) {
			if !a.wants(ns) {
				continue
			}
			if len(a.kept) == albumSize { // what add will do to the pictures
				for i := range albumSize / 2 {
					at[i] = at[2*i+1]
				}
				at = at[:albumSize/2]
			}
			a.add(&shot{header: msg.FrameHeader{SourceNs: ns}, bgr: m})
			at = append(at, ns)
		}
		if n := len(a.pictures()); n < albumSize/2 || n > albumSize || n != len(at) {
			t.Errorf("%d minutes: %d pictures", minutes, n)
		}
		for i := 1; i < len(at); i++ {
			if gap := at[i] - at[i-1]; gap > end/3 {
				t.Errorf("%d minutes: %v without a picture", minutes, time.Duration(gap))
			}
		}
	}
}
