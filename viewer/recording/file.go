package recording

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/telemetry"
	"lanekeeper/viewer/mcap"
)

// partSuffix marks a file that is being written.
const partSuffix = ".part"

// imageTopic is where pictures go, in the form that Foxglove shows. What the vehicle says about them goes to /frame.
const imageTopic = "image"

// file is a recording under way.
type file struct {
	path    string // as it is called in the end
	minFree int64
	f       *os.File
	w       *mcap.Writer
	ids     map[string]uint16 // of channels, by topic
	scratch []byte
}

// create begins a file. Two that are begun in the same second get different names.
func create(r *Recorder) (*file, error) {
	const tries = 100
	stem := filepath.Join(r.Dir, r.Name+"-"+time.Now().Format("2006-01-02T150405"))
	for i := range tries {
		path := stem
		if i > 0 {
			path += "-" + strconv.Itoa(i+1)
		}
		path += ".mcap"
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		f, err := os.OpenFile(path+partSuffix, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("beginning a recording: %w; --record-dir FOLDER names another folder", err)
		}
		rec := &file{path: path, minFree: r.MinFree, f: f, ids: map[string]uint16{}}
		err = rec.room()
		if err == nil {
			rec.w, err = mcap.New(f, r.Library)
		}
		if err != nil {
			return nil, fmt.Errorf("beginning a recording: %w", errors.Join(err, f.Close(), os.Remove(f.Name())))
		}
		return rec, nil
	}
	return nil, fmt.Errorf("beginning a recording: %s.mcap and %d more are there already", stem, tries-1)
}

func (f *file) size() int64 { return f.w.Size() }

// room says when the disk is nearly full.
func (f *file) room() error {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f.f.Fd()), &st); err != nil {
		return fmt.Errorf("asking for room on the disk: %w", err)
	}
	if free := int64(st.Bavail) * st.Bsize; free < f.minFree {
		return fmt.Errorf("the disk is nearly full: %d MB are free, and %d MB are left so", free>>20, f.minFree>>20)
	}
	return nil
}

// channel is the id of a topic's channel, declared when it is first needed.
func (f *file) channel(topic string) (uint16, bool) {
	if id, ok := f.ids[topic]; ok {
		return id, true
	}
	kind, ok := kinds()[topic]
	if !ok {
		return 0, false
	}
	id := f.w.Add(mcap.Channel{Topic: "/" + topic, SchemaName: kind.name, Schema: kind.schema})
	f.ids[topic] = id
	return id, true
}

// add records a message; one of an unknown topic is passed over.
func (f *file) add(m Message) error {
	sent := m.SentAt
	if sent.IsZero() {
		sent = m.ReceivedAt
	}
	if err := f.put(m.Topic, m, sent, m.JSON); err != nil || m.Topic != telemetry.TopicFrame {
		return err
	}
	var frame telemetry.Frame
	if json.Unmarshal(m.JSON, &frame) != nil {
		return nil // what the vehicle says of it is kept; it cannot be shown
	}
	s, part := math.Modf(max(0, frame.Timestamp))
	b := fmt.Appendf(f.scratch[:0], `{"timestamp":{"sec":%d,"nsec":%d},"frame_id":"camera","format":"jpeg","data":"`,
		int64(s), int64(part*1e9))
	b = base64.StdEncoding.AppendEncode(b, m.JPEG)
	b = append(b, `"}`...)
	f.scratch = b
	return f.put(imageTopic, m, sent, b)
}

func (f *file) put(topic string, m Message, sent time.Time, data []byte) error {
	id, ok := f.channel(topic)
	if !ok {
		return nil
	}
	return f.w.Write(id, uint64(m.ReceivedAt.UnixNano()), uint64(sent.UnixNano()), data)
}

// flush has the file hold all that was added. It says when the disk is nearly full, too.
func (f *file) flush() error { return errors.Join(f.w.Flush(), f.room()) }

// close makes the file whole and gives it its name.
func (f *file) close() error {
	err := errors.Join(f.w.Close(), f.f.Sync(), f.f.Close())
	return errors.Join(err, os.Rename(f.path+partSuffix, f.path))
}
