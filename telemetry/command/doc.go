// Package command is how a laptop gives a vehicle commands, as package telemetry spells them: the side of the vehicle, which
// says who may do what and refuses replays, and the side of the laptop.
//
// [Handler] decides about each request, and knows no socket. [Server] brings it requests from ZeroMQ ROUTER sockets; what it
// allows it asks of a [Vehicle]: the [Daemons] of this machine, over their control sockets. [Client] is the other end.
package command
