import type { Check } from "./check.ts";
import { flyApi } from "./fly-api.ts";
import { platform } from "./platform-status.ts";
import { tokenSet } from "./token-set.ts";

/** The checks of `airworthy check`, in the order of its lines. */
export const checks: readonly Check[] = [flyApi, tokenSet, platform];
