package inspect

import "lanekeeper/msg"

// known is a daemon of Lanekeeper's.
type known struct {
	name string
	// segment is the one that, unless it was renamed, this daemon and no other program writes; empty when others write it too.
	segment string
}

// knownDaemons are in the order of the data path.
func knownDaemons() []known {
	return []known{
		{name: "camerad"}, // camera_feed is written by whatever is the camera
		{name: "lane-sim"},
		{name: "lane-detectd", segment: msg.DetectionResults},
		knownControld(),
	}
}

// knownControld is the one daemon that takes orders.
func knownControld() known { return known{name: "controld", segment: msg.ControlCommands} }
