// Package control turns lane detections into commands: msg.Detection + time → msg.Command. It is pure arithmetic, with no
// clock, input, output, log or goroutine of its own; the same inputs give the same commands, bit for bit.
//
//	detection ──▶ tracker ──▶ Lane ──▶ steering ──▶ throttle ──▶ command
//	    │                                               ▲
//	    └──────▶ gate: armed? alive, fresh, changing, rate, valid? ┘
//
// # Steering
//
// Both lines, each moved sideways by half a lane width, are evidence of one lane centre; a circle c(x) is fitted to them
// in the vehicle frame (x forward from the rear axle, y left). With L the lookahead and κ the lane's curvature
//
//	e = c(L) − arc(κ, L)             error at the lookahead: about −(offset + L·heading)
//	u = κ + 2/L² · (kp·e + ki·∫e dt + kd·de/dt)   curvature to drive
//	steering = −atan(wheelbase·u) / max angle     right is positive
//
// arc(κ, L) = κL²/(1 + √(1 − κ²L²)) is how far an arc of curvature κ has turned aside at L. The error at a lookahead and the
// curvature feed-forward are those of Rajamani, Vehicle Dynamics and Control, 2nd ed. (2012), chapters 2.2 and 3. Dividing by
// L²/2 gives the gains a meaning that no vehicle changes: kp = 1 is pure pursuit (Coulter, CMU-RI-TR-92-01, 1992), and
// the vehicle answers like a second-order system over distance of natural frequency √(2·kp)/L and damping √(kp/2). The
// integral is clamped and stops while the wheels are at their limit; the derivative is filtered; both as in Åström and
// Murray, Feedback Systems, 2nd ed. (2021), chapter 11.
//
// The dynamics run on the source's own time (msg.Detection.SourceNs), so that a recording or a lock-step simulation
// repeats exactly. Ticks between detections move nothing: they only let the gate look at the clock. While no line can be
// believed the vehicle follows the last curvature, for the time and distance allowed, and then stops.
//
// # Safety gate
//
//	standby  ─ Arm, inputs good ─▶ active ◀──▶ degraded (lane lost for a moment, little confidence, one line)
//	   ▲                             │  ▲
//	   └── failing for rearm_after ─ stopped ─ recover_count good detections in a row
//
// A controller starts disarmed. Any failing check stops the vehicle in that very Step: throttle 0, wheels straight, the
// configured brake. Wheels go straight rather than hold because that is what every consumer does with a command that has
// expired: there is one neutral, whoever notices first. Short failures recover by themselves; one that lasts disarms. An
// emergency stop, Disarm and Shutdown never recover by themselves.
//
// # People at a distance
//
// A pause stops an armed vehicle until somebody resumes. One operator at a time may take control, and must then be heard of
// again and again: silence past link_timeout is a lost link, and stops the vehicle until somebody resumes, who may well be
// another. While one has control, the others may pause and nothing else. Either stop disarms when it lasts past pause_limit.
// Whoever is at the vehicle has the last word: arming ends a pause and a lost link, disarming and an emergency stop
// end control as well. All of it goes by CLOCK_MONOTONIC, in lock-step too.
package control
