// An OCI runtime for machines whose root lacks a capability: it takes what cannot be granted out of the
// request and hands over to runc. Registered with dockerd only where something is really missing.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

var capabilityNames = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
	LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
	SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE
	AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)

type object = map[string]any

func main() {
	if err := prepare(os.Args[1:]); err != nil {
		fail(err)
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		fail(err)
	}
	fail(syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ()))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "slipway oci-runtime:", err)
	os.Exit(1)
}

// prepare edits the file that the subcommand reads: the bundle's config.json, or exec's process file.
func prepare(args []string) error {
	switch {
	case contains(args, "create"), contains(args, "run"):
		bundle := option(args, "--bundle", "-b")
		if bundle == "" {
			bundle = "."
		}
		return edit(filepath.Join(bundle, "config.json"), func(spec object) object {
			process, _ := spec["process"].(object)
			return process
		})
	case contains(args, "exec"):
		if file := option(args, "--process", "-p"); file != "" {
			return edit(file, func(process object) object { return process })
		}
	}
	return nil
}

func edit(file string, processOf func(object) object) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var document object
	decoder := json.NewDecoder(bytes.NewReader(content))
	// Limits are 64-bit: as floating point numbers they would come out changed.
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	process := processOf(document)
	if process == nil {
		return nil
	}
	bounding, err := boundingSet()
	if err != nil {
		return err
	}
	restrict(process, bounding)
	changed, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return os.WriteFile(file, changed, 0o600)
}

func restrict(process object, bounding uint64) {
	sets, _ := process["capabilities"].(object)
	for name, set := range sets {
		list, _ := set.([]any)
		kept := []any{}
		for _, capability := range list {
			if has(bounding, capability) {
				kept = append(kept, capability)
			}
		}
		sets[name] = kept
	}
	// Lowering the score needs CAP_SYS_RESOURCE.
	if score, ok := process["oomScoreAdj"].(json.Number); ok && strings.HasPrefix(score.String(), "-") {
		process["oomScoreAdj"] = 0
	}
}

func has(bounding uint64, capability any) bool {
	name, _ := capability.(string)
	for bit, known := range capabilityNames {
		if "CAP_"+known == name {
			return bounding&(1<<bit) != 0
		}
	}
	return true
}

func boundingSet() (uint64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		if hex, found := strings.CutPrefix(line, "CapBnd:"); found {
			return strconv.ParseUint(strings.TrimSpace(hex), 16, 64)
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no CapBnd line")
}

func contains(args []string, word string) bool {
	for _, arg := range args {
		if arg == word {
			return true
		}
	}
	return false
}

func option(args []string, names ...string) string {
	for index, arg := range args {
		for _, name := range names {
			if value, found := strings.CutPrefix(arg, name+"="); found {
				return value
			}
			if arg == name && index+1 < len(args) {
				return args[index+1]
			}
		}
	}
	return ""
}
