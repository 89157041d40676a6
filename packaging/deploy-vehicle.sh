#!/usr/bin/env bash
# The part of a deployment that happens on the vehicle. packaging/deploy.sh copies it there and runs it; see docs/deploying.md.
#
#   check FORCE               refuse while the vehicle is armed
#   start DIR WITHIN FORCE    begin to deploy DIR/new.deb in a unit of its own, which the end of the ssh session does not end
#   follow ID                 show what that unit says, and exit with its code; ID is DIR's last part
#   run DIR WITHIN FORCE      the deployment itself: what the unit runs
#
# WITHIN is how many seconds the daemons have to become ready. FORCE=1 goes on where something is not known.
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

unit=lanekeeper-deploy
log=/var/log/lanekeeper-deploy.log
# "ID running PID", later "ID CODE". In /run, because after a reboot the PID is somebody else's.
state=/run/lanekeeper-deploy
# Packages: installed.deb is the one that is installed, previous.deb the one before, candidate.deb the one being installed.
kept=/var/cache/lanekeeper
# Sockets first: a service finds its own waiting.
units=(lane-detectd.socket controld.socket camerad.service lane-sim.service lane-detectd.service controld.service lanekeeper.target)

say() { printf 'vehicle: %s\n' "$@"; }
refuse() {
	say "$@" >&2
	exit 1
}

# look prints for each daemon: name, whether it runs, pid, whether it is armed, problem; "-" where there is none. There may be
# nothing here that reads JSON, so this rests on lanectl's layout, a key on a line; a layout that it does not know reads as
# "not known", which refuses.
look() {
	lanectl status --json 2>/dev/null | awk '
		function value() { sub(/^[^:]*: /, ""); sub(/,$/, ""); gsub(/^"|"$/, ""); return $0 }
		/^  "daemons"/ { daemons = 1 }
		/^  "segments"/ { daemons = 0 }
		!daemons { next }
		/^    {/ { name = runs = pid = armed = problem = "-" }
		/^      "name":/ { name = value() }
		/^      "running":/ { runs = value() }
		/^      "pid":/ { pid = value() }
		/^        "armed":/ { armed = value() }
		/^      "problem":/ { problem = value() }
		/^    }/ { print name "\t" runs "\t" pid "\t" armed "\t" problem }'
}

# A controld that is just starting does not answer yet, so it is asked more than once.
refuse_armed() {
	local force=$1 runs armed problem
	command -v lanectl >/dev/null || return 0
	for _ in 1 2 3; do
		runs=- armed=- problem='lanectl status does not work'
		IFS=$'\t' read -r _ runs _ armed problem < <(look | grep ^controld) || true
		case $runs,$armed in
		false,* | true,false) return 0 ;;
		true,true) refuse 'refused: the vehicle is armed. When it stands: lanectl disarm' ;;
		esac
		sleep 1
	done
	[ "$force" = 1 ] || refuse "refused: nobody can tell whether the vehicle is armed: $problem" 'When it stands, FORCE=1 deploys all the same.'
	say "nobody can tell whether the vehicle is armed: $problem; going on, as forced"
}

check() {
	[ -d /run/systemd/system ] || refuse 'refused: systemd does not run here'
	! systemctl --quiet is-active $unit || refuse "refused: another deployment is under way, see $log"
	refuse_armed "$1"
}

start() {
	local dir=$1 said=
	# The unit's name is the lock. One that has just ended holds it for a moment more, so there is more than one try. The output
	# goes to a file, not to this session, which may end before the unit does.
	for _ in {1..20}; do
		said=$(systemd-run --quiet --collect --unit=$unit --description="Deployment of Lanekeeper" --property=Type=exec \
			--property=StandardOutput=truncate:$log --property=KillMode=mixed --property=TimeoutStopSec=3min \
			/bin/bash "$dir/deploy-vehicle.sh" run "$@" 2>&1) && return
		! systemctl --quiet is-active $unit || refuse "refused: another deployment is under way, see $log"
		sleep 0.2
	done
	refuse "refused: the unit of the deployment does not start: $said"
}

