import type { Unwrap } from "@pulumi/pulumi/output.js";
import { expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { appInputs } from "../../provider/app.ts";
import type { certificateInputs } from "../../provider/certificate.ts";
import type { deployTokenInputs } from "../../provider/deploy-token.ts";
import type { ipAddressInputs } from "../../provider/ip-address.ts";
import type { machineInputs } from "../../provider/machine/schema.ts";
import type { managedPostgresInputs } from "../../provider/managed-postgres.ts";
import type { managedPostgresAttachmentInputs } from "../../provider/managed-postgres-attachment.ts";
import type { managedPostgresDatabaseInputs } from "../../provider/managed-postgres-database.ts";
import type { managedPostgresUserInputs } from "../../provider/managed-postgres-user.ts";
import type { groupInputs } from "../../provider/process-group/schema.ts";
import type { secretsInputs } from "../../provider/secrets.ts";
import type { volumeInputs } from "../../provider/volume.ts";
import type { volumeSnapshotInputs } from "../../provider/volume-snapshot.ts";
import type {
  AppArgs,
  CertificateArgs,
  DeployTokenArgs,
  IpAddressArgs,
  MachineArgs,
  ManagedPostgresArgs,
  ManagedPostgresAttachmentArgs,
  ManagedPostgresDatabaseArgs,
  ManagedPostgresUserArgs,
  ProcessGroupArgs,
  SecretsArgs,
  VolumeArgs,
  VolumeSnapshotArgs,
} from "../../resources/index.ts";

// The hand-written interfaces are what people read; the schemas are what checks. A difference does not compile.
test("the arguments people read are those the provider checks", () => {
  // `raw` is anything at all on both sides, which Unwrap cannot see through.
  expectTypeOf<Omit<Unwrap<ProcessGroupArgs>, "raw">>().toEqualTypeOf<Omit<z.input<typeof groupInputs>, "raw">>();
  expectTypeOf<Omit<Unwrap<MachineArgs>, "raw">>().toEqualTypeOf<Omit<z.input<typeof machineInputs>, "raw">>();
  expectTypeOf<Unwrap<AppArgs>>().toEqualTypeOf<z.input<typeof appInputs>>();
  expectTypeOf<Unwrap<CertificateArgs>>().toEqualTypeOf<z.input<typeof certificateInputs>>();
  expectTypeOf<Unwrap<DeployTokenArgs>>().toEqualTypeOf<z.input<typeof deployTokenInputs>>();
  expectTypeOf<Unwrap<IpAddressArgs>>().toEqualTypeOf<z.input<typeof ipAddressInputs>>();
  expectTypeOf<Unwrap<ManagedPostgresArgs>>().toEqualTypeOf<z.input<typeof managedPostgresInputs>>();
  expectTypeOf<Unwrap<ManagedPostgresAttachmentArgs>>().toEqualTypeOf<
    z.input<typeof managedPostgresAttachmentInputs>
  >();
  expectTypeOf<Unwrap<ManagedPostgresDatabaseArgs>>().toEqualTypeOf<z.input<typeof managedPostgresDatabaseInputs>>();
  expectTypeOf<Unwrap<ManagedPostgresUserArgs>>().toEqualTypeOf<z.input<typeof managedPostgresUserInputs>>();
  expectTypeOf<Unwrap<SecretsArgs>>().toEqualTypeOf<z.input<typeof secretsInputs>>();
  expectTypeOf<Unwrap<VolumeArgs>>().toEqualTypeOf<z.input<typeof volumeInputs>>();
  expectTypeOf<Unwrap<VolumeSnapshotArgs>>().toEqualTypeOf<z.input<typeof volumeSnapshotInputs>>();
});
