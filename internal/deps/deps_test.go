package deps

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is what the stand-ins of a system answer. A command that is "" is not there.
type machine map[string]string

// debian is a Debian 12 that has all that a build needs, and root. A test takes things away from it.
func debian() machine {
	return machine{
		"getconf":    `echo 64`,
		"dpkg":       `echo amd64`,
		"id":         `echo 0`,
		"go":         `case $2 in GOVERSION) echo go1.99.0 ;; GOTOOLCHAIN) echo auto ;; esac`,
		"g++":        `:`,
		"gcc":        `:`,
		"pkg-config": `:`,
		"sudo":       `echo "sudo $1" >&2; exec "$@"`,
		"apt-cache":  `:`,
		"apt-get":    `echo "apt-get $*" >&2`,
	}
}

// with is the same machine, different in the given commands.
func (m machine) with(commands ...string) machine {
	for i := 0; i < len(commands); i += 2 {
		m[commands[i]] = commands[i+1]
	}
	return m
}

// run runs the script on the machine and returns all that it said, and whether it succeeded.
func (m machine) run(t *testing.T) (said string, ok bool) {
	t.Helper()
	bin := t.TempDir()
	for _, real := range []string{"awk", "dirname", "env", "head", "sort"} {
		path, err := exec.LookPath(real)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, real)); err != nil {
			t.Fatal(err)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range m {
		if script == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!"+bash+"\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), bash, filepath.Join("..", "..", "tools", "deps.sh"), "build")
	cmd.Env = []string{"PATH=" + bin}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return strings.ReplaceAll(out.String(), bin+"/", ""), err == nil
}

const (
	lacksZMQ = "deps: this machine lacks\n" +
		"  libzmq3-dev              ZeroMQ, which telemetry is sent with\n"
	aptOptions  = "apt-get -q -y -o DPkg::Lock::Timeout=300 "
	installZMQ  = aptOptions + "install --no-install-recommends libzmq3-dev\n"
	withoutZMQ  = `[ "$2" != libzmq ]`
	getGo       = "Get Go 1.26.0 or newer from https://go.dev/dl/, unpack it to /usr/local and put /usr/local/go/bin on your PATH.\n"
	debianIsOld = "deps: Debian 12's own golang package is 1.19, which is too old.\n"
)

func TestDeps(t *testing.T) {
	for _, test := range []struct {
		name string
		on   machine
		ok   bool
		says string
	}{
		{"nothing missing", debian().with("id", "echo 1000", "sudo", "", "apt-get", ""), true, ""},
		{"a 32-bit system", debian().with("getconf", "echo 32", "dpkg", "echo armhf"), false,
			"deps: unsupported architecture armhf: Lanekeeper needs a 64-bit system (amd64 or arm64).\n" +
				"deps: On a Raspberry Pi 3 or newer install the 64-bit Raspberry Pi OS; a 64-bit kernel alone is not enough.\n"},
		{"Debian's own Go", debian().with("go", "echo go1.19.8"), false,
			"deps: Lanekeeper needs Go 1.26.0 or newer, and go is 1.19.8. " + getGo + debianIsOld},
		{"a Go that may not fetch a newer one", debian().with("go", "[ $2 = GOVERSION ] && echo go1.24.1 || echo local"), false,
			"deps: Lanekeeper needs Go 1.26.0 or newer, and go is 1.24.1. " + getGo + debianIsOld},
		{"a Go that fetches a newer one", debian().with("go", "[ $2 = GOVERSION ] && echo go1.24.1 || echo auto"), true, ""},
		{"a library missing", debian().with("pkg-config", withoutZMQ), true,
			lacksZMQ + "deps: installing them now: apt-get install libzmq3-dev\n" + installZMQ},
		{"everything missing", debian().with("g++", "", "gcc", "", "pkg-config", ""), true,
			"deps: this machine lacks\n" +
				"  g++                      compiles the bindings to OpenCV and ZeroMQ\n" +
				"  gcc                      compiles the bindings to OpenCV and ZeroMQ\n" +
				"  pkg-config               tells the compiler where the libraries are\n" +
				"  libopencv-dev            reads video and images; finds lanes\n" +
				"  libzmq3-dev              ZeroMQ, which telemetry is sent with\n" +
				"deps: installing them now: apt-get install g++ gcc pkg-config libopencv-dev libzmq3-dev\n" +
				aptOptions + "install --no-install-recommends g++ gcc pkg-config libopencv-dev libzmq3-dev\n"},
		{"no package lists yet", debian().with("pkg-config", withoutZMQ, "apt-cache", "exit 100"), true,
			lacksZMQ + "deps: installing them now: apt-get install libzmq3-dev\n" + aptOptions + "update\n" + installZMQ},
		{"package lists out of date", debian().with("pkg-config", withoutZMQ,
			"apt-get", `echo "apt-get $*" >&2; here=${0%/*}; case $* in *update) : >$here/updated ;; *) [ -e $here/updated ] ;; esac`), true,
			lacksZMQ + "deps: installing them now: apt-get install libzmq3-dev\n" + installZMQ + aptOptions + "update\n" + installZMQ},
		{"a package that cannot be had", debian().with("pkg-config", withoutZMQ,
			"apt-get", `echo "apt-get $*" >&2; [[ $* = *update ]]`), false,
			lacksZMQ + "deps: installing them now: apt-get install libzmq3-dev\n" + installZMQ + aptOptions + "update\n" + installZMQ +
				"deps: apt-get could not install libzmq3-dev: its own message is above.\n"},
		{"a user who may use sudo", debian().with("pkg-config", withoutZMQ, "id", "echo 1000"), true,
			lacksZMQ + "deps: installing them now: sudo apt-get install libzmq3-dev\n" + "sudo env\n" + installZMQ},
		{"a user without sudo", debian().with("pkg-config", withoutZMQ, "id", "echo 1000", "sudo", ""), false,
			lacksZMQ + "deps: installing needs root, and sudo is not here. As root run: apt-get install libzmq3-dev\n"},
		{"another distribution", debian().with("pkg-config", withoutZMQ, "dpkg", "", "uname", "echo x86_64", "apt-get", ""), false,
			lacksZMQ + "deps: apt-get is not here to install them: install their equivalents by hand, then try again.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			said, ok := test.on.run(t)
			if ok != test.ok || said != test.says {
				t.Errorf("success %v, want %v; it said\n%s\nwant\n%s", ok, test.ok, said, test.says)
			}
		})
	}
}
