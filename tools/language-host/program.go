package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/google/shlex"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// The SDK's runner ends with this code after it has itself shown the user what is wrong.
const exitedAfterMessage = 32

func (h *nodeHost) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	failed := func(err error) (*pulumirpc.RunResponse, error) {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	opts, err := readOptions(req.Info)
	if err != nil {
		return failed(err)
	}
	env, err := configEnv(req)
	if err != nil {
		return failed(err)
	}
	for _, address := range []string{h.engine, req.MonitorAddress} {
		if err := reach(ctx, address); err != nil {
			return failed(err)
		}
	}
	node, runner, err := locate(ctx, "@pulumi/pulumi/cmd/run", req.Info.ProgramDirectory, "pulumi install")
	if err != nil {
		return failed(err)
	}
	cmdCtx, cancel := context.WithCancel(h.life)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	cmd := exec.CommandContext(cmdCtx, node, append(opts.nodeArgs, programArgs(h.engine, runner, req)...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(append(os.Environ(), env...), opts.env...)
	// Not the *os.File itself: Node may switch the descriptor it shares with us to non-blocking.
	cmd.Stdout, cmd.Stderr = struct{ io.Writer }{os.Stdout}, struct{ io.Writer }{os.Stderr}
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == exitedAfterMessage:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit):
		return failed(fmt.Errorf("Program exited with non-zero exit code: %d", exit.ExitCode()))
	default:
		return failed(fmt.Errorf("could not start the program with %s: %w", node, err))
	}
}

// reach connects where the program is about to. Where that fails, the SDK's runner cannot say so: it sends what is wrong to
// the very address, leaves the refusal unread and exits as after a message, so that the CLI ends with 1 and not a word.
func reach(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the program cannot reach the Pulumi CLI: %w. The CLI serves there, so something on this machine "+
			"keeps connections from that port, such as a firewall or the port forwarding that a container left behind "+
			"(`iptables -t nat -S` lists it). Run the command again, which takes another port, and take the rule away", err)
	}
	return conn.Close()
}

func programArgs(engine, runner string, req *pulumirpc.RunRequest) []string {
	args := []string{runner}
	add := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name, value)
		}
	}
	add("monitor", req.MonitorAddress)
	add("engine", engine)
	add("organization", req.Organization)
	add("project", req.Project)
	add("root-directory", req.Info.RootDirectory)
	add("stack", req.Stack)
	add("pwd", req.Info.ProgramDirectory)
	if req.DryRun {
		args = append(args, "--dry-run")
	}
	add("parallel", strconv.Itoa(int(req.Parallel)))
	return append(append(args, req.Info.EntryPoint), req.Args...)
}

// configEnv spells keys as the SDK reads them from every engine: `<namespace>:config:<name>`.
func configEnv(req *pulumirpc.RunRequest) ([]string, error) {
	values := make(map[string]string, len(req.Config))
	for key, value := range req.Config {
		namespace, name, ok := strings.Cut(strings.Replace(key, ":config:", ":", 1), ":")
		if !ok {
			return nil, fmt.Errorf("configuration key %q has no namespace", key)
		}
		values[namespace+":config:"+name] = value
	}
	secretKeys := req.ConfigSecretKeys
	if secretKeys == nil {
		secretKeys = []string{}
	}
	config, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(secretKeys)
	return []string{"PULUMI_CONFIG=" + string(config), "PULUMI_CONFIG_SECRET_KEYS=" + string(secrets)}, err
}

type options struct{ nodeArgs, env []string }

func readOptions(info *pulumirpc.ProgramInfo) (options, error) {
	raw := info.Options.AsMap()
	var opts options
	typescript, isBool := raw["typescript"].(bool)
	if _, set := raw["typescript"]; set && !isBool {
		return opts, errors.New("the runtime option typescript must be true or false")
	} else if typescript || !set {
		opts.env = append(opts.env, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	for _, name := range []string{"tsconfig", "nodeargs"} {
		if _, isString := raw[name].(string); raw[name] != nil && !isString {
			return opts, fmt.Errorf("the runtime option %s must be a string", name)
		}
	}
	if tsconfig, _ := raw["tsconfig"].(string); tsconfig != "" {
		opts.env = append(opts.env, "PULUMI_NODEJS_TSCONFIG_PATH="+tsconfig)
	}
	nodeargs, _ := raw["nodeargs"].(string)
	var err error
	opts.nodeArgs, err = shlex.Split(nodeargs)
	return opts, err
}

// locate asks Node itself, so that workspaces, links and PnP resolve as they do for the program.
func locate(ctx context.Context, module, dir, install string) (node, path string, err error) {
	if node, err = exec.LookPath("node"); err != nil {
		return "", "", fmt.Errorf("node is not on the PATH: %w", err)
	}
	cmd := exec.CommandContext(ctx, node, "-p", "require.resolve("+strconv.Quote(module)+")")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("%s is not installed for %s: run %s", module, dir, install)
	}
	return node, strings.TrimSpace(string(out)), nil
}
