package camera

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lanekeeper/msg"
)

// What it costs to write a frame, by format and size of the source's picture.
func BenchmarkConvert(b *testing.B) {
	const width, height = 800, 600
	for from := msg.RGB24; from <= msg.NV12; from++ {
		for _, scale := range []bool{false, true} {
			p := picture{format: from, width: width, height: height, stride: from.RowBytes(width)}
			name := fmt.Sprintf("%v to rgb24", from)
			if scale {
				p.width, p.height, p.stride = 1280, 720, from.RowBytes(1280)
				name += " from 1280×720"
			}
			p.data = make([]byte, from.DataBytes(p.width, p.height, p.stride))
			b.Run(name, func(b *testing.B) {
				c := newConverter(Format{Width: width, Height: height, Pixel: msg.RGB24}, 0)
				defer c.close()
				dst, h := make([]byte, c.to.DataBytes()), msg.FrameHeader{}
				b.SetBytes(int64(len(dst)))
				b.ReportAllocs()
				for b.Loop() {
					if err := c.write(p, &h, dst); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// A frame of a real recording, decoded and written.
func BenchmarkVideo(b *testing.B) {
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		b.Skip("LANE_DATA names no folder of real recordings")
	}
	c := recording(SourceFile, filepath.Join(dir, "roads", "solidWhiteRight.mp4"))
	c.Loop = true
	k := &Keeper{Open: func() (Source, error) { return Open(c) }}
	defer k.Close()
	var dst []byte
	var h msg.FrameHeader
	b.ReportAllocs()
	for b.Loop() {
		err := k.Grab(b.Context())
		if dst == nil {
			dst = make([]byte, k.Format().DataBytes())
		}
		if err := errors.Join(err, k.Retrieve(&h, dst)); err != nil {
			b.Fatal(err)
		}
	}
}
