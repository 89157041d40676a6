package receiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"lanekeeper/telemetry"
)

// Limits of what is believed to be a message.
const (
	mostJSON   = 256 << 10 // bytes
	mostJPEG   = 8 << 20   // bytes
	mostPixels = 8192      // a side of a picture
	mostPoints = 256       // of a line
	mostText   = 4096      // bytes
)

var errMalformed = errors.New("not what it should be")

// parse reads a message of a stream. It gives a picture or a message, with no times yet.
func parse(name string, topics []string, parts [][]byte) (*Picture, *Message, error) {
	// What is passed on as it came must be text: a browser ends a connection that brings another.
	if len(parts) < 2 || len(parts[1]) > mostJSON || !slices.Contains(topics, string(parts[0])) || !utf8.Valid(parts[1]) {
		return nil, nil, errMalformed
	}
	m := &Message{Daemon: name, Topic: string(parts[0]), Data: parts[1]}
	if m.Topic == telemetry.TopicFrame {
		p, err := parsePicture(parts)
		return p, nil, err
	}
	if len(parts) != 2 {
		return nil, nil, errMalformed
	}
	return nil, m, m.parse()
}

func parsePicture(parts [][]byte) (*Picture, error) {
	p := &Picture{}
	if len(parts) != 3 {
		return nil, errMalformed
	}
	if err := json.Unmarshal(parts[1], &p.Frame); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	p.Data, p.JPEG = parts[1], parts[2]
	size := len(p.JPEG)
	if size != p.JPEGSize || size > mostJPEG || !bytes.HasPrefix(p.JPEG, []byte{0xff, 0xd8}) || p.FrameID < 0 ||
		p.Width < 1 || p.Width > mostPixels || p.Height < 1 || p.Height > mostPixels {
		return nil, errMalformed
	}
	return p, nil
}

func (m *Message) parse() error {
	var v any
	switch m.Topic {
	case telemetry.TopicLane:
		m.Lane = &telemetry.LaneFound{}
		v = m.Lane
	case telemetry.TopicControl:
		m.Control = &telemetry.Control{}
		v = m.Control
	case telemetry.TopicStatus:
		m.Status = &telemetry.Status{}
		v = m.Status
	case telemetry.TopicEvent:
		m.Event = &telemetry.Event{}
		v = m.Event
	case telemetry.TopicDetection:
		m.Detection = &telemetry.Detection{}
		v = m.Detection
	default:
		m.State = &telemetry.State{}
		v = m.State
	}
	if !bytes.HasPrefix(bytes.TrimLeft(m.Data, " \t\r\n"), []byte("{")) {
		return errMalformed // null would do for any
	}
	if err := json.Unmarshal(m.Data, v); err != nil {
		return fmt.Errorf("%w: %w", errMalformed, err)
	}
	if !m.plausible() {
		return errMalformed
	}
	return nil
}

// plausible tells whether a message is as a vehicle can have sent it.
func (m *Message) plausible() bool {
	line := func(l *telemetry.Line) bool {
		return l == nil || l.Points != nil && len(l.Points) <= mostPoints && len(l.Extrapolated) <= mostPoints
	}
	switch {
	case m.Lane != nil:
		l := m.Lane
		return l.CaptureNs >= 0 && l.SentNs > 0 && l.Width >= 0 && l.Width <= mostPixels && l.Height >= 0 && l.Height <= mostPixels &&
			line(l.Left) && line(l.Right)
	case m.Control != nil:
		return m.Control.CaptureNs >= 0 && m.Control.SentNs > 0
	case m.Status != nil:
		return m.Status.SentNs > 0 && m.Status.PID >= 0 && len(m.Status.Line) <= mostText
	case m.Event != nil:
		return m.Event.TimeNs >= 0 && len(m.Event.Text) <= mostText
	}
	return true
}
