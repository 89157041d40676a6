#!/bin/sh
# Runs in the machine: installs the package, as a person would on a vehicle, and runs the tests.
cd /run/e2e || exit
export HOME=/root LC_ALL=C.UTF-8 SYSTEMD_PAGER=
echo "booted in $(cut -d ' ' -f 1 /proc/uptime) s"
dpkg --install lanekeeper.deb || {
	echo "exit status: 1"
	exit 1
}
# shellcheck disable=SC2046  # one word a flag
LANEKEEPER_MACHINE=1 ./guest.test -test.v -test.timeout 20m $(cat flags)
echo "exit status: $?"
