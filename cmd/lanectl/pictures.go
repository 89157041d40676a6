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
			if err := ctx.Err(); err != nil {
				return err
			}
			if isVideoName(f) {
				err = eachFrame(ctx, f, use)
			} else {
				err = oneImage(f, use)
			}
			var unread unreadError
			if errors.As(err, &unread) {
				lost(f, unread.error)
				continue
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// unreadError is about a file, not about what was to be done with it.
type unreadError struct{ error }

func oneImage(path string, use func(string, int, *gocv.Mat) error) error {
	m, err := readImage(path)
	if err != nil {
		return unreadError{err}
	}
	defer m.Close()
	return use(path, -1, &m)
}

func eachFrame(ctx context.Context, path string, use func(string, int, *gocv.Mat) error) error {
	in, err := gocv.VideoCaptureFile(path)
	if err != nil {
		return unreadError{errors.New("not a video that OpenCV can read")}
	}
	defer in.Close()
	m := gocv.NewMat()
	defer m.Close()
	i := 0
	for ; in.Read(&m) && !m.Empty(); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := use(fmt.Sprintf("%s #%d", path, i), i, &m); err != nil {
			return err
		}
	}
	if i == 0 {
		return unreadError{errors.New("no frame can be read from it; damaged, cut short or of a codec that OpenCV lacks")}
	}
	return nil
}
