package receiver

// Options say where a vehicle is and how to be let in.
type Options struct {
	Stream   string // of lane-detectd: tcp://HOST:5557
	Control  string // of controld; empty: Stream's port and one
	Commands string // empty: Stream's port and two where there are keys, else none
	Pictures bool   // subscribe to pictures too

	// Keys in Z85: the vehicle's public one, and this client's own pair. All three, or none for a stream in clear.
	ServerKey, PublicKey, SecretKey string
}

// Handlers are told what comes. They are called from one goroutine, one after the other; those that wait make the receiver
// drop pictures, and in the end messages. Each may be nil.
type Handlers struct {
	Picture func(Picture)
	Message func(Message) // of any other topic
	Link    func(Link)    // when it changes, and each second while it is not live
	Notice  func(Notice)
	Stats   func(Stats) // each second
}
