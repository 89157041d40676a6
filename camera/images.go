package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// images plays the JPEG and PNG images of a folder in the natural order of their names.
type images struct {
	config  Config
	clock   clock
	names   []string
	convert *converter
	frame   gocv.Mat // the image grabbed
	pace    pacer
	next    int   // index into names
	shown   int64 // images shown since the folder began
	looped  bool
	stamp   stamp
	to      Format
}

// defaultImageFPS is the rate of a folder whose rate is not configured.
const defaultImageFPS = 30

func openImages(c Config, k clock) (Source, error) {
	s := &images{config: c, clock: k, pace: pacer{asap: c.Pacing == PacingASAP, now: k.monotonicNs}}
	if err := s.list(); err != nil {
		return nil, err
	}
	width, height, err := s.firstSize()
	if err != nil {
		return nil, err
	}
	fps := c.FPS
	if fps == 0 {
		fps = defaultImageFPS
	}
	origin := fmt.Sprintf("%s (%d images, the first %d×%d)", c.Path, len(s.names), width, height)
	if s.to, err = c.target(width, height, fps, origin); err != nil {
		return nil, err
	}
	s.pace.fps = fps
	s.convert, s.frame = newConverter(s.to, c.Rotate), gocv.NewMat()
	return s, nil
}

// list reads the names of the images.
func (s *images) list() error {
	entries, err := os.ReadDir(s.config.Path)
	if err != nil {
		return fmt.Errorf("opening the folder of images: %w", err)
	}
	s.names = nil
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".jpg", ".jpeg", ".png":
			if !e.IsDir() {
				s.names = append(s.names, e.Name())
			}
		}
	}
	if len(s.names) == 0 {
		return fmt.Errorf("opening the folder of images: none in %s: files named .jpg, .jpeg or .png expected, %d other entries found",
			s.config.Path, len(entries))
	}
	slices.SortFunc(s.names, naturalCompare)
	return nil
}

// firstSize is the size of the first image that can be read.
func (s *images) firstSize() (width, height int, err error) {
	for _, name := range s.names {
		m, decodeErr := s.decode(name)
		if decodeErr != nil {
			err = errors.Join(err, decodeErr)
			continue
		}
		defer m.Close()
		return m.Cols(), m.Rows(), nil
	}
	return 0, 0, fmt.Errorf("opening the folder of images: none of %d can be read: %w", len(s.names), err)
}

func (s *images) decode(name string) (gocv.Mat, error) {
	path := filepath.Join(s.config.Path, name)
	data, err := os.ReadFile(path)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("reading an image: %w: %w", err, ErrDamaged)
	}
	m, err := decodeImage(data, gocv.IMReadColor)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return m, nil
}

func (s *images) Format() Format { return s.to }

func (s *images) Lost() uint64 { return 0 }

func (s *images) Grab(ctx context.Context) error {
	if s.convert == nil {
		return fmt.Errorf("reading images from %s: %w", s.config.Path, os.ErrClosed)
	}
	if s.next == len(s.names) {
		if err := s.again(); err != nil {
			return err
		}
	}
	m, err := s.decode(s.names[s.next])
	s.next++
	if err != nil {
		return err
	}
	if err := s.frame.Close(); err != nil {
		return err
	}
	s.frame = m
	position := int64(float64(s.shown)/s.to.FPS*1e9 + 0.5)
	s.shown++
	s.stamp.flags = 0
	if s.looped {
		s.pace.restart(s.stamp.sourceNs-position, int64(1e9/s.to.FPS))
		s.stamp.flags, s.looped = msg.FrameLoopStart, false
	}
	if err := s.pace.wait(ctx, position); err != nil {
		return fmt.Errorf("reading images from %s: %w", s.config.Path, err)
	}
	s.stamp.sourceNs, s.stamp.captureNs = position, s.clock.monotonicNs()
	return nil
}

// again begins anew after the last image, with the images that are there now, or says that this was the end.
func (s *images) again() error {
	if s.shown == 0 {
		return fmt.Errorf("reading images from %s: none of %d can be read", s.config.Path, len(s.names))
	}
	if !s.config.Loop {
		return fmt.Errorf("reading images from %s: %w", s.config.Path, io.EOF)
	}
	if err := s.list(); err != nil {
		return err
	}
	s.next, s.shown, s.looped = 0, 0, true
	return nil
}

func (s *images) Retrieve(h *msg.FrameHeader, dst []byte) error {
	p, err := matPicture(&s.frame)
	if err == nil {
		err = s.convert.write(p, h, dst)
	}
	if err != nil {
		return fmt.Errorf("reading images from %s: %w", s.config.Path, err)
	}
	s.stamp.write(h, s.clock)
	return nil
}

func (s *images) Close() error {
	if s.convert == nil {
		return nil
	}
	err := errors.Join(s.convert.close(), s.frame.Close())
	s.convert = nil
	return err
}
