#!/usr/bin/env bash
# Deploys Lanekeeper to a vehicle over ssh: builds the package for it, installs it, restarts what ran, and goes back to the
# package before when the daemons do not become ready. docs/deploying.md tells more.
#
#   make deploy HOST=user@vehicle
#
# HOST          the vehicle, as ssh knows it
# DEB           a package to deploy instead of building one
# FORCE         1 goes on where there is no package to go back to, or nobody can tell whether the vehicle is armed
# READY_WITHIN  seconds that the daemons have to become ready; 15 if left out
# SSH_OPTIONS   more options for ssh, separated by spaces: -p 2222; what has spaces itself goes to a file: -F FILE
#
# Exit codes: 0 deployed; 1 refused or failed, nothing is changed; 2 rolled back; 3 the state of the vehicle is unknown.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."

HOST=${HOST:-}
DEB=${DEB:-}
FORCE=${FORCE:-0}
READY_WITHIN=${READY_WITHIN:-15}

say() { printf 'deploy: %s\n' "$@"; }
die() {
	say "$@" >&2
	exit 1
}

# ssh's own words about a dead or unknown vehicle come before ours. What the user gives comes first, and so wins.
read -ra ssh_options <<<"${SSH_OPTIONS:-}"
ssh_options+=(-o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3)
# shellcheck disable=SC2029  # what is handed over has no spaces
on_vehicle() { ssh "${ssh_options[@]}" "$HOST" "$@"; }

# as_root runs the copied script as root, with a terminal only where sudo asks for a password.
sudo=()
terminal=()
# shellcheck disable=SC2029
as_root() { ssh "${ssh_options[@]}" "${terminal[@]}" "$HOST" "${sudo[@]}" bash "$dir/deploy-vehicle.sh" "$@"; }

# facts are what decides about the package, and how to become root there.
facts() {
	on_vehicle bash -s <<-'END'
		set -eu
		. /etc/os-release
		rights=none
		if [ "$(id -u)" = 0 ]; then
			rights=root
		elif command -v sudo >/dev/null; then
			rights=password
			! sudo -n true 2>/dev/null || rights=sudo
		fi
		printf '%s|%s|%s|%s\n' "$(dpkg --print-architecture)" "${VERSION_CODENAME:-$ID}" "$PRETTY_NAME" "$rights"
	END
}

ask_vehicle() {
	local answer rights
	answer=$(facts) || die "$HOST cannot be reached over ssh, or is no Debian system with bash"
	IFS='|' read -r arch codename system rights <<<"$answer"
	case $rights in
	root) ;;
	sudo) sudo=(sudo -n) ;;
	password)
		[ -t 0 ] || die "sudo on $HOST needs a password, and here is no terminal to ask for it: run this in one, or let the user" \
			'run sudo without a password there'
		sudo=(sudo) terminal=(-t)
		;;
	*) die "the user on $HOST is not root, and sudo is not there: deploy as root, or install sudo" ;;
	esac
	case $arch in
	amd64 | arm64) ;;
	*) die "$HOST is $system on $arch: Lanekeeper needs a 64-bit system, amd64 or arm64" ;;
	esac
}

# build makes the package for the vehicle. Building needs root, because it mounts a tree of the vehicle's distribution.
build() {
	local root=()
	[ "$codename" = bookworm ] || die "$HOST is $system: packages are built for Debian 12 and Raspberry Pi OS 12 alone." \
		'If you have one for it, give it with DEB=FILE.'
	[ "$(id -u)" = 0 ] || root=(sudo)
	DEB=$("${root[@]}" env PATH="$PATH" DIST="$codename" ARCH="$arch" ${VERSION:+VERSION="$VERSION"} packaging/build.sh |
		tee >(cat >&2) | tail -n 1) || die 'the package cannot be built'
	DEB=$PWD/${DEB##* }
}

# check_package looks whether the file is what the vehicle can install.
check_package() {
	local name its_arch
	[ -f "$DEB" ] || die "$DEB is not there"
	name=$(dpkg-deb --field "$DEB" Package) || die "$DEB is not a Debian package"
	its_arch=$(dpkg-deb --field "$DEB" Architecture)
	[ "$name" = lanekeeper ] || die "$DEB is a package of $name, not of lanekeeper"
	[ "$its_arch" = "$arch" ] || die "$DEB is for $its_arch, and $HOST is $arch"
	say "$(dpkg-deb --field "$DEB" Version) for $arch to $HOST ($system)"
}

# follow shows what the vehicle does and ends with its code. The vehicle does not need the link; the link may come again.
follow() {
	local rc
	for _ in {1..12}; do
		rc=0
		on_vehicle bash -s follow "${dir##*/}" <packaging/deploy-vehicle.sh || rc=$?
		[ $rc -gt 3 ] || exit $rc # beyond are ssh's own: 255, or that of a signal
		say 'the connection is lost; the vehicle goes on by itself; trying to see it again' >&2
		sleep 5
	done
	say "cannot see how it ended: when $HOST can be reached again, look into /var/log/lanekeeper-deploy.log there" >&2
	exit 3
}

[ -n "$HOST" ] || die 'which vehicle? make deploy HOST=user@vehicle'
[ "${HOST#-}" = "$HOST" ] || die "$HOST is no vehicle: make deploy HOST=user@vehicle"
[[ $READY_WITHIN =~ ^[1-9][0-9]*$ ]] || die "READY_WITHIN=$READY_WITHIN: whole seconds expected"
[[ $FORCE =~ ^[01]$ ]] || die "FORCE=$FORCE: 1 or nothing expected"
case $DEB in '' | /*) ;; *) DEB=$called_from/$DEB ;; esac

ask_vehicle
[ -n "$DEB" ] || build
check_package

# shellcheck disable=SC2016  # expanded on the vehicle
dir=$(on_vehicle 'd=$(mktemp -d /var/tmp/lanekeeper-deploy.XXXXXX) && cat >"$d/deploy-vehicle.sh" && echo "$d"' \
	<packaging/deploy-vehicle.sh) || die "nothing can be written to /var/tmp on $HOST"
trap 'on_vehicle rm -rf "$dir" || true' EXIT
as_root check "$FORCE" || exit 1
on_vehicle "cat >$dir/new.deb" <"$DEB" || die 'the package cannot be copied to the vehicle; nothing is changed'

# From here on the vehicle cleans up, if the deployment has begun: with the connection lost nobody knows.
rc=0
as_root start "$dir" "$READY_WITHIN" "$FORCE" || rc=$?
[ $rc != 1 ] || exit 1
trap - EXIT
trap 'say "the vehicle goes on by itself; see /var/log/lanekeeper-deploy.log there" >&2; exit 3' INT TERM
follow
