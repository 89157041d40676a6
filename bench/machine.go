package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Machine is what the figures were measured on.
type Machine struct {
	Model  string // of the CPU or the board
	CPUs   int    // that this process may use
	Kernel string
	Go     string
	Load   string // average over a minute, when the measurement began
}

func (m Machine) String() string {
	return fmt.Sprintf("%s, %s, %s, %s, load %s at the start", m.Model, plural(m.CPUs, "CPU"), m.Kernel, m.Go, m.Load)
}

func thisMachine() Machine {
	m := Machine{Model: runtime.GOARCH, CPUs: len(allowedCPUs()), Kernel: "unknown kernel", Go: runtime.Version(), Load: "unknown"}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if name := modelName(info); name != "" {
			m.Model = name
		}
	}
	if board, err := os.ReadFile("/proc/device-tree/model"); err == nil { // Raspberry Pi, Jetson
		m.Model = strings.TrimRight(string(board), "\x00\n")
	}
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		m.Kernel = fmt.Sprintf("%s %s %s", cString(u.Sysname[:]), cString(u.Release[:]), cString(u.Machine[:]))
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(load), " ")
	}
	return m
}

// modelName finds the CPU's name in the text of /proc/cpuinfo.
func modelName(info []byte) string {
	for s := bufio.NewScanner(bytes.NewReader(info)); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func cString(b []byte) string {
	s, _, _ := bytes.Cut(b, []byte{0})
	return string(s)
}

// allowedCPUs lists the CPUs that this process may use; one, 0, when the kernel does not say.
func allowedCPUs() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return []int{0}
	}
	var cpus []int
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}
