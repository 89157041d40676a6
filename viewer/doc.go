// Package viewer serves the page on which people watch vehicles, on the machine in front of them.
//
//	wire.go      what server and page say to each other
package viewer
