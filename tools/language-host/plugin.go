package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const analyzerKind = "analyzer"

func (h *nodeHost) RunPlugin(
	req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	ctx, cancel := context.WithCancel(server.Context())
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	opts, err := readOptions(req.Info)
	if err != nil {
		return err
	}
	module, dir := "@pulumi/pulumi/cmd/run-plugin", req.Info.ProgramDirectory
	if req.Kind == analyzerKind {
		module = "@pulumi/pulumi/cmd/run-policy-pack"
	}
	node, runner, err := locate(ctx, module, dir, "npm install in "+dir)
	if err != nil {
		return err
	}
	// The official host puts nodeargs after the runner here, where Node does not see them, and so does this one.
	args := append([]string{runner}, opts.nodeArgs...)
	env := append(req.Env, opts.env...)
	if req.Kind != analyzerKind {
		cmd := exec.CommandContext(ctx, node, append(append(args, dir), req.Args...)...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = req.Pwd, env, stdout, stderr
		return pluginError(cmd.Run())
	}
	// A pack learns its stack from the environment, which is known only once the engine has configured the pack: the
	// SDK's proxy answers that call, and then passes everything on to the pack.
	proxy, stdout, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return err
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return fmt.Errorf("the engine did not configure the policy pack: %w", err)
	}
	cmd := exec.CommandContext(ctx, node, append(append(args, req.Args...), dir)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(env, stackEnv(stack)...), stdout, stderr
	if err := cmd.Start(); err != nil {
		return pluginError(err)
	}
	return pluginError(proxy.Attach(ctx, cmd))
}

func stackEnv(stack *pulumirpc.AnalyzerStackConfigureRequest) []string {
	if stack == nil {
		return nil
	}
	env := []string{"PULUMI_NODEJS_DRY_RUN=" + strconv.FormatBool(stack.DryRun)}
	add := func(name, value string) {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	add("PULUMI_NODEJS_ORGANIZATION", stack.Organization)
	add("PULUMI_NODEJS_PROJECT", stack.Project)
	add("PULUMI_NODEJS_STACK", stack.Stack)
	if stack.Config != nil {
		config, _ := json.Marshal(stack.Config) // a map of strings cannot fail to marshal
		add("PULUMI_CONFIG", string(config))
	}
	return env
}

func pluginError(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("Program exited with non-zero exit code: %d", exit.ExitCode())
	}
	return err
}
