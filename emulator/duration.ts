const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

/** Milliseconds of what Fly takes for a duration: Go's spelling, or a whole number of nanoseconds. */
export function milliseconds(value: string | number): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value / 1e6 : undefined;
  if (value === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
}

/** As Go prints it: "15s", "1m30s", "500ms". */
export function goDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3.6e6);
  const minutes = Math.floor((ms % 3.6e6) / 6e4);
  const seconds = Math.round(ms % 6e4) / 1000;
  const small = hours > 0 || minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
  return hours > 0 ? `${hours}h${small}` : small;
}
