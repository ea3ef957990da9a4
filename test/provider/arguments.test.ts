import type { Unwrap } from "@pulumi/pulumi/output.js";
import { expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { appInputs } from "../../provider/app.ts";
import type { ipAddressInputs } from "../../provider/ip-address.ts";
import type { groupInputs } from "../../provider/process-group/schema.ts";
import type { secretsInputs } from "../../provider/secrets.ts";
import type { volumeInputs } from "../../provider/volume.ts";
import type { AppArgs, IpAddressArgs, ProcessGroupArgs, SecretsArgs, VolumeArgs } from "../../resources/index.ts";

// The hand-written interfaces are what people read; the schemas are what checks. A difference does not compile.
test("the arguments people read are those the provider checks", () => {
  // `raw` is anything at all on both sides, which Unwrap cannot see through.
  expectTypeOf<Omit<Unwrap<ProcessGroupArgs>, "raw">>().toEqualTypeOf<Omit<z.input<typeof groupInputs>, "raw">>();
  expectTypeOf<Unwrap<AppArgs>>().toEqualTypeOf<z.input<typeof appInputs>>();
  expectTypeOf<Unwrap<IpAddressArgs>>().toEqualTypeOf<z.input<typeof ipAddressInputs>>();
  expectTypeOf<Unwrap<SecretsArgs>>().toEqualTypeOf<z.input<typeof secretsInputs>>();
  expectTypeOf<Unwrap<VolumeArgs>>().toEqualTypeOf<z.input<typeof volumeInputs>>();
});
