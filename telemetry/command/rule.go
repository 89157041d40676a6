package command

import "lanekeeper/telemetry"

// lane is where a command waits for its turn. Within a lane they are carried out in the order in which they came.
type lane int

const (
	atOnce  lane = iota // hello and the emergency stop, which wait for no other
	ordered             // orders to controld
	slow                // what other daemons are asked, too
	lanes
)

// rule is what holds for a command.
type rule struct {
	view bool // a key that may only look may give it
	aged bool // refused when it is older than telemetry.MaxAge: what lets the vehicle move, or changes how it does
	args bool // takes arguments
	hush bool // not in the journal when it is carried out: it comes again and again, and changes nothing
	lane lane
}

// rules are those of the commands.
func rules() map[string]rule {
	return map[string]rule{
		telemetry.CommandHello:  {view: true, hush: true, lane: atOnce},
		telemetry.CommandParams: {view: true, hush: true, lane: slow},
		telemetry.CommandPause:  {view: true, lane: ordered},
		telemetry.CommandStop:   {view: true, lane: atOnce},
		telemetry.CommandResume: {aged: true, lane: ordered},
		telemetry.CommandTake:   {aged: true, lane: ordered},
		telemetry.CommandKeep:   {hush: true, lane: ordered},
		telemetry.CommandGive:   {aged: true, lane: ordered},
		telemetry.CommandSet:    {aged: true, args: true, lane: slow},
		telemetry.CommandReset:  {aged: true, lane: slow},
	}
}
