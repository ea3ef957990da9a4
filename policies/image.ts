/** What an image reference says about which image it is. */
export interface Image {
  readonly tag: string | undefined;
  /** Named by digest: always the same image. */
  readonly pinned: boolean;
  /** Neither tag nor digest, or `latest`: whatever was pushed last. */
  readonly moves: boolean;
}

/** Reads an image reference. A machine's reported digest is no proof, since it is filled in for tags too. */
export function imageOf(reference = ""): Image {
  const [name = "", digest] = reference.split("@");
  // A colon before the last slash is a registry's port.
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  const pinned = /^sha256:[0-9a-f]{64}$/.test(digest ?? "");
  return { tag, pinned, moves: digest === undefined && (tag === undefined || tag === "latest") };
}
