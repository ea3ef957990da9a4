/**
 * An image's name in full, as Fly echoes it: `redis:7` is `registry-1.docker.io/library/redis:7` (superfly/docs, machines
 * API, the answer to a create).
 */
export function fullImage(image: string): string {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  const host = isHost && first !== "docker.io" ? first : "registry-1.docker.io";
  const rest = isHost ? image.slice(slash + 1) : image;
  const path = host === "registry-1.docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  return `${host}/${/[:@]/.test(path) ? path : `${path}:latest`}`;
}
