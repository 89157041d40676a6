package doctor

import (
	"io"
	"os"
	"strings"
)

// The systems that Lanekeeper is made for.
const reference = "Debian 12 or Raspberry Pi OS 12 (64-bit), or Ubuntu 22.04 (JetPack 6)"

// checkSystem looks at the programs' word size and the system's release.
func checkSystem(s *System) []Finding {
	// A 64-bit kernel may carry a 32-bit system, as it did on Raspberry Pi OS 11 and 12: its programs tell.
	if s.wordSize("/bin/sh") == 32 || s.Arch != "arm64" && s.Arch != "amd64" {
		return []Finding{fail("install the 64-bit Raspberry Pi OS 12; a 64-bit kernel alone is not enough",
			"unsupported architecture: a 64-bit system (amd64 or arm64) is needed")}
	}
	release := s.release()
	name := release["PRETTY_NAME"]
	if name == "" {
		return []Finding{skip("not checked: /etc/os-release does not name this system")}
	}
	board := ""
	if model := s.model(); model != "" {
		board = ", " + model
	}
	if jetpack := s.jetpack(); jetpack != "" {
		board += ", " + jetpack
	}
	switch release["ID"] + " " + release["VERSION_ID"] {
	case "debian 12", "ubuntu 22.04":
		return []Finding{okay("%s, 64-bit %s%s", name, s.Arch, board)}
	}
	return []Finding{warn("use "+reference+"; elsewhere build from source: make deps build test",
		"%s, 64-bit %s%s: not a system that Lanekeeper is tested on", name, s.Arch, board)}
}

// wordSize is that of a program by its ELF header (elf(5)), 0 when it cannot be told.
func (s *System) wordSize(program string) int {
	f, err := os.Open(s.path(program))
	if err != nil {
		return 0
	}
	defer f.Close()
	head := make([]byte, 5)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:4]) != "\x7fELF" {
		return 0
	}
	return map[byte]int{1: 32, 2: 64}[head[4]]
}

// release are the assignments of os-release(5).
func (s *System) release() map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(s.value("/etc/os-release")) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			found[key] = strings.Trim(value, `"'`)
		}
	}
	return found
}

// jetpack names the JetPack of a Jetson, whose first line is like "# R36 (release), REVISION: 3.0, …".
func (s *System) jetpack() string {
	text, ok := strings.CutPrefix(s.value("/etc/nv_tegra_release"), "# R")
	if !ok {
		return ""
	}
	number, _, _ := strings.Cut(text, " ")
	if jetpack, ok := map[string]string{"32": "4", "35": "5", "36": "6"}[number]; ok {
		return "JetPack " + jetpack
	}
	return "Jetson Linux " + number
}
