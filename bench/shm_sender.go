package bench

import "lanekeeper/shm"

// shmSender publishes through a segment.
type shmSender struct {
	writer  *shm.Writer
	figure  Figure
	message message
	fill    func([]byte) (int, error)
}

func newShmSender(j job) (*shmSender, error) {
	w, err := shm.Create(shm.WriterOptions{
		Dir: j.Dir, Prefix: j.Prefix, Name: segmentName, Slots: segmentSlots, PayloadBytes: j.Step.PayloadBytes,
	})
	if err != nil {
		return nil, err
	}
	s := &shmSender{writer: w, figure: j.Step.Figure}
	s.fill = func(to []byte) (int, error) {
		if s.figure == Delivery {
			return copy(to, s.message.payload()), nil
		}
		return len(to), nil
	}
	return s, nil
}

func (s *shmSender) send(m message) error {
	if s.figure == Write {
		return s.writer.Write(m.payload())
	}
	s.message = m
	return s.writer.WriteFunc(s.fill)
}

func (s *shmSender) close() { _ = s.writer.Close() }
