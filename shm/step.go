package shm

// Step is a point of the protocol at which a test may stop, kill or delay the process.
type Step int

// The steps, in the order in which a record and a segment pass through them.
const (
	StepOdd         Step = iota + 1 // the slot is marked as being written
	StepHalf                        // half of the payload is copied (Write only)
	StepPayload                     // all of it
	StepEven                        // the slot is marked whole
	StepHead                        // head names the record
	StepWake                        // waiters are woken
	StepLocked                      // the lock is held, nothing else done
	StepBuilt                       // the new segment is complete under its building name
	StepRenamed                     // it has its name; the old one is not yet marked closed
	StepReplaced                    // the old one is marked closed
	StepClosed                      // Close: the segment is marked closed
	StepUnlinked                    // Close: the segment's name is gone
	StepLockRemoved                 // Close: the lock file's name is gone, the lock still held
	stepEnd
)
