/** Fly's Machines API, reached from anywhere. */
export const flyOrigin = "https://api.machines.dev";

/** Fly's GraphQL and web API. */
export const flyApiOrigin = "https://api.fly.io";

/** Whether an address leads no further than this machine. */
export const isLoopback = ({ hostname }: URL) =>
  ["localhost", "[::1]"].includes(hostname) || /^127(\.\d+){3}$/.test(hostname);

/**
 * What is wrong with an address that a Fly token is to be sent to, or `undefined`. A token goes over plain http only
 * to this machine and to `_api.internal`, Fly's own address inside its private network (Fly docs, Machines API).
 */
export function endpointProblem(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return `${JSON.stringify(address)} is not an address`;
  if (url.protocol === "https:") return undefined;
  if (url.protocol === "http:" && (isLoopback(url) || url.hostname === "_api.internal")) return undefined;
  return `${url.protocol}//${url.host} would get the token in the clear: plain http goes only to this machine and to _api.internal. Use https`;
}
