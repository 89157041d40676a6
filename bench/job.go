package bench

// job is what a process is told on its standard input, once for each visit to a cell. It answers with an empty line.
type job struct {
	Member member
	Step   step
	CPU    int    // to bind it to; -1 for none
	Dir    string // of the segment
	Prefix string
}

// Descriptors that a process inherits, after the standard three.
const (
	arenaFd  = 3
	bareFd   = 4
	socketFd = 5 // the writer has one for each reader
)

// segmentName is the name of the segment that is measured.
const segmentName = "records"

// segmentSlots is the number of slots of the segment and of the bare mapping.
const segmentSlots = 4
