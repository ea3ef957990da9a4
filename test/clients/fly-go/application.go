package main

import (
	"context"
	"fmt"
	"time"

	fly "github.com/superfly/fly-go"
	"github.com/superfly/fly-go/flaps"
)

func ptr[T any](value T) *T { return &value }

func config(volume, env string) *fly.MachineConfig {
	return &fly.MachineConfig{
		Image:  "nginx:alpine",
		Env:    map[string]string{"MODE": env},
		Guest:  &fly.MachineGuest{CPUKind: "shared", CPUs: 1, MemoryMB: 512},
		Mounts: []fly.MachineMount{{Volume: volume, Path: "/data"}},
		Services: []fly.MachineService{{
			Protocol: "tcp", InternalPort: 8080, Autostop: ptr(fly.MachineAutostopStop), Autostart: ptr(true),
			Ports: []fly.MachinePort{{Port: ptr(443), Handlers: []string{"tls", "http"}}},
		}},
		Checks: map[string]fly.MachineCheck{"up": {
			Type: ptr("http"), Port: ptr(8080), HTTPPath: ptr("/up"),
			Interval: &fly.Duration{Duration: 15 * time.Second}, Timeout: &fly.Duration{Duration: 2 * time.Second},
		}},
		Restart:    &fly.MachineRestart{Policy: fly.MachineRestartPolicyOnFailure, MaxRetries: 3},
		StopConfig: &fly.StopConfig{Timeout: &fly.Duration{Duration: 10 * time.Second}, Signal: ptr("SIGTERM")},
	}
}

