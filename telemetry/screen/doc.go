// Package screen shows a vehicle's telemetry as text: what a terminal has room for of what the page shows.
package screen
