package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// What differs from run to run in a segment is set to these.
const (
	vectorEpoch     = 0x0123456789abcdef
	vectorPid       = 4711
	vectorCreatedNs = 1_700_000_000_000_000_000
	vectorPublishNs = 1_000_000_000 // of record n: n times this
	vectorSlots     = 4
	vectorRecords   = 5
)

// vector is one segment and what a reader must make of it.
type vector struct {
	File   string        `json:"file"`
	What   string        `json:"what"`
	Result string        `json:"result"` // "record", or why there is none
	Header *vectorHeader `json:"header,omitempty"`
	Record *vectorRecord `json:"record,omitempty"`
}

type vectorHeader struct {
	Kind         uint32 `json:"kind"`
	Slots        uint32 `json:"slots"`
	Stride       uint64 `json:"stride"`
	PayloadBytes uint64 `json:"payload_bytes"`
	Epoch        string `json:"epoch"` // hexadecimal, since JSON's numbers end at 2⁵³
	OwnerPid     uint32 `json:"owner_pid"`
	CreatedNs    string `json:"created_ns"`
}

type vectorRecord struct {
	N         uint64         `json:"n"`
	PublishNs int64          `json:"publish_ns"`
	Length    int            `json:"length"`
	SHA256    string         `json:"sha256"`
	Detection map[string]any `json:"detection"`
}

// vectorDetection is what record n holds.
func vectorDetection(n int64) msg.Detection {
	var d msg.Detection
	d.Clear()
	d.FrameID, d.Timestamp, d.ProcessingTimeMs = 100+n, 1000+float64(n)/4, 1.5
	d.HasLeftLane, d.HasRightLane = 1, int32(n%2)
	d.LeftLane = msg.Lane{X1: 100, Y1: 599, X2: 300 + int32(n), Y2: 310, Confidence: 0.75}
	d.RightLane = msg.Lane{X1: 700, Y1: 599, X2: 500 - int32(n), Y2: 310, Confidence: 0.5}
	d.CaptureNs, d.SourceNs, d.SourceID = n*vectorPublishNs-5_000_000, n*33_000_000, 7
	d.Method, d.Flags, d.Width, d.Height = msg.MethodCV, msg.DetectionUncalibrated, 800, 600
	d.OffsetM, d.HeadingRad, d.LaneWidthM = 0.125*float64(n), -0.0625, 3.5 // the curvature stays unknown
	d.Departure = msg.DepartureNone
	d.Left.Count, d.Left.Confidence = 2, 0.75
	d.Left.Points[0], d.Left.Points[1] = msg.Point{X: 100, Y: 599}, msg.Point{X: float32(300 + n), Y: 310}
	return d
}

// plain is a detection as the vectors' JSON and read.py spell it.
func plain(d msg.Detection) map[string]any {
	known := func(v float64) any {
		if math.IsNaN(v) {
			return nil
		}
		return v
	}
	lane := func(l msg.Lane) []any { return []any{l.X1, l.Y1, l.X2, l.Y2, l.Confidence} }
	return map[string]any{
		"frame_id": d.FrameID, "timestamp": d.Timestamp, "processing_time_ms": d.ProcessingTimeMs,
		"has_left_lane": d.HasLeftLane, "has_right_lane": d.HasRightLane, "ready": d.Ready,
		"left_lane": lane(d.LeftLane), "right_lane": lane(d.RightLane),
		"capture_ns": d.CaptureNs, "source_ns": d.SourceNs, "source_id": d.SourceID, "method": d.Method, "flags": d.Flags,
		"width": d.Width, "height": d.Height, "offset_m": known(d.OffsetM), "heading_rad": known(d.HeadingRad),
		"curvature_per_m": known(d.CurvaturePerM), "lane_width_m": known(d.LaneWidthM), "departure": d.Departure,
	}
}

// vectorSegment has a real writer publish the records, and takes what it wrote before it closes.
func vectorSegment(records int64) (b []byte, err error) {
	dir, err := os.MkdirTemp("", "vectors-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	w, err := shm.Create(shm.WriterOptions{
		Dir: dir, Name: msg.DetectionResults, Kind: msg.KindDetection, Slots: vectorSlots, PayloadBytes: msg.DetectionBytes,
	})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	for n := range records {
		d := vectorDetection(n + 1)
		if err := w.Write(d.Bytes()); err != nil {
			return nil, err
		}
	}
	if b, err = os.ReadFile(w.Path()); err != nil {
		return nil, err
	}
	put(b, "epoch", vectorEpoch)
	put(b, "owner_pid", vectorPid)
	put(b, "created_ns", vectorCreatedNs)
	for n := max(1, records-vectorSlots+1); n <= records; n++ {
		put(b[slotOf(b, n):], "publish_ns", uint64(n*vectorPublishNs))
	}
	return b, nil
}

