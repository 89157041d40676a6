// Package keys holds who may watch and who may command a vehicle: CURVE key pairs of ZeroMQ, in files.
//
//	server.secret          the vehicle's secret key: mode 0600, the daemons' user alone reads it
//	server.public          its public key, which a laptop is told
//	viewers/NAME.public    the public key of one laptop, and what it may do
//
// A key is 32 bytes in Z85, 40 characters. Whoever holds a secret key is who the vehicle takes it for, so a secret that
// others can read is refused. The package opens no socket.
package keys
