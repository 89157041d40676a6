package daemon

// Status is the answer of /status.
type Status struct {
	Name       string  `json:"name"`
	Version    string  `json:"version"`
	PID        int     `json:"pid"`
	Prefix     string  `json:"prefix,omitempty"`
	UptimeS    float64 `json:"uptime_s"`
	Line       string  `json:"line"`        // as systemctl status shows it
	LogDropped uint64  `json:"log_dropped"` // log entries lost because nobody took them
	// Detail is the daemon's own, from OnStatus. A client puts a pointer there before it asks, to have it decoded.
	Detail any `json:"detail,omitempty"`
}
