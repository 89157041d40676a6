package main

import (
	"testing"

	"lanekeeper/daemon/daemontest"
)

func TestShippedConfiguration(t *testing.T) { daemontest.ShippedConfiguration(t, program()) }
