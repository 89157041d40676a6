// Package receiver is a laptop's view of one vehicle: it subscribes to the streams of lane-detectd and controld and tells what
// comes, how old it is, and how the link is. Nothing that comes from the network is trusted: what is too large or malformed is
// counted and dropped. The newest picture wins, none is ever queued.
package receiver
