package sender

import "strings"

// State is how a daemon's telemetry does, as its /status tells.
type State struct {
	Endpoint  string   `json:"endpoint"` // of the stream
	Serving   bool     `json:"serving"`  // the stream is offered
	Encrypted bool     `json:"encrypted"`
	Commands  []string `json:"commands,omitempty"` // where commands are taken
	Viewers   int      `json:"viewers"`
	RateHz    float64  `json:"rate_hz"`
	EncodeMs  float64  `json:"encode_ms"`
	Sent      uint64   `json:"sent"`    // messages
	Unsent    uint64   `json:"unsent"`  // frames that could not be made into pictures
	Refused   uint64   `json:"refused"` // connections of unknown keys, by the child that runs now
	Restarts  uint64   `json:"restarts"`
	PID       int      `json:"pid"`               // of the child; 0 while there is none
	Trouble   string   `json:"trouble,omitempty"` // why something is not offered
}

// offers puts the endpoints' states into s.
func (s *State) offers(list []offerState) {
	var trouble []string
	s.Serving, s.Encrypted, s.Commands = false, false, nil
	for _, o := range list {
		switch {
		case o.Trouble != "":
			trouble = append(trouble, o.Trouble)
		case o.Address == "": // not tried yet
		case o.Name == "stream":
			s.Endpoint, s.Serving, s.Encrypted = o.Address, true, o.Encrypted
		default:
			s.Commands = append(s.Commands, o.Address)
		}
	}
	s.Trouble = strings.Join(trouble, "; ")
}
