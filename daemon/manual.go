package daemon

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"lanekeeper/manual"
)

// manualFlag has a daemon describe itself as JSON, a manual.Command. It is for what writes the manual pages, and not
// among the flags.
const manualFlag = "--manual"

// manual describes the program, by the flags and keys that it really has.
func (p Program[C]) manual(s *schema) manual.Command {
	return manual.Command{
		Name: p.Name, Part: 8, Summary: p.Doc, Arguments: "[flags]",
		Description: []string{p.About, manualAbout},
		Options:     manual.Options(declare(p.Name, s, p.actions()).flags),
		Sections: []manual.Section{
			p.manualConfiguration(s), manualEnvironment(p.Name), manualFiles(p.Name), manualSignals(), manualExit(),
		},
	}
}

func (p Program[C]) manualConfiguration(s *schema) manual.Section {
	section := manual.Section{
		Title: "CONFIGURATION",
		Text: []string{
			"Later wins: the built-in value, the YAML file, the environment, --set, a flag of the key's own. " +
				"An unknown key, a wrong type or a value out of range is an error; all errors are told at once.",
			"The key steering.kp stands in the file as kp in the section steering. Times carry their unit (80ms, 1m30s). " +
				"--print-config writes a whole file with the built-in values.",
		},
	}
	manualKeys(&section, &section, s, reflect.ValueOf(p.Defaults), "")
	return section
}

// manualKeys adds the keys of a schema to here, and each section of it to the page's section.
func manualKeys(page, here *manual.Section, s *schema, defaults reflect.Value, path string) {
	for _, k := range s.keys {
		if at := join(path, k.name); k.sub == nil || k.list {
			here.Items = append(here.Items, manual.Item{Term: at, Text: k.manual(defaults.FieldByIndex(k.index))})
		}
	}
	for _, k := range s.keys {
		if k.sub == nil || k.list {
			continue
		}
		below := manual.Section{Title: join(path, k.name)}
		if k.doc != "" {
			below.Text = []string{k.doc}
		}
		manualKeys(page, &below, k.sub, defaults.FieldByIndex(k.index), below.Title)
		if len(below.Items) > 0 {
			page.Sections = append(page.Sections, below)
		}
	}
}

// manual tells what a key is for, what it may be, what it is without being set, and how else it is set.
func (k *key) manual(value reflect.Value) string {
	allowed := k.allowed()
	text := strings.ToUpper(allowed[:1]) + strings.TrimSuffix(allowed[1:], ",") + "; built in: " + formatValue(value, k) + "."
	if k.doc != "" {
		text = k.doc + " " + text
	}
	if k.flag != "" {
		text += " Has the flag --" + k.flag + "."
	}
	if k.live {
		text += " Can be changed while running."
	}
	return text
}

func manualEnvironment(name string) manual.Section {
	return manual.Section{Title: "ENVIRONMENT", Items: []manual.Item{
		{Term: environmentPrefix(name) + "SECTION_KEY", Text: "A key of the configuration: " + environmentPrefix(name) +
			"A_B_C is a.b_c or a_b.c, whichever there is."},
		{Term: levelVariable, Text: "The least level logged, where --log-level is not given."},
		{Term: "NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS, JOURNAL_STREAM", Text: "Set by systemd for a service of its own."},
	}}
}

func manualFiles(name string) manual.Section {
	return manual.Section{Title: "FILES", Items: []manual.Item{
		{Term: configPath(name), Text: "The configuration, where --config is not given. It need not be there."},
		{Term: filepath.Join(DefaultRunDir, name+".sock"), Text: "The control socket: HTTP, with /status, /metrics, /params, /reload and " +
			"/log-level. --run-dir and --prefix change its path."},
		{Term: DefaultShmDir, Text: "Where segments of shared memory are. --shm-dir and --prefix change their paths."},
	}}
}

func manualSignals() manual.Section {
	return manual.Section{Title: "SIGNALS", Items: []manual.Item{
		{Term: "SIGTERM, SIGINT", Text: fmt.Sprintf("Stop, remove everything, and exit with %d. One that comes more than %v after the first "+
			"ends the process at once with %d.", ExitOK, stopTime, ExitFailure)},
		{Term: "SIGHUP", Text: "Under systemd, read the configuration again; a bad one leaves the running one as it is. " +
			"Elsewhere stop, since the terminal has gone."},
		{Term: "SIGPIPE", Text: "Ignored."},
	}}
}

func manualExit() manual.Section {
	return manual.Section{Title: "EXIT STATUS", Items: []manual.Item{
		{Term: fmt.Sprint(ExitOK), Text: "Stopped as asked, or done."},
		{Term: fmt.Sprint(ExitFailure), Text: "Failure; standard error and the journal say which."},
		{Term: fmt.Sprint(ExitUsage), Text: "The command line makes no sense."},
		{Term: fmt.Sprint(ExitConfig), Text: "The configuration is bad; a restart mends nothing."},
	}}
}

// manualAbout is true of every daemon.
const manualAbout = "It runs until it is stopped, in the foreground. Started by systemd it reports when it is ready, feeds the " +
	"watchdog, and logs to the journal; elsewhere it logs to standard error. lanectl(1) shows what it does."
