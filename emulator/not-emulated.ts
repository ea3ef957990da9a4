const runsNothing = "no program runs in its machines";
const keepsNoKeys = "it keeps no key material";

/** Why the local Fly answers these with 501: what it would have to make up helps nobody. */
export const notEmulated: Readonly<Record<string, string>> = {
  Machines_exec: runsNothing,
  Machines_list_processes: runsNothing,
  Machines_get_memory: runsNothing,
  Machines_set_memory_limit: runsNothing,
  Machines_reclaim_memory: runsNothing,
  Secretkey_encrypt: keepsNoKeys,
  Secretkey_decrypt: keepsNoKeys,
  Secretkey_sign: keepsNoKeys,
  Secretkey_verify: keepsNoKeys,
  Tokens_request_OIDC: "nobody would trust who signs its tokens",
  Tokens_request_Kms: "it has no key management that a token could be for",
  Postgres_queries_active: "no database runs in its clusters",
  Postgres_queries_slow: "no database runs in its clusters",
};
