/** Waits for all, then fails with all that failed: what is under way is never left unwatched. */
export async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    throw new AggregateError(failures, failures.map((error) => (error as Error).message).join("\n"));
  }
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

/** Does the work on so many at a time, in order; after a failure nothing more is begun, and what is under way is awaited. */
export async function inWindow<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let isFailed = false;
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined && !isFailed; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  await settled(Array.from({ length: Math.min(width, items.length) }, lane));
}
