// Package drive runs the whole pipeline on one machine for somebody who looks on: the real daemons as separate processes,
// under a prefix of their own and never with a hardware actuator, driven by the simulator or by a recording.
//
//	Plan      what each daemon is told (plan.go)
//	family    the processes: started, started again when they die, stopped (family.go, child.go)
//	companion the viewer beside them, which nothing depends on (companion.go)
//	watcher   what they pass to each other, from the segments (watcher.go)
//	recorder  frames with the lanes found in them: a few stills, or a video (recorder.go)
//	Summary   what came of it, in words and as a picture (summary.go, picture.go)
package drive
