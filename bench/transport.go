package bench

// Transport is a way from one process to another.
type Transport string

// The transports; the package comment describes them.
const (
	SharedMemory Transport = "shm"
	Limit        Transport = "limit"
	UnixSocket   Transport = "unix"
	ZeroMQ       Transport = "zmq"
)

func transports() []Transport { return []Transport{SharedMemory, Limit, UnixSocket, ZeroMQ} }
