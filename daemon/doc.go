// Package daemon is what every daemon needs and none should write twice: its configuration, its logger, its conversation
// with systemd, its control socket, its signals and its exit codes. It knows nothing of what the daemon does.
//
// A daemon is a [Program]: a name, the defaults of its configuration and a Run function. [Program.Main] reads the
// configuration, opens the control socket, calls Run with a [Daemon] and turns its error into an exit code.
//
//	configuration  [Load], [WriteDefaults], [ConfigError]   a struct with tags ← YAML file ← environment ← flags
//	logger         [NewLogger], [Throttle]                  zap to journald or to the console; never waits
//	systemd        [Notifier], [Listen]                     readiness, status, watchdog; socket activation
//	control        [Control], [Get], [Post], [Patch]        HTTP on a unix socket: /status, /metrics, /params, /reload
//
// Nothing that a work loop calls waits: a log entry goes into a bounded queue, a notification into a socket that does
// not block, a metric into an atomic. What finds no room is dropped and counted.
package daemon