follow() {
	local id=$1 known='' what='' pid=''
	for _ in {1..25}; do
		read -r known what pid <$state || true
		[ "$known" != "$id" ] || break
		sleep 0.2
	done 2>/dev/null
	[ "$known" = "$id" ] || { say 'the deployment has not begun, or the vehicle was restarted: its state is unknown' && exit 3; }
	if [ "$what" = running ]; then
		tail --lines=+1 --follow --sleep-interval=0.3 --pid="$pid" $log
		read -r _ what _ <$state
	else
		cat $log
	fi
	[ "$what" != running ] || { say 'the deployment was killed: its state is unknown' && exit 3; }
	exit "$what"
}

package_field() { dpkg-query --show --showformat="\${$1}" lanekeeper 2>/dev/null; }

# is_installed compares contents too: two builds of one commit have the same version.
is_installed() {
	[ -e "$1" ] && [ "$(package_field db:Status-Status)" = installed ] &&
		[ "$(package_field Version)" = "$(dpkg-deb --field "$1" Version)" ] &&
		cmp --quiet <(dpkg-deb --ctrl-tarfile "$1" | tar --extract --to-stdout ./md5sums) /var/lib/dpkg/info/lanekeeper.md5sums
}

# recall makes installed.deb what its name says, if any package here is: after a power failure it is the candidate, after a
# rollback by hand the previous one.
recall() {
	if is_installed $kept/installed.deb; then
		return
	elif is_installed $kept/previous.deb; then
		mv -f $kept/previous.deb $kept/installed.deb
	elif is_installed $kept/candidate.deb; then
		[ ! -e $kept/installed.deb ] || mv -f $kept/installed.deb $kept/previous.deb
		mv -f $kept/candidate.deb $kept/installed.deb
	else
		return 1
	fi
}

# apt_install takes exactly the given file, newer, older or of the same version, and never removes another package for it.
apt_install() {
	apt-get -qq -y -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
		--no-install-recommends --no-remove --allow-downgrades --reinstall install "$@"
}

# What it needs is fetched before anything is stopped. The lists of packages may be missing or out of date.
fetch() {
	apt_install --download-only "$1" || { apt-get -qq update && apt_install --download-only "$1"; }
}

# note_active fills was (units to stop and start again), active (those that must become active again) and ran (their daemons).
# One that is between two tries is started again, but nobody can ask of it that it becomes ready.
note_active() {
	local u
	was=() active=() ran=()
	for u in "${units[@]}"; do
		case $(systemctl show --property=ActiveState --value "$u") in
		active | reloading) active+=("$u") ;;
		activating) ;;
		*) continue ;;
		esac
		was+=("$u")
	done
	for u in "${active[@]}"; do
		[ "${u%.service}" = "$u" ] || ran+=("${u%.service}")
	done
}

