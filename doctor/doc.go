// Package doctor checks what usually goes wrong on a vehicle, and says how to mend each. It starts nothing, wakes no daemon,
// changes nothing and needs no root: what it may not see is among its findings, as not checked.
//
//	Gather    this machine as a [System]: where its files are, and values for what no file tells
//	Examine   a System as a [Report] of findings, each ok, warn, fail or skip
//
// Each check is a function of a System in a file of its own; checks lists them. A check reads files below System.Root and
// the System's values, and nothing else, so that a test can show it any machine.
package doctor
