package viewer

import "encoding/json"

// Kinds of the text messages between server and page: the key "type" of each.
const (
	TypeHello     = "hello"     // Hello, the first message
	TypeLink      = "link"      // Link: when it changes, and once a second while it is not live
	TypeLane      = "lane"      // Told, data is a telemetry.LaneFound
	TypeControl   = "control"   // Told, data is a telemetry.Control
	TypeStatus    = "status"    // Told, data is a telemetry.Status
	TypeEvent     = "event"     // Told, data is a telemetry.Event
	TypeStats     = "stats"     // Stats, once a second
	TypeRecording = "recording" // Recording: when it changes, and once a second while it is on
	TypeEnded     = "ended"     // Ended, to the page that it is about

	TypeAck  = "ack"  // Said by the page: the frame seq is drawn. While two are due for long, neither frames nor lane and control are sent
	TypeKeep = "keep" // Said by the page: it is there and holds control
)

// States of a Link.
const (
	LinkConnecting = "connecting" // nothing has come yet
	LinkLive       = "live"
	LinkSilent     = "silent" // nothing comes any more
	LinkLost       = "lost"   // the connection has gone; it is tried again
)

// How well the vehicle's clock is known to the viewer.
const (
	ClockExact     = "exact"     // the vehicle is this machine: its clock is ours
	ClockEstimated = "estimated" // from the fastest message seen; ages are too small by that message's delay
)

// Headers of the page's requests.
const (
	TokenHeader = "X-Lanekeeper-Token" // of every one; the value is in the page's <meta name="lanekeeper-token">
	PageHeader  = "X-Lanekeeper-Page"  // of commands: Hello.Page. Without it, take, give and what another page's control forbids are refused
)

// Hello opens the stream of a page.
type Hello struct {
	Type     string    `json:"type"`
	Version  string    `json:"version"`
	Page     string    `json:"page"` // who this page is; it goes with its requests as the header PageHeader
	Vehicles []Vehicle `json:"vehicles"`
}

// Vehicle is one that the viewer was started for. Its ID, from 0, is what other messages and paths call it by.
type Vehicle struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Commands bool   `json:"commands"` // it can be given commands
	Record   bool   `json:"record"`   // it can be recorded
}

// Link tells how the connection to a vehicle is.
type Link struct {
	Type    string  `json:"type"`
	Vehicle int     `json:"vehicle"`
	State   string  `json:"state"`
	Text    string  `json:"text"`    // for people: what is the matter
	SinceS  float64 `json:"since_s"` // how long it has been so, s
}

// Told passes on what a vehicle sent on one of its topics.
type Told struct {
	Type    string          `json:"type"`
	Vehicle int             `json:"vehicle"`
	AgeMs   *float64        `json:"age_ms"`   // from the capture of the frame (status, event: from sending) to now; null unknown
	DelayMs *float64        `json:"delay_ms"` // from the vehicle's sending to now; null unknown
	Clock   string          `json:"clock"`    // exact or estimated; empty unknown
	Data    json.RawMessage `json:"data"`
}

// Stats tell how a vehicle's stream does, as the viewer receives it.
type Stats struct {
	Type       string   `json:"type"`
	Vehicle    int      `json:"vehicle"`
	FPS        float64  `json:"fps"`
	Frames     uint64   `json:"frames"`
	Dropped    uint64   `json:"dropped"` // sent by the vehicle, or received here, and never shown on this page
	BytesPerS  float64  `json:"bytes_per_s"`
	DelayP50Ms *float64 `json:"delay_p50_ms"` // of the last seconds; null unknown
	DelayP99Ms *float64 `json:"delay_p99_ms"`
}

// Recording tells about a vehicle's recording.
type Recording struct {
	Type    string `json:"type"`
	Vehicle int    `json:"vehicle"`
	Path    string `json:"path"`    // of the file; empty when there was none
	Bytes   int64  `json:"bytes"`   // written so far
	Dropped uint64 `json:"dropped"` // messages that the disk was too slow for
	On      bool   `json:"on"`
	Error   string `json:"error"` // why it ended; empty when it was asked to, or is on
}

// Ended tells a page that it has lost control of a vehicle: the vehicle has ended it, or the page was silent for too long.
type Ended struct {
	Type    string `json:"type"`
	Vehicle int    `json:"vehicle"`
}

// FrameHeader goes before a frame's JPEG picture in a binary message: the length of the header's JSON as a little-endian u32,
// the JSON, the picture.
type FrameHeader struct {
	Vehicle    int      `json:"vehicle"`
	Seq        uint64   `json:"seq"` // of this vehicle on this page; what the page acknowledges
	FrameID    int64    `json:"frame_id"`
	Width      int      `json:"width"`  // px, of the JPEG picture
	Height     int      `json:"height"` // px
	TimestampS float64  `json:"timestamp_s"`
	AgeMs      *float64 `json:"age_ms"`
	DelayMs    *float64 `json:"delay_ms"`
}

// Said is what a page sends on its stream.
type Said struct {
	Type    string `json:"type"`
	Vehicle int    `json:"vehicle"`
	Seq     uint64 `json:"seq,omitempty"` // ack
}

// CommandResult answers a POST to /api/vehicles/{id}/commands/{command}, whose body is the command's args: of set a
// telemetry.Setting, of the others none. Its status is 200 also when vehicle or viewer refused, or nobody answered: error says why.
// GET /api/vehicles/{id}/params answers []telemetry.Param.
type CommandResult struct {
	OK     bool            `json:"ok"`
	Error  string          `json:"error"`
	Result json.RawMessage `json:"result"`
}

// RecordingOrder is the body of a POST to /api/vehicles/{id}/recording.
type RecordingOrder struct {
	On bool `json:"on"`
}

// Noticed is the kind of an event that the viewer itself has seen, such as that a daemon has started again. Its id is 0.
const Noticed = "viewer"
