import type { StatusAddresses } from "../../fly/status-page.ts";

/** What the checks are about. */
export interface Subject {
  /** The token and, for people, where it came from; `undefined` where none is set. */
  token: { value: string; from: string } | undefined;
  /** Machines API: address and, for people, name. */
  flaps: { url: string; name: string };
  status: StatusAddresses;
  /** Organisation whose apps are asked for. @default learnt from the token */
  org: string | undefined;
}

/** What a check found. */
export interface Verdict {
  status: "PASS" | "FAIL";
  /** One line for people; never a token. */
  detail: string;
}

/** One line of `airworthy check`. A check that throws could not tell, which counts as FAIL. */
export interface Check {
  name: string;
  judge(subject: Subject, signal: AbortSignal): Promise<Verdict>;
}

/** A verdict that the subject is as it should be. */
export const pass = (detail: string): Verdict => ({ status: "PASS", detail });

/** A verdict that it is not. */
export const fail = (detail: string): Verdict => ({ status: "FAIL", detail });
