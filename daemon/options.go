package daemon

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"go.uber.org/zap/zapcore"

	"lanekeeper/manual"
)

// Product names the directories and the environment variables of all daemons.
const Product = "lanekeeper"

// Where things are unless flags say otherwise.
const (
	DefaultRunDir = "/run/" + Product
	DefaultShmDir = "/dev/shm"
	configDir     = "/etc/" + Product
	levelVariable = "LANEKEEPER_LOG_LEVEL"
)

// options is a parsed command line.
type options struct {
	config      string
	checkConfig bool
	printConfig bool
	version     bool
	level       zapcore.Level
	place       Place
	action      string // flag of the one action asked for
	sources     []Source
}

// validPrefix keeps a prefix from leading out of the directory that it names files in.
var validPrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$|^$`)

// commandLine is a command line being read.
type commandLine struct {
	flags  *flag.FlagSet
	o      options
	level  string
	sets   []string
	chosen []string // flags of actions
	named  []namedFlag
}

// declare makes the flags of a daemon.
func declare(name string, s *schema, actions []Action) *commandLine {
	c := &commandLine{flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	fs, o := c.flags, &c.o
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.config, "config", "", "YAML `file`; without this flag "+configPath(name)+" if it is there, with it empty none")
	fs.BoolVar(&o.checkConfig, "check-config", false, "check the configuration and exit: 0 when it is good, 78 when not")
	fs.BoolVar(&o.printConfig, "print-config", false, "write the built-in configuration as YAML with comments and exit")
	fs.BoolVar(&o.version, "version", false, "print the version and exit")
	fs.Var(&setFlag{&c.sets, s}, "set", "set a key of the configuration, `section.key=value`; may be repeated")
	fs.Var(manual.Text(&c.level, "", "debug", "info", "warn", "error"), "log-level",
		"least `level` logged: debug, info, warn or error; without this flag $"+levelVariable+", or info")
	fs.StringVar(&o.place.Prefix, "prefix", "", "`prefix` of shared-memory and socket names, so that several sets run side by side")
	fs.StringVar(&o.place.RunDir, "run-dir", DefaultRunDir, "`directory` of the control sockets")
	fs.StringVar(&o.place.ShmDir, "shm-dir", DefaultShmDir, "`directory` of the shared-memory segments")
	for _, a := range actions {
		fs.BoolFunc(a.Flag, a.Doc, func(string) error {
			c.chosen = append(c.chosen, a.Flag)
			return nil
		})
	}
	c.configFlags(s, "")
	return c
}

// parse reads the command line; flag.ErrHelp after it has written the help to out.
func parse(name, doc string, s *schema, actions []Action, args []string, out io.Writer) (*options, error) {
	c := declare(name, s, actions)
	fs, o := c.flags, &c.o
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(out)
		fmt.Fprintf(out, "%s: %s\n\nUsage: %s [flags]\n\n", name, doc, name)
		fs.PrintDefaults()
		return nil, err
	case err != nil:
		return nil, &UsageError{fmt.Errorf("reading the command line: %w; see %s --help", err, name)}
	case fs.NArg() > 0:
		return nil, &UsageError{fmt.Errorf("reading the command line: unexpected argument %q; see %s --help", fs.Arg(0), name)}
	case len(c.chosen) > 1:
		return nil, &UsageError{fmt.Errorf("reading the command line: --%s and --%s exclude each other", c.chosen[0], c.chosen[1])}
	case !validPrefix.MatchString(o.place.Prefix):
		return nil, &UsageError{fmt.Errorf("reading the command line: --prefix %q: letters, digits, _ . - expected", o.place.Prefix)}
	}
	if len(c.chosen) == 1 {
		o.action = c.chosen[0]
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if err := o.setLevel(c.level, given["log-level"]); err != nil {
		return nil, &UsageError{fmt.Errorf("reading the command line: %w", err)}
	}
	switch {
	case !given["config"]:
		o.config = configPath(name)
		o.sources = append(o.sources, OptionalFile(o.config))
	case o.config != "":
		o.sources = append(o.sources, File(o.config))
	}
	o.sources = append(o.sources, Environment(environmentPrefix(name), os.Environ()), Set("--set", c.sets...))
	for _, n := range c.named {
		o.sources = append(o.sources, Set("--"+n.flag, n.assignment))
	}
	return o, nil
}

// setLevel takes the flag, else the environment. An action logs nothing, and a bad environment must not keep it from being done.
func (o *options) setLevel(level string, given bool) error {
	from := "--log-level"
	if !given && o.action == "" {
		level, from = os.Getenv(levelVariable), levelVariable
	}
	if err := o.level.Set(level); err != nil || o.level > zapcore.ErrorLevel {
		return fmt.Errorf("%s %q: debug, info, warn or error expected", from, level)
	}
	return nil
}

func configPath(name string) string { return configDir + "/" + name + ".yaml" }

// environmentPrefix is LANEKEEPER_CONTROLD_ for controld, LANEKEEPER_LANE_DETECTD_ for lane-detectd.
func environmentPrefix(name string) string {
	return strings.ToUpper(Product) + "_" + variableName(name) + "_"
}
