import type { Group } from "./tour.ts";

/** The commands that a team which uses us still types: each has to have run. */
export const commands = [
  ..."auth whoami|orgs list|apps list|apps create|apps destroy|status|platform regions|mpg list|releases|config show|checks list".split(
    "|",
  ),
  ...["list", "status", "run", "update", "stop", "start", "destroy"].map((verb) => `machine ${verb}`),
  ...["list", "create", "extend", "snapshots list", "snapshots create"].map((verb) => `volumes ${verb}`),
  ...["list", "set", "unset", "deploy"].map((verb) => `secrets ${verb}`),
  ...["scale show", "scale count", "ips list", "ips allocate-v4 --shared", "ips allocate-v6"],
  ...["list", "add", "show", "check"].map((verb) => `certs ${verb}`),
  ...["create deploy", "list", "revoke"].map((verb) => `tokens ${verb}`),
  ...["rolling", "canary", "bluegreen"].map((strategy) => `deploy --strategy ${strategy}`),
];

/** Whether a line of the page is that command, with the flags that say which one it is. */
export function means(line: string, command: string): boolean {
  const [, typed = ""] = /^(?:FLY_API_TOKEN=\S+ )?flyctl (.*)$/.exec(line) ?? [];
  const [verbs = "", flags = ""] = command.split(/ (?=--)/);
  return `${typed} `.startsWith(`${verbs} `) && `${typed} `.includes(`${flags} `);
}

export function required(groups: readonly Group[]): void {
  const lines = groups.flatMap(({ steps }) => steps.map(({ command }) => command));
  groups.at(-1)?.claim(
    `each of ${commands.length} commands that have to work was run`,
    commands.filter((command) => !lines.some((line) => means(line, command))),
    [],
  );
}
