import { type Reading, readable } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { type Item, secretsOf, someOf, type View } from "../view.ts";
import { workloadsOf } from "../workload.ts";

interface Cloud {
  /** How its keys are called. */
  readonly key: RegExp;
  /** Values that are no long-lived key of that cloud: of another store, or a configuration of what is wanted. */
  readonly other: RegExp;
  readonly wanted: string;
}

const clouds: readonly Cloud[] = [
  {
    key: /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/,
    // Tigris, Fly's own object storage, calls its keys as AWS does and begins them so; it takes no Fly token.
    other: /^t(id|sec)_/,
    wanted: "an AWS role that trusts oidc.fly.io, named by AWS_ROLE_ARN in env",
  },
  {
    key: /^(GOOGLE_APPLICATION_CREDENTIALS|(GCP|GOOGLE)_(CLOUD_)?SERVICE_ACCOUNT(_KEY|_JSON|_CREDENTIALS)?$)/,
    // A path, or the file by which Google's libraries ask for Fly's token.
    other: /^\/|external_account/,
    wanted: "a workload identity pool that trusts oidc.fly.io",
  },
  { key: /^AZURE_CLIENT_SECRET$/, other: /^$/, wanted: "a federated credential that trusts oidc.fly.io" },
];

// Stores that speak S3 and are not AWS: MinIO, Cloudflare, Backblaze, Tigris. They have an address of their own.
const elsewhere = /(AWS|S3|STORAGE|BUCKET|SPACES|LITESTREAM).*(ENDPOINT|_URL_S3)|TIGRIS|MINIO|^(R2|B2)_/;

const names = (map: Reading) => map.entries().some(([name]) => elsewhere.test(name));

/** Whether the app is told of a store that is not AWS, by a secret or in its environment. */
const usesAnother = (app: Reading, view: View): boolean =>
  someOf(secretsOf(view), "app", app, ({ read }) => names(read.at("values"))) ||
  someOf(workloadsOf(view), "app", app, ({ config }) => names(config.at("env")));

/** Text of a value; none where the provider makes it up. What is not known yet may be another store's. */
const textOf = (value: Reading) => (value.isUnknown ? value.text() : readable(() => value.text())) ?? " ";

function* judge({ key, other, wanted }: Cloud, { read }: Item, view: View) {
  const keys = read
    .at("values")
    .entries()
    .filter(([name]) => key.test(name));
  if (keys.some(([name]) => name.startsWith("AWS_")) && usesAnother(read.at("app"), view)) return;
  const first = keys.find(([, value]) => !other.test(textOf(value)));
  if (first === undefined) return;
  yield { path: first[1].path, found: "is a key that works until somebody revokes it", wanted };
}

export const oidcOverKeys = defineRule({
  id: "FLY-SEC-07",
  slug: "oidc-over-keys",
  title: "Clouds are reached with Fly's identity tokens, not with keys",
  priority: "P3",
  why: "A key that leaks works from anywhere until it is found out. Fly gives every machine a token of its own that lives for minutes.",
  fix: {
    component: "take the key out of `secrets`; for AWS set AWS_ROLE_ARN in `env`",
    resource: "take the key out of Secrets; for AWS set AWS_ROLE_ARN in `config.env`",
    flyctl: "`fly secrets unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY`, and AWS_ROLE_ARN under [env]",
  },
  url: "https://fly.io/docs/security/openid-connect/",
  rows: ["A4"],
  level: "stack",
  subjects: secretsOf,
  *check(secrets, { view }) {
    yield* each(clouds, (cloud) => judge(cloud, secrets, view));
  },
});
