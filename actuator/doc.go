// Package actuator turns commands into movement. An [Actuator] is opened by its name with [New]; [Names] lists them:
//
//	dry-run   moves nothing and remembers what it was told
//	sim       the simulated vehicle, which reads the commands from their segment itself
//
// Whatever is wrong with a command, an actuator falls to neutral: no throttle, wheels straight. Every actuator passes the
// conformance suite in actuatortest.
package actuator
