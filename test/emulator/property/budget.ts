/**
 * The same calls in every run, and as many. Who looks for more than is known sets `PROPERTY_SEED` and `PROPERTY_TIMES`,
 * by how much the number of calls is multiplied.
 */
export function budget(numRuns: number) {
  const { PROPERTY_SEED: seed = "20261123", PROPERTY_TIMES: times = "1" } = process.env;
  return { seed: Number(seed), numRuns: numRuns * Number(times), endOnFailure: true };
}