// slotOf is where record n lies in segment b.
func slotOf(b []byte, n int64) int64 {
	stride := int64(binary.LittleEndian.Uint64(b[field("stride").Offset:]))
	return shm.HeaderBytes + n%vectorSlots*stride
}

func field(name string) shm.Field {
	for _, f := range append(shm.HeaderFields(), shm.SlotFields()...) {
		if f.Name == name {
			return f
		}
	}
	panic("no field " + name)
}

// put sets a field of a header or a slot.
func put(b []byte, name string, v uint64) {
	switch f := field(name); f.Type {
	case "u32":
		binary.LittleEndian.PutUint32(b[f.Offset:], uint32(v))
	case "u64", "i64":
		binary.LittleEndian.PutUint64(b[f.Offset:], v)
	default:
		panic("field " + name + " is no number")
	}
}

// makeVectors makes every vector, and the list of them.
func makeVectors() (map[string][]byte, error) {
	full, err := vectorSegment(vectorRecords)
	if err != nil {
		return nil, err
	}
	empty, err := vectorSegment(0)
	if err != nil {
		return nil, err
	}
	change := func(edit func(b []byte)) []byte {
		b := bytes.Clone(full)
		edit(b)
		return b
	}
	next := vectorRecords + 1
	files, list := map[string][]byte{}, []vector{}
	for _, v := range []struct {
		name, what, result string
		content            []byte
	}{
		{"wrapped", "five records in four slots: the newest has overwritten the first", "record", full},
		{"writing", "the sixth record is half written: the fifth is the newest still", "record", change(func(b []byte) {
			slot := b[slotOf(b, int64(next)):]
			put(slot, "seq", uint64(2*next-1))
			copy(slot[shm.SlotHeaderBytes:], "half of a record")
		})},
		{"long", "a length beyond the slot, as a torn one may be: held to the payload's capacity", "record", change(func(b []byte) {
			put(b[slotOf(b, vectorRecords):], "length", 1<<40)
		})},
		{"empty", "nothing was written yet", "no record", empty},
		{"closed", "the writer has ended", "closed", change(func(b []byte) { put(b, "closed", 1) })},
		{"lapped", "the newest record's slot holds another: it was overwritten since head was stored", "overrun", change(func(b []byte) {
			put(b[slotOf(b, vectorRecords):], "seq", 2*(vectorRecords+vectorSlots)-1)
		})},
		{"newer", "another layout version", "version", change(func(b []byte) { put(b, "version", shm.Version+1) })},
		{"foreign", "another magic", "foreign", change(func(b []byte) { b[0] = 'l' })},
		{"short", "the last slot is cut off", "truncated", full[:slotOf(full, 3)]},
	} {
		entry := vector{File: v.name + ".bin", What: v.what, Result: v.result}
		if v.result == "record" {
			entry.Header, entry.Record = expectedHeader(full), expectedRecord(vectorRecords)
		}
		files[entry.File] = v.content
		list = append(list, entry)
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return nil, err
	}
	files["vectors.json"] = append(text, '\n')
	return files, nil
}

func expectedHeader(b []byte) *vectorHeader {
	return &vectorHeader{
		Kind: msg.KindDetection, Slots: vectorSlots, Stride: uint64(len(b)-shm.HeaderBytes) / vectorSlots, PayloadBytes: msg.DetectionBytes,
		Epoch: fmt.Sprintf("%016x", uint64(vectorEpoch)), OwnerPid: vectorPid, CreatedNs: fmt.Sprint(int64(vectorCreatedNs)),
	}
}

func expectedRecord(n int64) *vectorRecord {
	d := vectorDetection(n)
	sum := sha256.Sum256(d.Bytes())
	return &vectorRecord{
		N: uint64(n), PublishNs: n * vectorPublishNs, Length: msg.DetectionBytes, SHA256: hex.EncodeToString(sum[:]), Detection: plain(d),
	}
}
