package main

import (
	"errors"
	"fmt"
	"image"

	"gocv.io/x/gocv"

	"lanekeeper/evaluation"
	"lanekeeper/overlay"
)

// Thumbnails are at most so wide and high, in pixels, and of this JPEG quality: a hundred of them make some 4 MB.
const (
	thumbnailWidth   = 480
	thumbnailQuality = 80
)

// thumbnail draws what was found in a picture, and what is true, onto a small copy of it.
func (j *evalJob) thumbnail(r *evaluation.SetResult, index int) ([]byte, error) {
	l := j.seen[r]
	item := &l.set.Items[index]
	m, err := readImage(item.Picture)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	width, height := m.Cols(), m.Rows()
	if k := float64(thumbnailWidth) / float64(max(width, height)); k < 1 {
		size := image.Pt(max(1, int(float64(width)*k)), max(1, int(float64(height)*k)))
		gocv.Resize(m, &m, size, 0, 0, gocv.InterpolationArea)
	}
	if d := l.found[item.Picture]; d != nil {
		overlay.Draw(&m, d, overlay.Options{})
	}
	if f := item.Truth; f != nil {
		for _, line := range f.Lines {
			overlay.Truth(&m, line, width, height, false)
		}
		for _, line := range f.Ego() {
			overlay.Truth(&m, line, width, height, true)
		}
	}
	if item.Mask != "" {
		mask, err := evaluation.ReadMask(item.Mask, width, height)
		if err != nil {
			return nil, err
		}
		mask.Painted(func(x, y int) { overlay.TruePixel(&m, x, y, width, height) })
	}
	jpeg, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, m, []int{gocv.IMWriteJpegQuality, thumbnailQuality})
	if err != nil {
		return nil, fmt.Errorf("encoding a thumbnail: %w", err)
	}
	defer jpeg.Close()
	if jpeg.Len() == 0 {
		return nil, errors.New("encoding a thumbnail: nothing came out")
	}
	return append([]byte(nil), jpeg.GetBytes()...), nil
}
