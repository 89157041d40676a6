package telemetry

// The topics, each the first part of its messages.
const (
	TopicFrame     = "frame"     // Frame, and a JPEG picture as the third part
	TopicDetection = "detection" // Detection
	TopicState     = "state"     // State
	TopicLane      = "lane"      // LaneFound
	TopicStatus    = "status"    // Status
	TopicControl   = "control"   // Control
	TopicEvent     = "event"     // Event
)

// StrictTopics are those that clients of the predecessor read. They alone are ever sent in clear beyond the vehicle.
func StrictTopics() []string { return []string{TopicFrame, TopicDetection, TopicState} }
