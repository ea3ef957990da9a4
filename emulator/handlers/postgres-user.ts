import { createHmac } from "node:crypto";
import { type Answer, type Call, text } from "../call.ts";
import { refuse } from "../errors.ts";
import type { PostgresCluster } from "../record.ts";
import type { World } from "../state.ts";
import { enveloped, livingClusterOf, oneOf, partName, readyClusterOf } from "./postgres.ts";

type User = PostgresCluster["users"][number];

const roles = ["schema_admin", "writer", "reader"];

const userView = ({ name, role }: User) => ({ username: name, role });

function userOf({ params }: Call, cluster: PostgresCluster): User {
  return cluster.users.find(({ name }) => name === params["name"]) ?? refuse("postgresPartMissing", { what: "User" });
}

/** Always the same for one user until it is rotated, so that none has to be kept. */
export function passwordOf(world: World, cluster: PostgresCluster, { name, rotations }: User): string {
  const keyed = createHmac("sha256", world.digestKey).update(JSON.stringify([cluster.id, name, rotations]));
  return keyed.digest("base64url").slice(0, 24);
}

export function userList(call: Call): Answer {
  return enveloped(200, readyClusterOf(call).users.map(userView));
}

export function userCreate(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const name = partName(call.body, "username");
  const user = { name, role: oneOf("role", text(call.body, "role"), roles), rotations: 0 };
  if (cluster.users.some((other) => other.name === name)) refuse("postgresTaken", { what: "User" });
  cluster.users = [...cluster.users, user];
  call.world.put(call.world.clusters, cluster);
  return enveloped(201, userView(user));
}

export function userUpdate(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const user = userOf(call, cluster);
  user.role = oneOf("role", text(call.body, "role"), roles);
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}

export function userDelete(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const user = userOf(call, cluster);
  cluster.users = cluster.users.filter((other) => other !== user);
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}

export function userCredentials(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const user = userOf(call, cluster);
  return enveloped(200, { username: user.name, password: passwordOf(call.world, cluster, user) });
}

export function userRotatePassword(call: Call): Answer {
  livingClusterOf(call);
  const cluster = readyClusterOf(call);
  if (typeof (call.body["kill_sessions"] ?? true) !== "boolean") {
    refuse("postgresInvalid", { what: "kill_sessions must be true or false" });
  }
  const user = userOf(call, cluster);
  user.rotations++;
  call.world.put(call.world.clusters, cluster);
  return enveloped(200, { username: user.name, password: passwordOf(call.world, cluster, user) });
}
