package doctor

import "testing"

func TestSystem(t *testing.T) {
	const debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"
	const tooOld = "; elsewhere build from source: make deps build test"
	try(t, checkSystem, []trial{
		{"Raspberry Pi OS 12", with(pi, files{"/etc/os-release": debian, "/bin/sh": "\x7fELF\x02"}), nil,
			[]string{"ok Debian GNU/Linux 12 (bookworm), 64-bit arm64, Raspberry Pi 4 Model B Rev 1.5"}},
		{"a 32-bit system under a 64-bit kernel", with(pi, files{"/etc/os-release": debian, "/bin/sh": "\x7fELF\x01"}), nil,
			[]string{"fail unsupported architecture: a 64-bit system (amd64 or arm64) is needed | " +
				"install the 64-bit Raspberry Pi OS 12; a 64-bit kernel alone is not enough"}},
		{"JetPack 6", files{"/etc/os-release": "PRETTY_NAME=\"Ubuntu 22.04.5 LTS\"\nID=ubuntu\nVERSION_ID=\"22.04\"\n",
			"/etc/nv_tegra_release": "# R36 (release), REVISION: 3.0, GCID: 36\n"}, nil,
			[]string{"ok Ubuntu 22.04.5 LTS, 64-bit arm64, JetPack 6"}},
		{"JetPack 5", files{"/etc/os-release": "PRETTY_NAME=\"Ubuntu 20.04.6 LTS\"\nID=ubuntu\nVERSION_ID=\"20.04\"\n",
			"/etc/nv_tegra_release": "# R35 (release), REVISION: 4.1, GCID: 35\n"}, nil,
			[]string{"warn Ubuntu 20.04.6 LTS, 64-bit arm64, JetPack 5: not a system that Lanekeeper is tested on | use " + reference + tooOld}},
		{"unnamed", files{}, nil, []string{"skip not checked: /etc/os-release does not name this system"}},
		{"another word size", files{"/etc/os-release": debian}, func(s *System) { s.Arch = "riscv64" },
			[]string{"fail unsupported architecture: a 64-bit system (amd64 or arm64) is needed | " +
				"install the 64-bit Raspberry Pi OS 12; a 64-bit kernel alone is not enough"}},
	})
}

func TestKernel(t *testing.T) {
	const file = "/proc/sys/kernel/osrelease"
	const mend = " | sudo apt-get update && sudo apt-get full-upgrade && sudo reboot; or install " + reference
	try(t, checkKernel, []trial{
		{"new", files{file: "6.6.31+rpt-rpi-v8\n"}, nil, []string{"ok Linux 6.6.31+rpt-rpi-v8"}},
		{"the oldest", files{file: "5.10.104-tegra\n"}, nil, []string{"ok Linux 5.10.104-tegra"}},
		{"of the year before", files{file: "5.9.16\n"}, nil, []string{"fail Linux 5.9.16: 5.10 or newer is needed" + mend}},
		{"JetPack 4", files{file: "4.9.253-tegra\n"}, nil, []string{"fail Linux 4.9.253-tegra: 5.10 or newer is needed" + mend}},
		{"strange", files{file: "x\n"}, nil, []string{`skip not checked: "x" is not a kernel's version`}},
		{"unseen", files{}, nil, []string{"skip not checked: open /proc/sys/kernel/osrelease: no such file or directory"}},
	})
}

func TestCPU(t *testing.T) {
	const policy = "/sys/devices/system/cpu/cpufreq/policy0/"
	four := func(governor, driver, may string) files {
		return files{"/sys/devices/system/cpu/online": "0-3\n", policy + "scaling_governor": governor + "\n", policy + "scaling_driver": driver + "\n",
			policy + "cpuinfo_max_freq": "1800000\n", policy + "scaling_max_freq": may + "\n"}
	}
	try(t, checkCPU, []trial{
		{"as it should be", four("schedutil", "cpufreq-dt", "1800000"), nil, []string{"ok 4 processors, schedutil"}},
		{"powersave", four("powersave", "cpufreq-dt", "1800000"), nil, []string{"warn governor powersave: the processors stay at their lowest frequency | " +
			"echo performance | sudo tee /sys/devices/system/cpu/cpufreq/policy*/scaling_governor"}},
		{"what a PC calls powersave", four("powersave", "intel_pstate", "1800000"), nil, []string{"ok 4 processors, powersave"}},
		{"held down", four("ondemand", "cpufreq-dt", "600000"), nil, []string{"warn held at 600 of 1800 MHz | " +
			"cool it; if it is not hot: echo 1800000 | sudo tee /sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq"}},
		{"one", files{"/sys/devices/system/cpu/online": "0\n"}, nil, []string{"warn 1 processor: camera, detection and control wait for each other | " +
			"use a board with several, such as a Raspberry Pi 3 or newer"}},
		{"unset", files{"/sys/devices/system/cpu/online": "0-1,4\n"}, nil, []string{"ok 3 processors, frequency not set here"}},
		{"unseen", files{}, nil, []string{"skip not checked: open /sys/devices/system/cpu/online: no such file or directory"}},
	})
}

func TestPower(t *testing.T) {
	word := func(text string) files {
		return with(pi, files{"/sys/devices/platform/soc/soc:firmware/get_throttled": text + "\n"})
	}
	volt := func(alarm string) files {
		return with(pi, files{"/sys/class/hwmon/hwmon1/name": "rpi_volt\n", "/sys/class/hwmon/hwmon1/in0_lcrit_alarm": alarm + "\n",
			"/sys/class/hwmon/hwmon0/name": "cpu_thermal\n"})
	}
	try(t, checkPower, []trial{
		{"good", word("0"), nil, []string{"ok no undervoltage since the start (get_throttled 0)"}},
		{"too little now", word("50005"), nil, []string{"fail undervoltage now (get_throttled 50005) | " + betterSupply,
			"warn slowed down now (get_throttled 50005) | " + betterCooling}},
		{"too little once", word("10000"), nil, []string{"warn undervoltage since the start (get_throttled 10000) | " + betterSupply}},
		{"hot once", word("0x80000"), nil, []string{"warn slowed down since the start (get_throttled 0x80000) | " + betterCooling}},
		{"the sensor, good", volt("0"), nil, []string{"ok no undervoltage since the start (sensor rpi_volt)"}},
		{"the sensor, bad", volt("1"), nil, []string{"warn undervoltage since the start (sensor rpi_volt) | " + betterSupply}},
		{"silent", pi, nil, []string{"skip not checked: neither get_throttled nor the sensor rpi_volt is there; see: vcgencmd get_throttled"}},
		{"another board", files{}, nil, []string{"skip only a Raspberry Pi tells of its supply"}},
	})
}

func TestTemperature(t *testing.T) {
	zones := func(other string) files {
		return files{"/sys/class/thermal/thermal_zone0/temp": "46250\n", "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
			"/sys/class/thermal/thermal_zone1/temp": other + "\n", "/sys/class/thermal/thermal_zone1/type": "gpu-thermal\n"}
	}
	try(t, checkTemperature, []trial{
		{"cool", zones("41000"), nil, []string{"ok 46 °C (cpu-thermal)"}},
		{"just not hot", zones("79900"), nil, []string{"ok 80 °C (gpu-thermal)"}},
		{"hot", zones("80000"), nil, []string{"warn 80 °C (gpu-thermal): the board slows down | " + betterCooling}},
		{"none", files{}, nil, []string{"skip no thermal zone tells"}},
	})
}
