import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanSource } from "../../../cli/source/scan.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "airworthy-scan-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string | Buffer>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

async function found(files: Record<string, string | Buffer> = {}): Promise<string[]> {
  write(files);
  const { findings } = await scanSource(folder);
  return findings.map(({ file, line, what }) => `${file}:${line}: ${what}`);
}

const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });

// Put together here, so that a scan of this repository finds none of them.
const body = "PLANTEDplanted0123456789PLANTEDplanted";
const token = (prefix: string) => `${prefix}${body}`;
const password = `hunter2${body}`;

describe("in any text", () => {
  test.each(["fm2_", "fm1r_", "fm1a_", "fo1_", "FlyV1 fm2_"])(
    "a Fly token that begins with %s is found",
    async (prefix) => {
      const kind = prefix.replace("FlyV1 ", "");
      expect(await found({ "src/deploy.js": `const a = 1;\nconst t = "${token(prefix)}";\n` })).toEqual([
        `src/deploy.js:2: holds a Fly API token (${kind}…)`,
      ]);
    },
  );

  test("an example of a token in the documentation is none", async () => {
    expect(
      await found({ "README.md": "export FLY_API_TOKEN=fm2_…\nFlyV1 fm2_xxxx\nconfm2_notatokenatallnotatokenatall\n" }),
    ).toEqual([]);
  });

  test("what secretlint knows is found by its kind", async () => {
    const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
    const files = {
      "a.ts": `const k = "${"gh"}p_${"abcdefghijklmnopqrstuvwxyz0123456789"}";\n`,
      "b.pem": `-----BEGIN RSA ${"PRIVATE"} KEY-----\n${key}\n-----END RSA ${"PRIVATE"} KEY-----\n`,
      "c.yml": `url: postgres://app:${password}@db.acme.io:5432/shop\n`,
    };
    expect(await found(files)).toEqual([
      "a.ts:1: holds a GitHub token",
      "b.pem:1: holds a private key",
      "c.yml:1: holds a password in a database's address",
    ]);
  });
});

test("a comment that lets others pass lets nothing pass here", async () => {
  const key = `${"gh"}p_${"abcdefghijklmnopqrstuvwxyz0123456789"}`;
  expect(await found({ "a.ts": `// secretlint-disable\nconst k = "${key}"; // secretlint-disable-line\n` })).toEqual([
    "a.ts:2: holds a GitHub token",
  ]);
});

describe("in a Dockerfile,", () => {
  const dockerfile = (text: string, more: Record<string, string> = {}) => found({ Dockerfile: text, ...more });

  test("a credential in ENV and ARG is found, in each way to write it", async () => {
    const text = `FROM node:24\nENV API_TOKEN=${body} PORT=80\nENV DB_PASSWORD ${password}\nARG \\\n  NPM_TOKEN="${body}"\n# ENV X_TOKEN=${body}\n`;
    expect(await dockerfile(text)).toEqual([
      "Dockerfile:2: ENV API_TOKEN holds what looks like a credential, which stays in the image",
      "Dockerfile:3: ENV DB_PASSWORD holds what looks like a credential, which stays in the image",
      "Dockerfile:4: ARG NPM_TOKEN holds what looks like a credential, which stays in the image",
    ]);
  });

  test("names without a value, references and stand-ins for the build are none", async () => {
    expect(
      await dockerfile(
        "FROM a\nARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN\nENV SECRET_KEY non-secret-key-for-building\nENV PORT=80\n",
      ),
    ).toEqual([]);
  });

  test("an .env that is copied by name is found, an example of one is not", async () => {
    expect(
      await dockerfile(
        'FROM a\nCOPY .env.example ./\nCOPY --chown=a .env.production /app/\nADD ["a", ".env", "/app/"]\n',
      ),
    ).toEqual(["Dockerfile:3: COPY puts .env.production into the image", "Dockerfile:4: ADD puts .env into the image"]);
  });

  test("an .env that is there is in the image with COPY ., unless .dockerignore keeps it out", async () => {
    const copy = "FROM a\nCOPY . .\nCOPY --from=build . /x\n";
    const env = { ".env": "PORT=80\n" };
    const taken = ["Dockerfile:2: COPY . puts .env into the image: .dockerignore does not keep it out"];
    expect(await dockerfile(copy, env)).toEqual(taken);
    expect(await dockerfile(copy, { ".dockerignore": "node_modules\n.env*\n!.env\n" })).toEqual(taken);
    for (const list of [".env", "/.env*", "**/.env", "*\n!src\n", "# x\n.env\n"]) {
      expect(await dockerfile(copy, { ".dockerignore": list })).toEqual([]);
    }
  });

  test("where no .env is there yet it is of lower priority", async () => {
    write({ Dockerfile: "FROM a\nCOPY . .\n" });
    expect((await scanSource(folder)).findings).toMatchObject([{ line: 2, priority: "P3" }]);
  });
});

