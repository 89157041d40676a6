// Package viewer serves the page on which people watch vehicles, on the machine in front of them.
//
//	wire.go      what server and page say to each other
//	source.go    what the server needs of a vehicle
//	vehicle.go   passes on what a vehicle tells to every page; commands from one of them to the vehicle (control.go)
//	outbox.go    what one page has yet to be told: the newest, and never more
//	stream.go    a page's connection
//	server.go    listens; handler.go answers, and turns away what does not come from the page
//
// Web sites can make a browser send requests to this server. So the header Host must be a name that is this server's, Origin
// must be the page's own, and whatever does something needs a token that only the page can read. Nothing grows with a page that is slow,
// hidden or hostile: it is sent the newest of everything, at most two pictures that it has not acknowledged, and only so much of
// the kernel's memory.
package viewer
