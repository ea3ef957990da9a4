import type { Handler } from "./call.ts";
import { graphqlOperations } from "./graphql/operations.ts";
import { appCreate, appDelete, appList, appShow } from "./handlers/app.ts";
import { buildCreate, buildFinish } from "./handlers/build.ts";
import {
  certificateAcmeDelete,
  certificateCheck,
  certificateCustomDelete,
  certificateDelete,
  certificateList,
  certificateRequest,
  certificateShow,
  certificateUpload,
} from "./handlers/certificate.ts";
import { ipCreate, ipDelete, ipList } from "./handlers/ip-address.ts";
import { leaseCreate, leaseRelease, leaseShow } from "./handlers/lease.ts";
import { logList } from "./handlers/log.ts";
import {
  machineCreate,
  machineDelete,
  machineEvents,
  machineList,
  machineShow,
  machineUpdate,
  machineVersions,
} from "./handlers/machine.ts";
import {
  metadataKeyDelete,
  metadataKeyShow,
  metadataKeyUpdate,
  metadataShow,
  metadataUpdate,
} from "./handlers/machine-metadata.ts";
import {
  machineCordon,
  machineRestart,
  machineSignal,
  machineStart,
  machineStop,
  machineSuspend,
  machineUncordon,
} from "./handlers/machine-verb.ts";
import { networkPolicyCreate, networkPolicyDelete, networkPolicyList } from "./handlers/network-policy.ts";
import { machineOrgList, volumeOrgList } from "./handlers/organization.ts";
import { platformPlacements, platformRegions } from "./handlers/platform.ts";
import { clusterCreate, clusterDelete, clusterList, clusterShow, clusterWebList } from "./handlers/postgres.ts";
import { attachmentCreate, attachmentDelete } from "./handlers/postgres-attachment.ts";
import { backupCreate, backupList } from "./handlers/postgres-backup.ts";
import { clusterFork, clusterRestore } from "./handlers/postgres-copy.ts";
import { databaseCreate, databaseDelete, databaseList } from "./handlers/postgres-database.ts";
import { extensionDisable, extensionEnable, extensionList } from "./handlers/postgres-extension.ts";
import {
  userCreate,
  userCredentials,
  userDelete,
  userList,
  userRotatePassword,
  userUpdate,
} from "./handlers/postgres-user.ts";
import { releaseCreate, releaseCurrent, releaseList, releaseUpdate } from "./handlers/release.ts";
import { secretCreate, secretDelete, secretList, secretShow, secretsUpdate } from "./handlers/secret.ts";
import {
  secretKeyDelete,
  secretKeyGenerate,
  secretKeyList,
  secretKeySet,
  secretKeyShow,
} from "./handlers/secret-key.ts";
import { snapshotCreate, snapshotList } from "./handlers/snapshot.ts";
import { incidentList, statusShow } from "./handlers/status-page.ts";
import { deployTokenCreate, tokenAuthenticate, tokenAuthorize, tokenCurrent } from "./handlers/token.ts";
import { volumeCreate, volumeDelete, volumeExtend, volumeList, volumeShow, volumeUpdate } from "./handlers/volume.ts";
import { machineWait } from "./handlers/wait.ts";
import { organizationList, organizationShow } from "./handlers/web-organization.ts";

/**
 * Which service behind Fly's host answers, as far as callers notice: by how it refuses a token. What is open to
 * everybody, or refuses in its own way as GraphQL does, has the caller of its token all the same.
 */
export type Service = "flaps" | "web" | "postgres" | "open";

export interface Route {
  /** Name after that in Fly's OpenAPI document, made regular. */
  readonly operation: string;
  readonly method: string;
  /** Segments; those in braces are parameters. */
  readonly path: readonly string[];
  readonly handler: Handler | "not-emulated";
  readonly service: Service;
  /** Whether it changes something. @default what the method says */
  readonly mutating?: boolean;
}

/** Loaded with the first call: it brings graphql along. */
const graphqlAnswer: Handler = async (call) => (await import("./handlers/graphql.ts")).graphqlAnswer(call);

type Row = [operation: string, methodAndPath: string, handler: Handler | "not-emulated", service?: Service];

