package doctor

import (
	"fmt"
	"strconv"
	"strings"
)

const cpuDir = "/sys/devices/system/cpu"

// checkCPU looks at how many processors there are, and at how fast they may run.
func checkCPU(s *System) []Finding {
	online, err := s.read(cpuDir + "/online")
	if err != nil {
		return []Finding{unseen(err)}
	}
	n := count(online)
	var found []Finding
	if n == 1 {
		found = append(found, warn("use a board with several, such as a Raspberry Pi 3 or newer",
			"1 processor: camera, detection and control wait for each other"))
	}
	governor := "frequency not set here"
	for _, policy := range s.glob(cpuDir + "/cpufreq/policy[0-9]*") {
		governor = s.value(policy + "/scaling_governor")
		// Those two drivers call powersave what elsewhere is schedutil (admin-guide/pm/intel_pstate.rst).
		driver := s.value(policy + "/scaling_driver")
		itself := driver == "intel_pstate" || driver == "amd-pstate-epp"
		if governor == "powersave" && !itself {
			found = append(found, warn("echo performance | sudo tee "+cpuDir+"/cpufreq/policy*/scaling_governor",
				"governor powersave: the processors stay at their lowest frequency"))
			break
		}
	}
	for _, policy := range s.glob(cpuDir + "/cpufreq/policy[0-9]*") {
		most, may := s.kHz(policy+"/cpuinfo_max_freq"), s.kHz(policy+"/scaling_max_freq")
		if may > 0 && may < most {
			found = append(found, warn(
				fmt.Sprintf("cool it; if it is not hot: echo %d | sudo tee %s/cpufreq/policy*/scaling_max_freq", most, cpuDir),
				"held at %d of %d MHz", may/1000, most/1000))
			break
		}
	}
	if len(found) == 0 {
		found = append(found, okay("%d processors, %s", n, governor))
	}
	return found
}

func (s *System) kHz(file string) int {
	n, _ := strconv.Atoi(s.value(file)) // 0 when there is none
	return n
}

// count is how many numbers a list such as 0-3,5 has.
func count(list string) int {
	n := 0
	for part := range strings.SplitSeq(list, ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(last)
		if errA == nil && errB == nil && b >= a {
			n += b - a + 1
		}
	}
	return n
}
