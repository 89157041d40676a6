package main

import (
	"context"
	"errors"
	"fmt"

	"gocv.io/x/gocv"
)

// eachPicture hands the pictures of files, folders and videos to use: images one after another, and the frames of a video
// with their index, −1 for an image. What cannot be read is told to lost, and the next is taken.
func eachPicture(
	ctx context.Context, paths []string, use func(name string, index int, m *gocv.Mat) error, lost func(name string, err error),
) error {
	for _, path := range paths {
		files, err := expand(path)
		if err == nil && len(files) == 0 {
			err = errors.New("a folder without images")
		}
		if err != nil {
			lost(path, err)
			continue
		}
		for _, f := range files {
			var unused error // by use, not about the file
			read := func(index int, m *gocv.Mat) error {
				name := f
				if index >= 0 {
					name = fmt.Sprintf("%s #%d", f, index)
				}
				unused = use(name, index, m)
				return unused
			}
			err := readPictures(ctx, f, read)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case unused != nil:
				return unused
			case err != nil:
				lost(f, err)
			}
		}
	}
	return nil
}

// readPictures hands the picture of a file to use, or those of a video.
func readPictures(ctx context.Context, path string, use func(index int, m *gocv.Mat) error) error {
	if isVideoName(path) {
		return eachFrame(ctx, path, func(m *gocv.Mat, frame int, _ float64) error { return use(frame, m) })
	}
	m, err := readImage(path)
	if err != nil {
		return err
	}
	defer m.Close()
	return use(-1, &m)
}