test("in fly.toml, credentials among [env] and [build.args] are found at their lines", async () => {
  const text = `app = "shop"\n[env]\nPORT = "80"\nAPI_TOKEN = "${body}"\n[build.args]\nNPM_TOKEN = "${body}"\n`;
  expect(await found({ "fly.toml": text, "deploy/fly.staging.toml": text.replace("PORT", "X") })).toEqual([
    "deploy/fly.staging.toml:4: [env] API_TOKEN holds what looks like a credential",
    "deploy/fly.staging.toml:6: [build.args] NPM_TOKEN holds what looks like a credential",
    "fly.toml:4: [env] API_TOKEN holds what looks like a credential",
    "fly.toml:6: [build.args] NPM_TOKEN holds what looks like a credential",
  ]);
});

test("an .env is looked at, its example is not, nor is what is no text", async () => {
  const env = `PORT=80\nAPI_TOKEN=${body}\n`;
  const files = { ".env": env, ".env.example": env, "app.bin": Buffer.from(`\0${token("fm2_")}`) };
  expect(await found(files)).toEqual([".env:2: API_TOKEN holds what looks like a credential"]);
});

describe("where git is,", () => {
  beforeEach(() => {
    git("init", "-q");
  });

  test("what it ignores is left alone, and what it has is not, ignored or not", async () => {
    write({ ".gitignore": ".env\nsecret/\n", ".env": `API_TOKEN=${body}\n`, "secret/a.txt": token("fm2_") });
    expect(await found({ "new.txt": token("fm2_") })).toEqual(["new.txt:1: holds a Fly API token (fm2_…)"]);
    git("add", "-f", ".env");
    expect(await found()).toEqual([
      ".env:1: API_TOKEN holds what looks like a credential",
      "new.txt:1: holds a Fly API token (fm2_…)",
    ]);
  });

  test("a file that git has and nobody else does is no mistake", async () => {
    write({ "gone.txt": token("fm2_") });
    git("add", "-A");
    rmSync(join(folder, "gone.txt"));
    expect(await found()).toEqual([]);
  });
});

test("node_modules is left alone where there is no git", async () => {
  expect(await found({ "node_modules/a/index.js": token("fm2_"), "src/a.js": "1\n" })).toEqual([]);
});

test("a value is in nothing that the scan says, not even as a file's name", async () => {
  const secret = token("fm2_");
  write({
    [`keys/${secret}.txt`]: secret,
    "fly.toml": `app = "a"\n[env]\nA = "${secret}"\n`,
    Dockerfile: `ENV A=${secret}\n`,
  });
  const said = JSON.stringify(await scanSource(folder));
  expect(said).toContain('"file":"keys/(hidden)"');
  for (const form of [body, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)])
    expect(said).not.toContain(form);
});

test("5,000 files take seconds", async () => {
  const text = "export const value = call(argument, 'text', 12345);\n".repeat(40);
  for (let each = 0; each < 5_000; each += 1) {
    if (each % 100 === 0) mkdirSync(join(folder, `src/${each / 100}`), { recursive: true });
    writeFileSync(join(folder, `src/${Math.floor(each / 100)}/${each}.ts`), text);
  }
  const began = performance.now();
  expect(await scanSource(folder)).toMatchObject({ findings: [], files: 5_000 });
  expect(performance.now() - began).toBeLessThan(60_000);
}, 120_000);
