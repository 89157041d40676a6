package inspect

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"lanekeeper/msg"
)

func TestCleanAction(t *testing.T) {
	p := place(t)
	a := CleanAction()
	if a.Flag != "clean" {
		t.Errorf("the flag is %q", a.Flag)
	}
	for _, c := range []struct {
		name string
		make func()
		says string
		err  string
		left []string
	}{
		{"nothing", func() {}, "", "", []string{}},
		{"a dead owner's", func() { abandon(t, p, msg.CameraFeed) }, "removed p-camera_feed\n", "", []string{}},
		{"not ours", func() { write(t, segmentPath(p, msg.CameraFeed), "somebody's") }, "",
			"cleaning SHM/p-camera_feed: not a segment to be read: it was not written by lanekeeper; remove it by hand if you know what it is", []string{"p-camera_feed"}},
		{"a living owner's", func() {
			if err := os.Remove(segmentPath(p, msg.CameraFeed)); err != nil {
				t.Fatal(err)
			}
			create(t, p, msg.CameraFeed)
		}, "", "", []string{"p-camera_feed", "p-camera_feed.lock"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.make()
			var says bytes.Buffer
			said := ""
			if err := a.Run(t.Context(), p, &says); err != nil {
				said = strings.ReplaceAll(err.Error(), p.ShmDir, "SHM")
			}
			if said != c.err || says.String() != c.says {
				t.Errorf("said %q, error %q\nwant %q, %q", says.String(), said, c.says, c.err)
			}
			if left := files(t, p); !slices.Equal(left, c.left) {
				t.Errorf("left %q, want %q", left, c.left)
			}
		})
	}
}