// everyCall goes through the life of an app: its machines, volumes, secrets, host names, addresses and its database.
func everyCall(ctx context.Context, client *flaps.Client, app string) {
	step("GetRegions", func() (string, error) {
		regions, err := client.GetRegions(ctx)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d regions, nearest %s", len(regions.Regions), regions.Nearest), nil
	})
	step("AppNameAvailable", func() (bool, error) { return client.AppNameAvailable(ctx, app) })
	step("CreateApp", func() (*flaps.App, error) {
		return client.CreateApp(ctx, flaps.CreateAppRequest{Name: app, Org: "local"})
	})
	do("WaitForApp", func() error { return client.WaitForApp(ctx, app) })
	step("GetApp", func() (*flaps.App, error) { return client.GetApp(ctx, app) })
	step("ListApps", func() ([]flaps.App, error) { return client.ListApps(ctx, flaps.ListAppsRequest{OrgSlug: "local"}) })
	refuses("CreateApp again", 422, func() error {
		_, err := client.CreateApp(ctx, flaps.CreateAppRequest{Name: app, Org: "local"})
		return err
	})
	step("GetPlacements", func() ([]flaps.RegionPlacement, error) {
		return client.GetPlacements(ctx, &flaps.GetPlacementsRequest{Region: "fra", Count: 2, Org: "local"})
	})

	volume := step("CreateVolume", func() (*fly.Volume, error) {
		return client.CreateVolume(ctx, app, fly.CreateVolumeRequest{Name: "data", Region: "fra", SizeGb: ptr(1)})
	})
	if volume == nil {
		volume = &fly.Volume{}
	}
	machine := step("Launch", func() (*fly.Machine, error) {
		return client.Launch(ctx, app, fly.LaunchMachineInput{Name: "web-1", Region: "fra", Config: config(volume.ID, "first")})
	})
	if machine == nil {
		return
	}
	id := machine.ID
	wait := func(version string, states ...string) {
		do(fmt.Sprint("Wait ", states), func() error {
			return client.Wait(ctx, app, id, flaps.WithWaitStates(states...), flaps.WithWaitVersion(version), flaps.WithWaitTimeout(30*time.Second))
		})
	}
	wait(machine.InstanceID, "started")
	refuses("Launch second web-1", 409, func() error {
		_, err := client.Launch(ctx, app, fly.LaunchMachineInput{Name: "web-1", Region: "fra", Config: &fly.MachineConfig{Image: "nginx"}})
		return err
	})
	step("GetVolume", func() (*fly.Volume, error) { return client.GetVolume(ctx, app, volume.ID) })

	lease := step("AcquireLease", func() (*fly.MachineLease, error) { return client.AcquireLease(ctx, app, id, ptr(30)) })
	nonce := ""
	if lease != nil && lease.Data != nil {
		nonce = lease.Data.Nonce
	}
	step("FindLease", func() (*fly.MachineLease, error) { return client.FindLease(ctx, app, id) })
	step("RefreshLease", func() (*fly.MachineLease, error) { return client.RefreshLease(ctx, app, id, ptr(60), nonce) })
	refuses("Stop without nonce", 409, func() error { return client.Stop(ctx, app, fly.StopMachineInput{ID: id}, "") })
	updated := step("Update", func() (*fly.Machine, error) {
		return client.Update(ctx, app, fly.LaunchMachineInput{ID: id, Config: config(volume.ID, "second")}, nonce)
	})
	if updated != nil {
		wait(updated.InstanceID, "started")
	}
	do("ReleaseLease", func() error { return client.ReleaseLease(ctx, app, id, nonce) })
	step("Get", func() (*fly.Machine, error) { return client.Get(ctx, app, id) })
	step("List", func() (string, error) {
		list, err := client.List(ctx, app, "")
		return fmt.Sprintf("%d machines", len(list)), err
	})
	step("ListActive", func() (string, error) {
		list, err := client.ListActive(ctx, app)
		return fmt.Sprintf("%d machines", len(list)), err
	})

	do("Stop", func() error {
		return client.Stop(ctx, app, fly.StopMachineInput{ID: id, Signal: "SIGTERM", Timeout: fly.Duration{Duration: 5 * time.Second}}, "")
	})
	wait("", "stopped", "suspended")
	step("Start", func() (*fly.MachineStartResponse, error) { return client.Start(ctx, app, id, "") })
	wait("", "started")
	do("Restart", func() error {
		return client.Restart(ctx, app, fly.RestartMachineInput{ID: id, Timeout: 5 * time.Second, Signal: "SIGINT"}, "")
	})
	wait("", "started")
	do("Suspend", func() error { return client.Suspend(ctx, app, id, "") })
	wait("", "suspended")
	step("Start suspended", func() (*fly.MachineStartResponse, error) { return client.Start(ctx, app, id, "") })
	wait("", "started")
	do("Stop by default", func() error { return client.Stop(ctx, app, fly.StopMachineInput{ID: id}, "") })
	wait("", "stopped")
	refuses("Wait in vain", 408, func() error {
		return client.Wait(ctx, app, id, flaps.WithWaitStates("started"), flaps.WithWaitTimeout(time.Second))
	})
	step("Start again", func() (*fly.MachineStartResponse, error) { return client.Start(ctx, app, id, "") })
	wait("", "started")
	do("Kill", func() error { return client.Kill(ctx, app, id) })
	do("Cordon", func() error { return client.Cordon(ctx, app, id, "") })
	do("Uncordon", func() error { return client.Uncordon(ctx, app, id, "") })
	do("SetMetadata", func() error { return client.SetMetadata(ctx, app, id, "role", "web") })
	step("GetMetadata", func() (map[string]string, error) { return client.GetMetadata(ctx, app, id) })
	do("DeleteMetadata", func() error { return client.DeleteMetadata(ctx, app, id, "role") })
	refuses("Exec", 501, func() error {
		_, err := client.Exec(ctx, app, id, &fly.MachineExecRequest{Cmd: "true"})
		return err
	})

	step("SetAppSecret", func() (*fly.SetAppSecretResp, error) { return client.SetAppSecret(ctx, app, "KEY", "hunter2") })
	step("UpdateAppSecrets", func() (*fly.UpdateAppSecretsResp, error) {
		return client.UpdateAppSecrets(ctx, app, map[string]*string{"A": ptr("1"), "KEY": nil})
	})
	step("ListAppSecrets", func() ([]fly.AppSecret, error) { return client.ListAppSecrets(ctx, app, nil, false) })
	step("GetAppSecrets", func() (*fly.AppSecret, error) { return client.GetAppSecrets(ctx, app, "A", nil, false) })
	step("DeleteAppSecret", func() (*fly.DeleteAppSecretResp, error) { return client.DeleteAppSecret(ctx, app, "A") })

	step("GenerateSecretKey", func() (*fly.SetSecretKeyResp, error) {
		return client.GenerateSecretKey(ctx, app, "SIGNING", fly.SECRETKEY_TYPE_HS256)
	})
	step("ListSecretKeys", func() ([]fly.SecretKey, error) { return client.ListSecretKeys(ctx, app, nil) })
	do("DeleteSecretKey", func() error { return client.DeleteSecretKey(ctx, app, "SIGNING") })
	refuses("SignSecretKey", 501, func() error {
		_, err := client.SignSecretKey(ctx, app, "SIGNING", []byte("x"), nil)
		return err
	})

	step("CreateACMECertificate", func() (*fly.CertificateDetailResponse, error) {
		return client.CreateACMECertificate(ctx, app, fly.CreateCertificateRequest{Hostname: "shop.example.com"})
	})
	step("CheckCertificate", func() (*fly.CertificateDetailResponse, error) {
		return client.CheckCertificate(ctx, app, "shop.example.com")
	})
	step("ListCertificates", func() (*fly.ListCertificatesResponse, error) {
		return client.ListCertificates(ctx, app, &flaps.ListCertificatesOpts{Limit: 10})
	})
	do("DeleteCertificate", func() error { return client.DeleteCertificate(ctx, app, "shop.example.com") })

	var addresses []string
	for _, kind := range []string{"v6", "shared_v4", "private_v6"} {
		if ip := step("AssignIP "+kind, func() (*flaps.IPAssignment, error) {
			return client.AssignIP(ctx, app, flaps.AssignIPRequest{Type: kind})
		}); ip != nil {
			addresses = append(addresses, ip.IP)
		}
	}
	step("GetIPAssignments", func() (*flaps.ListIPAssignmentsResponse, error) { return client.GetIPAssignments(ctx, app) })
	for _, ip := range addresses {
		do("DeleteIPAssignment", func() error { return client.DeleteIPAssignment(ctx, app, ip) })
	}

	step("ExtendVolume", func() (bool, error) {
		_, restart, err := client.ExtendVolume(ctx, app, volume.ID, 2)
		return restart, err
	})
	step("UpdateVolume", func() (*fly.Volume, error) {
		return client.UpdateVolume(ctx, app, volume.ID, fly.UpdateVolumeRequest{SnapshotRetention: ptr(7), AutoBackupEnabled: ptr(false)})
	})
	do("CreateVolumeSnapshot", func() error { return client.CreateVolumeSnapshot(ctx, app, volume.ID) })
	step("GetVolumeSnapshots", func() ([]fly.VolumeSnapshot, error) { return client.GetVolumeSnapshots(ctx, app, volume.ID) })
	refuses("DeleteVolume in use", 412, func() error {
		_, err := client.DeleteVolume(ctx, app, volume.ID)
		return err
	})

	do("Destroy", func() error { return client.Destroy(ctx, app, fly.RemoveMachineInput{ID: id, Kill: true}, "") })
	wait("", "destroyed")
	step("DeleteVolume", func() (*fly.Volume, error) { return client.DeleteVolume(ctx, app, volume.ID) })
	step("GetVolumes", func() ([]fly.Volume, error) { return client.GetVolumes(ctx, app) })

	cluster := step("CreateManagedPostgres", func() (flaps.ManagedPostgresCluster, error) {
		return client.CreateManagedPostgresCluster(ctx, flaps.CreateManagedPostgresClusterRequest{
			OrgSlug: "local", Name: "db", Region: "fra", Plan: "basic", DiskSizeGB: 10})
	})
	for range 10 {
		now, err := client.GetManagedPostgresCluster(ctx, cluster.ID)
		if err != nil || now.Status == "ready" {
			step("GetManagedPostgres", func() (flaps.ManagedPostgresCluster, error) { return now, err })
			break
		}
	}
	step("GetUserCredentials", func() (string, error) {
		given, err := client.GetManagedPostgresUserCredentials(ctx, cluster.ID, "fly-user")
		return "a password of " + fmt.Sprint(len(given.Password)) + " characters for " + given.Username, err
	})
}
