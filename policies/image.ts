/** What an image reference says about which image it is. */
export interface Image {
  readonly tag: string | undefined;
  /** Named by digest: always the same image. */
  readonly pinned: boolean;
  /** Neither tag nor digest, or `latest`: whatever was pushed last. */
  readonly moves: boolean;
  /** Registry and name, without tag and digest. */
  readonly name: string;
}

/** Reads an image reference. A machine's reported digest is no proof, since it is filled in for tags too. */
export function imageOf(reference = ""): Image {
  const [before = "", digest] = reference.split("@");
  // A colon before the last slash is a registry's port.
  const tag = /:([^/:]+)$/.exec(before)?.[1];
  const name = tag === undefined ? before : before.slice(0, -tag.length - 1);
  const pinned = /^sha256:[0-9a-f]{64}$/.test(digest ?? "");
  const moves = !isKept(reference) && digest === undefined && (tag === undefined || tag === "latest");
  return { tag, pinned, moves, name };
}

/** Whether the program names no image, and leaves each machine the one it runs (docs/decisions/0005). */
export const isKept = (reference: string | undefined): boolean => reference === "running";

/** Whether it is one of Fly's unmanaged Postgres, from whatever registry: `flyio/postgres-flex`, `flyio/postgres`, … */
export const isUnmanagedPostgres = (reference: string | undefined): boolean =>
  /(^|\/)flyio\/postgres[^/]*$/.test(imageOf(reference).name);

/** Whether it is Fly's log shipper, from whatever registry. */
export const isLogShipper = (reference: string | undefined): boolean =>
  /(^|\/)superfly\/fly-log-shipper$/.test(imageOf(reference).name);