# Without what the units want of each other: a camera that a person has stopped stays stopped.
start_again() {
	[ ${#was[@]} = 0 ] || systemctl --no-block --job-mode=ignore-requirements start "${was[@]}"
}

# ready tells whether everything that ran does so again, from the executables that are installed now. That is better than to
# compare the versions which the daemons report: two builds of one commit report the same. ill says what is not ready, and sick
# which daemon that is.
ready() {
	local u name pid runs problem answered table
	pids=
	table=$(look) || true
	for name in "${ran[@]}"; do
		sick=$name
		ill="$name is not active"
		systemctl --quiet is-active "$name" || return
		pid=$(systemctl show --property=MainPID --value "$name.service")
		ill="$name does not run from /usr/bin/$name: $(readlink "/proc/$pid/exe")"
		[ "/proc/$pid/exe" -ef "/usr/bin/$name" ] || return
		runs=- answered=- problem=-
		IFS=$'\t' read -r _ runs answered _ problem < <(grep "^$name"$'\t' <<<"$table") || true
		ill="$name does not answer: $problem"
		[ "$runs,$answered,$problem" = "true,$pid,-" ] || return
		pids+="$name $pid "
	done
	sick=
	for u in "${active[@]}"; do
		ill="$u is not active"
		systemctl --quiet is-active "$u" || return
	done
	ill='the daemons are restarted again and again'
}

# healthy waits until all are ready and have been for two seconds, in the same processes: one that dies soon after it was ready,
# or hangs and is ended by its watchdog, is not.
healthy() {
	local deadline=$((SECONDS + $1)) before=none looks=0
	while [ $looks -lt 5 ]; do
		if ready && [ "$pids" = "$before" ]; then looks=$((looks + 1)); else looks=0; fi
		before=$pids
		[ $SECONDS -lt "$deadline" ] || return
		sleep 0.5
	done
}

# roll_back puts back what was there, and exits.
roll_back() {
	local within=$1 back=$2
	[ -z "$sick" ] || journalctl --quiet --no-pager --lines=10 --unit="$sick" || true
	if [ "$back" = nothing ]; then
		dpkg --remove lanekeeper || { say 'the package cannot be removed again: its state is unknown' && exit 3; }
		say 'rolled back: it is not installed, as before'
		exit 2
	fi
	[ "$back" = package ] || { say 'there is no package to go back to: the state is unknown' && start_again && exit 3; }
	say "going back to $(dpkg-deb --field $kept/installed.deb Version)"
	[ ${#was[@]} = 0 ] || systemctl stop "${was[@]}" || true
	# What the old one needs was there for it: where apt finds no way, dpkg alone does.
	apt_install $kept/installed.deb || dpkg --force-confold --install $kept/installed.deb || true
	start_again || true
	is_installed $kept/installed.deb || { say 'the package cannot be put back: the state is unknown' && exit 3; }
	healthy "$within" || { say "rolled back, but $ill: the state is unknown" && exit 3; }
	say "rolled back: $(package_field Version) is installed${ran:+ and ready: ${ran[*]}}"
	exit 2
}

# finish is what run does last, however it ends. Where the state is unknown, the candidate may be what is installed.
finish() {
	local rc=$?
	[ $rc = 3 ] || rm -f "$kept/candidate.deb"
	rm -rf "$dir"
	printf '%s %s\n' "${dir##*/}" $rc >"$state.new"
	mv "$state.new" "$state"
}

run() {
	local within=$2 force=$3 back=package new=$kept/candidate.deb
	dir=$1
	# A shutdown waits for the end; no signal leaves a deployment half done.
	trap '' TERM INT HUP
	printf '%s running %s\n' "${dir##*/}" $$ >$state
	trap finish EXIT

	mkdir -p $kept
	case $(package_field db:Status-Status) in
	'' | not-installed | config-files) back=nothing ;;
	*) recall || back=none ;;
	esac
	# A package could be made from the installed files. With edited files as its originals it would be one that nobody has tried,
	# so a person decides.
	[ $back != none ] || [ "$force" = 1 ] || refuse "refused: $(package_field Version) was not deployed in this way, so there is no package" \
		'to go back to if the new one does not become ready. FORCE=1 deploys all the same.'
	cp "$dir/new.deb" $new
	fetch $new || refuse 'refused: what the package needs cannot be installed, see above'
	refuse_armed "$force"

	# From here on every way leads to a working stack. Stopped first, so that nobody can arm it meanwhile.
	note_active
	[ ${#was[@]} = 0 ] || systemctl stop "${was[@]}" || { start_again && refuse 'refused: the daemons cannot be stopped'; }
	ill='it cannot be installed' sick=
	if ! { apt_install $new && is_installed $new && start_again && healthy "$within"; }; then
		say "$(dpkg-deb --field $new Version): $ill"
		roll_back "$within" $back
	fi
	if [ $back = package ]; then mv -f $kept/installed.deb $kept/previous.deb; else rm -f $kept/previous.deb; fi
	mv -f $new $kept/installed.deb
	say "deployed: $(package_field Version) is installed${ran:+ and ready: ${ran[*]}}"
	[ ${#ran[@]} != 0 ] || say 'no daemon ran before, so none was started'
}

command=${1:-none}
shift || true
case $command in
check) check "$@" ;;
start) start "$@" ;;
follow) follow "$@" ;;
run) run "$@" ;;
*) refuse "no command $command" ;;
esac
