package doctor

// check looks at one thing. What it finds has no check's name yet.
type check struct {
	name string
	run  func(s *System) []Finding
}

// checks are all of them: the machine, who may use it, its devices, what it can give, and then what runs on it.
func checks() []check {
	return []check{
		{"system", checkSystem},
		{"kernel", checkKernel},
		{"user", checkUser},
		{"groups", checkGroups},
		{"login", checkLogin},
		{"camera", checkCamera},
		{"i2c", checkI2C},
		{"serial", checkSerial},
		{"shared-memory", checkSharedMemory},
		{"memory-limit", checkMemoryLimit},
		{"open-files", checkOpenFiles},
		{"cpu", checkCPU},
		{"power", checkPower},
		{"temperature", checkTemperature},
		{"configuration", checkConfiguration},
		{"units", checkUnits},
		{"daemons", checkDaemons},
		{"versions", checkVersions},
		{"restart", checkRestart},
		{"segments", checkSegments},
		{"run-dir", checkRunDir},
		{"sockets", checkSockets},
		{"emergency-stop", checkEmergencyStop},
	}
}

// Examine runs every check.
func Examine(s System) Report {
	all := []Finding{}
	for _, c := range checks() {
		for _, f := range c.run(&s) {
			f.Check = c.name
			all = append(all, f)
		}
	}
	return newReport(all)
}
