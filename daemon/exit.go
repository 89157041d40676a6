package daemon

import "errors"

// Exit codes. A unit does not restart a daemon that ended with ExitConfig (RestartPreventExitStatus=78): nothing changes
// until somebody mends the file.
const (
	ExitOK      = 0
	ExitFailure = 1
	ExitUsage   = 2  // a command line that makes no sense
	ExitConfig  = 78 // EX_CONFIG of sysexits.h
)

// UsageError is a command line, or a request, that makes no sense.
type UsageError struct {
	Err error
}

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *UsageError) Unwrap() error { return e.Err }

// ExitCode is the exit code that an error stands for.
func ExitCode(err error) int {
	var usage *UsageError
	var config *ConfigError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &config):
		return ExitConfig
	}
	return ExitFailure
}