const machine = "/v1/apps/{app}/machines/{id}";
const volume = "/v1/apps/{app}/volumes/{id}";
const certificates = "/v1/apps/{app}/certificates";
const keys = "/v1/apps/{app}/secretkeys";
const cluster = "/v1/postgres/{id}";
const extensions = `${cluster}/databases/{name}/extensions`;
const none = "not-emulated";

const rows: Row[] = [
  ["Apps_list", "GET /v1/apps", appList],
  ["Apps_create", "POST /v1/apps", appCreate],
  ["Apps_show", "GET /v1/apps/{app}", appShow],
  ["Apps_delete", "DELETE /v1/apps/{app}", appDelete],
  ["App_create_deploy_token", "POST /v1/apps/{app}/deploy_token", deployTokenCreate],

  ["Machines_list", "GET /v1/apps/{app}/machines", machineList],
  ["Machines_create", "POST /v1/apps/{app}/machines", machineCreate],
  ["Machines_show", `GET ${machine}`, machineShow],
  ["Machines_update", `POST ${machine}`, machineUpdate],
  ["Machines_delete", `DELETE ${machine}`, machineDelete],
  ["Machines_start", `POST ${machine}/start`, machineStart],
  ["Machines_stop", `POST ${machine}/stop`, machineStop],
  ["Machines_suspend", `POST ${machine}/suspend`, machineSuspend],
  ["Machines_restart", `POST ${machine}/restart`, machineRestart],
  ["Machines_signal", `POST ${machine}/signal`, machineSignal],
  ["Machines_cordon", `POST ${machine}/cordon`, machineCordon],
  ["Machines_uncordon", `POST ${machine}/uncordon`, machineUncordon],
  ["Machines_wait", `GET ${machine}/wait`, machineWait],
  ["Machines_list_events", `GET ${machine}/events`, machineEvents],
  ["Machines_list_versions", `GET ${machine}/versions`, machineVersions],
  ["Machines_exec", `POST ${machine}/exec`, none],
  ["Machines_list_processes", `GET ${machine}/ps`, none],
  ["Machines_get_memory", `GET ${machine}/memory`, none],
  ["Machines_set_memory_limit", `PUT ${machine}/memory`, none],
  ["Machines_reclaim_memory", `POST ${machine}/memory/reclaim`, none],
  ["Machines_show_metadata", `GET ${machine}/metadata`, metadataShow],
  ["Machines_update_metadata", `PATCH ${machine}/metadata`, metadataUpdate],
  ["Machines_update_metadata", `PUT ${machine}/metadata`, metadataUpdate],
  ["Machines_get_metadata_key", `GET ${machine}/metadata/{key}`, metadataKeyShow],
  ["Machines_upsert_metadata_key", `POST ${machine}/metadata/{key}`, metadataKeyUpdate],
  ["Machines_delete_metadata", `DELETE ${machine}/metadata/{key}`, metadataKeyDelete],
  ["Machines_show_lease", `GET ${machine}/lease`, leaseShow],
  ["Machines_create_lease", `POST ${machine}/lease`, leaseCreate],
  ["Machines_release_lease", `DELETE ${machine}/lease`, leaseRelease],
  ["Machines_org_list", "GET /v1/orgs/{org}/machines", machineOrgList],

  ["Volumes_list", "GET /v1/apps/{app}/volumes", volumeList],
  ["Volumes_create", "POST /v1/apps/{app}/volumes", volumeCreate],
  ["Volumes_show", `GET ${volume}`, volumeShow],
  ["Volumes_update", `PUT ${volume}`, volumeUpdate],
  ["Volumes_delete", `DELETE ${volume}`, volumeDelete],
  ["Volumes_extend", `PUT ${volume}/extend`, volumeExtend],
  ["Volume_snapshots_list", `GET ${volume}/snapshots`, snapshotList],
  ["Volume_snapshots_create", `POST ${volume}/snapshots`, snapshotCreate],
  ["Volumes_org_list", "GET /v1/orgs/{org}/volumes", volumeOrgList],

  ["Secrets_list", "GET /v1/apps/{app}/secrets", secretList],
  ["Secrets_update", "POST /v1/apps/{app}/secrets", secretsUpdate],
  ["Secret_show", "GET /v1/apps/{app}/secrets/{name}", secretShow],
  ["Secret_create", "POST /v1/apps/{app}/secrets/{name}", secretCreate],
  ["Secret_delete", "DELETE /v1/apps/{app}/secrets/{name}", secretDelete],
  ["Secretkeys_list", `GET ${keys}`, secretKeyList],
  ["Secretkey_get", `GET ${keys}/{name}`, secretKeyShow],
  ["Secretkey_set", `POST ${keys}/{name}`, secretKeySet],
  ["Secretkey_delete", `DELETE ${keys}/{name}`, secretKeyDelete],
  ["Secretkey_generate", `POST ${keys}/{name}/generate`, secretKeyGenerate],
  ["Secretkey_encrypt", `POST ${keys}/{name}/encrypt`, none],
  ["Secretkey_decrypt", `POST ${keys}/{name}/decrypt`, none],
  ["Secretkey_sign", `POST ${keys}/{name}/sign`, none],
  ["Secretkey_verify", `POST ${keys}/{name}/verify`, none],

  ["App_certificates_list", `GET ${certificates}`, certificateList, "web"],
  ["App_certificates_acme_create", `POST ${certificates}/acme`, certificateRequest, "web"],
  ["App_certificates_custom_create", `POST ${certificates}/custom`, certificateUpload, "web"],
  ["App_certificates_show", `GET ${certificates}/{hostname}`, certificateShow, "web"],
  ["App_certificates_delete", `DELETE ${certificates}/{hostname}`, certificateDelete, "web"],
  ["App_certificates_acme_delete", `DELETE ${certificates}/{hostname}/acme`, certificateAcmeDelete, "web"],
  ["App_certificates_custom_delete", `DELETE ${certificates}/{hostname}/custom`, certificateCustomDelete, "web"],
  ["App_certificates_check", `POST ${certificates}/{hostname}/check`, certificateCheck, "web"],

  ["IPAssignments_list", "GET /v1/apps/{app}/ip_assignments", ipList, "web"],
  ["IPAssignments_create", "POST /v1/apps/{app}/ip_assignments", ipCreate, "web"],
  ["IPAssignments_delete", "DELETE /v1/apps/{app}/ip_assignments/{ip}", ipDelete, "web"],

  ["NetworkPolicies_list", "GET /v1/apps/{app}/network_policies", networkPolicyList],
  ["NetworkPolicies_list", "GET /v1/apps/{app}/network_policies/", networkPolicyList],
  ["NetworkPolicies_create", "POST /v1/apps/{app}/network_policies", networkPolicyCreate],
  ["NetworkPolicies_delete", "DELETE /v1/apps/{app}/network_policies/{id}", networkPolicyDelete],

  ["Platform_regions", "GET /v1/platform/regions", platformRegions, "open"],
  ["Platform_placements", "POST /v1/platform/placements", platformPlacements],

  ["Tokens_current", "GET /v1/tokens/current", tokenCurrent],
  ["Tokens_authenticate", "POST /v1/tokens/authenticate", tokenAuthenticate, "open"],
  ["Tokens_authorize", "POST /v1/tokens/authorize", tokenAuthorize, "open"],
  ["Tokens_request_OIDC", "POST /v1/tokens/oidc", none],
  ["Tokens_request_Kms", "POST /v1/tokens/kms", none],

  ["Postgres_list", "GET /v1/postgres", clusterList, "postgres"],
  ["Postgres_create", "POST /v1/postgres", clusterCreate, "postgres"],
  ["Postgres_show", `GET ${cluster}`, clusterShow, "postgres"],
  ["Postgres_delete", `DELETE ${cluster}`, clusterDelete, "postgres"],
  ["Postgres_attachments_create", `POST ${cluster}/attachments`, attachmentCreate, "postgres"],
  ["Postgres_attachments_delete", `DELETE ${cluster}/attachments/{app}`, attachmentDelete, "postgres"],
  ["Postgres_backups_list", `GET ${cluster}/backups`, backupList, "postgres"],
  ["Postgres_backups_create", `POST ${cluster}/backups`, backupCreate, "postgres"],
  ["Postgres_databases_list", `GET ${cluster}/databases`, databaseList, "postgres"],
  ["Postgres_databases_create", `POST ${cluster}/databases`, databaseCreate, "postgres"],
  ["Postgres_databases_delete", `DELETE ${cluster}/databases/{name}`, databaseDelete, "postgres"],
  ["Postgres_users_list", `GET ${cluster}/users`, userList, "postgres"],
  ["Postgres_users_create", `POST ${cluster}/users`, userCreate, "postgres"],
  ["Postgres_users_update", `PATCH ${cluster}/users/{name}`, userUpdate, "postgres"],
  ["Postgres_users_delete", `DELETE ${cluster}/users/{name}`, userDelete, "postgres"],
  ["Postgres_users_credentials", `GET ${cluster}/users/{name}/credentials`, userCredentials, "postgres"],
  ["Postgres_users_rotate_password", `POST ${cluster}/users/{name}/rotate_password`, userRotatePassword, "postgres"],
  ["Postgres_extensions_list", `GET ${extensions}`, extensionList, "postgres"],
  ["Postgres_extensions_enable", `POST ${extensions}`, extensionEnable, "postgres"],
  ["Postgres_extensions_disable", `DELETE ${extensions}/{extension}`, extensionDisable, "postgres"],
  ["Postgres_fork", `POST ${cluster}/fork`, clusterFork, "postgres"],
  ["Postgres_restore", `POST ${cluster}/restore`, clusterRestore, "postgres"],
  ["Postgres_queries_active", `GET ${cluster}/queries/active`, none, "postgres"],
  ["Postgres_queries_slow", `GET ${cluster}/queries/slow`, none, "postgres"],

  ["GraphQL", "POST /graphql", graphqlAnswer, "open"],
  ["Organizations_list", "GET /api/v1/organizations", organizationList, "web"],
  ["Organizations_show", "GET /api/v1/organizations/{org}", organizationShow, "web"],
  ["Organization_postgres_list", "GET /api/v1/organizations/{org}/postgres", clusterWebList(false), "web"],
  ["Organization_postgres_deleted", "GET /api/v1/organizations/{org}/postgres/deleted", clusterWebList(true), "web"],
  ["Builds_create", "POST /api/v1/builds", buildCreate, "web"],
  ["Builds_finish", "POST /api/v1/builds/finish", buildFinish, "web"],
  ["Releases_list", "GET /api/v1/apps/{app}/releases", releaseList, "web"],
  ["Releases_current", "GET /api/v1/apps/{app}/releases/current", releaseCurrent, "web"],
  ["Releases_create", "POST /api/v1/releases", releaseCreate, "web"],
  ["Releases_update", "PATCH /api/v1/releases/{id}", releaseUpdate, "web"],
  ["Logs_list", "GET /api/v1/apps/{app}/logs", logList, "web"],

  ["Status_show", "GET /status.json", statusShow, "open"],
  ["Status_show", "GET /api/v2/status.json", statusShow, "open"],
  ["Incidents_list", "GET /v1/incidents", incidentList, "open"],
];

