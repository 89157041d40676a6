package bench

// sender is the writer's end of a transport.
type sender interface {
	// send takes the stamp and publishes m to all readers. What it does with the payload depends on the figure.
	send(m message) error
	close()
}

// receiver is a reader's end of a transport.
type receiver interface {
	// receive waits for the next record and returns its one-way time, and for the figure delivery the sum of its bytes.
	receive() (oneWayNs int64, sum uint64, err error)
	close()
}
