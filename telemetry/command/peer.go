package command

import "lanekeeper/telemetry"

// Peer is who sent a request.
type Peer struct {
	Connection string // tells connections apart, those of different sockets too
	Name       string // of the key that the connection showed, as it is authorised on the vehicle
	May        string // telemetry.MayView or MayOperate
}

// Local is a user of this machine, whom the socket's file mode has let in.
func Local(connection string) Peer {
	return Peer{Connection: connection, Name: "local", May: telemetry.MayOperate}
}