/** Fly's API as far as it is known, and what the local Fly does with each operation. */
export const routes: readonly Route[] = rows.map(([operation, line, handler, service = "flaps"]) => {
  const [method = "", path = ""] = line.split(" ");
  return { operation, method, path: path.slice(1).split("/"), handler, service };
});

/** What faults are armed by and the journal has. */
export const operationNames: ReadonlySet<string> = new Set([
  ...routes.map(({ operation }) => operation),
  ...graphqlOperations,
]);

export const isOperation = (name: string): boolean => operationNames.has(name);

/** Routes by what can be told at once of a request: its method and how many segments its path has. */
const shelves = Map.groupBy(routes, ({ method, path }) => `${method} ${path.length}`);

/** The route of a request, with what its path names. */
export function match(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  const segments = path.slice(1).split("/");
  for (const route of shelves.get(`${method} ${segments.length}`) ?? []) {
    const params = paramsOf(route, segments);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function paramsOf(route: Route, segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, pattern] of route.path.entries()) {
    const segment = segments[index] ?? "";
    if (!pattern.startsWith("{")) {
      if (pattern !== segment) return undefined;
    } else {
      const value = decoded(segment);
      if (value === undefined || value === "") return undefined;
      params[pattern.slice(1, -1)] = value;
    }
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
