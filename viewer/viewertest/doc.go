// Package viewertest plays a vehicle to the viewer: a road that is drawn, lanes that are known, commands that are carried out. It is
// for tests, and for working on the page:
//
//	go run ./viewer/viewertest/play
package viewertest
