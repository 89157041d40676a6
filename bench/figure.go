package bench

// Figure is what is measured.
type Figure string

// The figures; the package comment defines them.
const (
	Notification Figure = "notification"
	Delivery     Figure = "delivery"
	Write        Figure = "write"
)

func figures() []Figure { return []Figure{Notification, Delivery, Write} }
