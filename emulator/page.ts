import { refuse } from "./errors.ts";

/** How many machines or volumes a page has at most (OpenAPI document, Machines_list). */
export const mostListed = 1000;

/**
 * One page of a list, and the cursor of the next where there is more.
 * @param all in the order of the list, with what is not wanted: a page may end with what is gone before the next is asked for
 * @param most how many a page has where no limit is asked for, and at most
 */
export function pageOf<T extends { id: string }>(
  query: URLSearchParams,
  all: readonly T[],
  isWanted: (item: T) => boolean,
  most: number,
): { page: T[]; next: string | undefined } {
  const limit = Number(query.get("limit") ?? most);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) refuse("invalid", { what: `limit must be 1 to ${most}` });
  const cursor = query.get("cursor") ?? "";
  const last = all.findIndex(({ id }) => id === cursor);
  if (cursor !== "" && last === -1) refuse("invalid", { what: "cursor is not known, or no longer" });
  const rest = all.slice(last + 1).filter(isWanted);
  const page = rest.slice(0, limit);
  return { page, next: rest.length > limit ? page.at(-1)?.id : undefined };
}

/** How Fly passes a cursor on where the answer is a bare list (OpenAPI document, Machines_list). */
export const cursorHeader = (next: string | undefined) =>
  next === undefined ? {} : { headers: { "fly-next-cursor": next } };
