package drive

import (
	"image"
	"time"
)

// albumSize is the most pictures that an album keeps.
const albumSize = 12

// album keeps a few pictures spread over a drive of unknown length: when it is full it drops every other one and takes them half as
// often from then on.
type album struct {
	every  time.Duration
	nextNs int64
	kept   []image.Image
}

// wants tells whether a picture is due, and takes note that one is on its way.
func (a *album) wants(sourceNs int64) bool {
	if a.every == 0 {
		a.every, a.nextNs = time.Second, sourceNs+int64(time.Second)
	}
	if sourceNs < a.nextNs {
		return false
	}
	a.nextNs = sourceNs + int64(a.every)
	return true
}

// add keeps a picture.
func (a *album) add(s *shot) {
	picture, err := s.bgr.ToImage()
	if err != nil {
		return // an 8-bit picture of three channels always converts
	}
	if len(a.kept) == albumSize {
		for i := range albumSize / 2 {
			a.kept[i] = a.kept[2*i+1]
		}
		a.kept = a.kept[:albumSize/2]
		a.every *= 2
	}
	a.kept = append(a.kept, picture)
}

func (a *album) pictures() []image.Image { return a.kept }
